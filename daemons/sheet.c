#include "daemons/sheet.h"

#include <assert.h>
#include <unistd.h>

enum err sheet_open(struct sheet *s, const struct sheet_options *o, const char *name,
		    const struct sheet_column *columns, unsigned count)
{
	unsigned shown = 0;
	assert(count <= OUT_COLUMNS_MAX);
	*s = (struct sheet){.o = o, .columns = columns, .count = count};
	for (unsigned i = 0; i < count; i++)
		if (!o->canonical || !columns[i].varies)
			s->shown[shown++].name = columns[i].name;
	const char *suffix = o->format == OUT_CSV ? "csv" : "jsonl";
	if (snprintf(s->path, sizeof s->path, "%s/%s.%s", o->dir, name, suffix) >= (int)sizeof s->path)
		return err_set(ERR_INPUT, "the name of the folder '%s' is too long", o->dir);
	snprintf(s->temp, sizeof s->temp, "%s.part", s->path);
	s->f = fopen(s->temp, "we");
	if (!s->f)
		return err_errno(ERR_IO, "cannot write '%s'", s->temp);
	s->out = out_new_file(s->f, o->format, o->bom, s->shown, shown);
	return ERR_OK;
}

static enum err finish(struct sheet *s)
{
	if (fflush(s->f) != 0 || fsync(fileno(s->f)) != 0)
		return err_errno(ERR_IO, "cannot write '%s'", s->temp);
	if (rename(s->temp, s->path) != 0)
		return err_errno(ERR_IO, "cannot rename '%s' to '%s'", s->temp, s->path);
	return ERR_OK;
}

enum err sheet_close(struct sheet *s, enum err e)
{
	if (!s->f)
		return e;
	char told[512];
	if (e != ERR_OK)
		snprintf(told, sizeof told, "%s", err_text());
	enum err written = out_end(s->out);
	if (e == ERR_OK && written != ERR_OK)
		e = err_set(written, "'%s': %s", s->temp, err_text());
	else if (e != ERR_OK)
		err_set(e, "%s", told);
	if (e == ERR_OK)
		e = finish(s);
	fclose(s->f);
	s->f = NULL;
	if (e != ERR_OK)
		unlink(s->temp);
	return e;
}

bool sheet_row(struct sheet *s)
{
	s->at = 0;
	if (!out_row(s->out))
		return false;
	s->rows++;
	return true;
}

static bool shown(struct sheet *s)
{
	assert(s->at < s->count);
	return !(s->columns[s->at++].varies && s->o->canonical);
}

void sheet_text(struct sheet *s, struct str v)
{
	if (shown(s))
		out_text(s->out, v);
}

void sheet_int(struct sheet *s, int64_t v)
{
	if (shown(s))
		out_int(s->out, v);
}

void sheet_int_or_null(struct sheet *s, int64_t v, bool null)
{
	if (shown(s))
		out_int_or_null(s->out, v, null);
}

void sheet_num(struct sheet *s, double v)
{
	if (shown(s))
		out_num(s->out, v);
}

void sheet_bool(struct sheet *s, bool v)
{
	if (shown(s))
		out_bool(s->out, v);
}

void sheet_time(struct sheet *s, int64_t wall)
{
	if (shown(s))
		out_time(s->out, wall);
}

void sheet_json(struct sheet *s, struct str v)
{
	if (shown(s))
		out_json(s->out, v);
}
