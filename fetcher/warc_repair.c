#include "fetcher/warc_repair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "fetcher/warc.h"
#include "fetcher/warc_file.h"

#define FILES_TO_REPAIR 2
#define PATH_BYTES 4096
/* More than this without one whole record is no torn beginning but a damaged disk: kept for people to look at. */
#define TORN_BEGINNING_MAX (1024 * 1024)

static enum err sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err e = ERR_OK;
	if (fd < 0 || fsync(fd) < 0)
		e = err_errno(ERR_IO, "cannot sync the folder '%s'", path);
	if (fd >= 0)
		close(fd);
	return e;
}

/* Cut durably: an adopted record must not meet the old tail again after a loss of power. */
static enum err cut(const char *path, int64_t keep, int64_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	enum err e = ERR_OK;
	if (fd < 0 || ftruncate(fd, (off_t)keep) < 0 || fsync(fd) < 0)
		e = err_errno(ERR_IO, "cannot cut '%s' behind its last whole record", path);
	if (fd >= 0)
		close(fd);
	if (e == ERR_OK)
		log_warn("'%s': cut %lld bytes behind the last whole record at %lld", path, (long long)(size - keep),
			 (long long)keep);
	return e;
}

/* End of the last whole record of a file, 0 when it has none. */
static enum err whole_bytes(struct warc_file *f, int64_t *out)
{
	struct warc_record r;
	enum err e;
	warc_record_init(&r, 0);
	*out = 0;
	while ((e = warc_file_next(f, *out, &r)) == ERR_OK)
		*out = r.offset + r.length;
	warc_record_fini(&r);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err repair_file(const char *data_dir, const char *name)
{
	char path[PATH_BYTES];
	struct warc_file *f;
	int64_t whole = 0;
	snprintf(path, sizeof(path), "%s/archive/%s", data_dir, name);
	enum err e = warc_file_open(data_dir, name, &f);
	if (e != ERR_OK)
		return e;
	int64_t size = warc_file_bytes(f);
	e = whole_bytes(f, &whole);
	warc_file_close(f);
	if (e != ERR_OK || whole == size)
		return e;
	if (whole == 0 && size > TORN_BEGINNING_MAX) {
		log_error("'%s' holds no whole record; it is left as it is: put back a copy, or move it away", path);
		return ERR_OK;
	}
	return cut(path, whole, size);
}

static enum err first_fetch_id_of(const char *data_dir, const char *name, uint64_t *out)
{
	struct warc_file *f;
	struct warc_record r;
	*out = 0;
	enum err e = warc_file_open(data_dir, name, &f);
	if (e != ERR_OK)
		return e;
	warc_record_init(&r, 4096);
	e = warc_file_record(f, 0, &r);
	if (e == ERR_OK) {
		struct str id = warc_header(buf_str(&r.block), "gongkai-first-fetch-id");
		*out = id.n ? strtoull(id.p, NULL, 10) : 0;
	}
	warc_record_fini(&r);
	warc_file_close(f);
	return e == ERR_FORMAT || e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err warc_repair(const char *data_dir, long *next_number_out, uint64_t *first_fetch_id_out)
{
	struct warc_names names;
	char path[PATH_BYTES];
	*next_number_out = 1;
	*first_fetch_id_out = 0;
	enum err e = warc_list(data_dir, &names);
	if (e != ERR_OK)
		return e;
	if (names.count)
		*next_number_out = warc_name_number(names.name[names.count - 1]) + 1;
	size_t from = names.count > FILES_TO_REPAIR ? names.count - FILES_TO_REPAIR : 0;
	for (size_t i = from; e == ERR_OK && i < names.count; i++)
		e = repair_file(data_dir, names.name[i]);
	for (size_t i = names.count; e == ERR_OK && *first_fetch_id_out == 0 && i > 0; i--)
		e = first_fetch_id_of(data_dir, names.name[i - 1], first_fetch_id_out);
	snprintf(path, sizeof(path), "%s/archive", data_dir);
	if (e == ERR_OK && names.count)
		e = sync_folder(path);
	warc_names_fini(&names);
	return e;
}
