/*
 * Any bytes as an archive file: scanned, repaired, read. The first byte says whether the rest stands as it is (even) or is
 * wrapped into gzip members, one for each piece between zero bytes (odd), so that the record parser is reached too.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/log.h"
#include "fetcher/warc.h"

#define BODY_MAX (1 << 20)
#define NAME "gongkai-20260101000000-0001.warc.gz"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/gk-fuzz-warc-XXXXXX";
static char path[256];

static void clean_up(void)
{
	char archive[128];
	unlink(path);
	snprintf(archive, sizeof(archive), "%s/archive", dir);
	rmdir(archive);
	rmdir(dir);
}

static void set_up(void)
{
	char archive[128];
	log_init("fuzz", LOG_LEVEL_ERROR);
	if (!mkdtemp(dir))
		abort();
	snprintf(archive, sizeof(archive), "%s/archive", dir);
	snprintf(path, sizeof(path), "%s/%s", archive, NAME);
	if (mkdir(archive, 0700) < 0)
		abort();
	atexit(clean_up);
}

static void write_member(int fd, const uint8_t *p, size_t n)
{
	unsigned char out[8192];
	z_stream z = {0};
	if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_in = (unsigned char *)(uintptr_t)p;
	z.avail_in = (unsigned)n;
	int rc = Z_OK;
	while (rc == Z_OK) {
		z.next_out = out;
		z.avail_out = sizeof(out);
		rc = deflate(&z, Z_FINISH);
		if (write(fd, out, sizeof(out) - z.avail_out) < 0)
			abort();
	}
	deflateEnd(&z);
}

static bool see(void *ctx, const struct warc_place *place, const struct warc_response *r)
{
	struct warc_response whole;
	unsigned *count = ctx;
	(void)r;
	enum err e = warc_read(dir, place, BODY_MAX, &whole); /* a digest or a revisit may be wrong */
	if (e == ERR_OK && whole.body.n > BODY_MAX)
		abort();
	warc_response_fini(&whole);
	++*count;
	return *count < 100;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!path[0])
		set_up();
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	if (fd < 0 || size == 0) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	if (data[0] % 2 == 0) {
		if (write(fd, data + 1, size - 1) < 0)
			abort();
	} else {
		for (size_t at = 1; at < size;) {
			const uint8_t *end = memchr(data + at, 0, size - at);
			size_t n = end ? (size_t)(end - data) - at : size - at;
			write_member(fd, data + at, n);
			at += n + 1;
		}
	}
	close(fd);
	unsigned before = 0, after = 0;
	struct warc *w;
	if (warc_scan(dir, NULL, 0, see, &before, NULL) != ERR_OK || warc_open(dir, &w) != ERR_OK)
		abort();
	warc_close(w);
	/* repair cuts no whole record */
	if (warc_scan(dir, NULL, 0, see, &after, NULL) != ERR_OK || before != after)
		abort();
	return 0;
}
