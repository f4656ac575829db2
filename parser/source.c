#include "parser/source.h"

#include <limits.h>

/* Name of RFC 9110 8.4.1, "x-gzip" being its old form. */
static bool coding_of(struct str name, enum source_coding *out)
{
	name = str_trim(name);
	if (name.n == 0 || str_ieq_z(name, "identity") || str_ieq_z(name, "none"))
		*out = SOURCE_IDENTITY;
	else if (str_ieq_z(name, "gzip") || str_ieq_z(name, "x-gzip"))
		*out = SOURCE_GZIP;
	else if (str_ieq_z(name, "deflate"))
		*out = SOURCE_DEFLATE;
	else
		return false;
	return true;
}

/* RFC 1950 2.2: a zlib head has method 8 and is a multiple of 31; without one the stream is raw deflate. */
static bool has_zlib_head(struct str body)
{
	if (body.n < 2)
		return false;
	const unsigned char *b = (const unsigned char *)body.p;
	return (b[0] & 0x0f) == 8 && (b[0] >> 4) <= 7 && (b[0] * 256 + b[1]) % 31 == 0;
}

static enum err open_stream(struct source *s)
{
	memset(&s->zs, 0, sizeof s->zs);
	int bits = s->coding == SOURCE_GZIP ? 15 + 16 : has_zlib_head(s->body) ? 15 : -15;
	if (inflateInit2(&s->zs, bits) != Z_OK)
		return err_set(ERR_NOMEM, "cannot start inflating");
	s->zs_open = true;
	s->zs.next_in = (unsigned char *)(uintptr_t)s->body.p;
	s->zs.avail_in = s->body.n > UINT_MAX ? UINT_MAX : (uInt)s->body.n;
	return ERR_OK;
}

enum err source_init(struct source *s, struct str body, struct str content_encoding)
{
	s->body = body;
	s->at = s->given = 0;
	s->cut = s->ended = s->zs_open = false;
	bool packed = body.n > 2 && memcmp(body.p, "\x1f\x8b\x08", 3) == 0;
	if (packed && str_trim(content_encoding).n == 0)
		content_encoding =
			STR("gzip"); /* a file that is sent as it lies there: sitemap.xml.gz (RFC 1952 2.3) */
	if (!coding_of(content_encoding, &s->coding))
		return err_set(ERR_FORMAT, "content-encoding '%.*s' is not read",
			       (int)(content_encoding.n > 40 ? 40 : content_encoding.n), content_encoding.p);
	return s->coding == SOURCE_IDENTITY || body.n == 0 ? ERR_OK : open_stream(s);
}

void source_fini(struct source *s)
{
	if (s->zs_open)
		inflateEnd(&s->zs);
	s->zs_open = false;
}

enum err source_rewind(struct source *s)
{
	source_fini(s);
	s->at = s->given = 0;
	s->ended = false;
	return s->coding == SOURCE_IDENTITY || s->body.n == 0 ? ERR_OK : open_stream(s);
}

static struct str next_identity(struct source *s)
{
	size_t n = s->body.n - s->at;
	if (n > SOURCE_WINDOW)
		n = SOURCE_WINDOW;
	struct str out = {s->body.p + s->at, n};
	s->at += n;
	return out;
}

/* A gzip body may be several members (RFC 1952 2.2); bytes behind the last one are padding. */
static enum err inflate_some(struct source *s, size_t *n_out)
{
	s->zs.next_out = s->window;
	s->zs.avail_out = SOURCE_WINDOW;
	while (s->zs.avail_out > 0 && !s->ended) {
		int rc = inflate(&s->zs, Z_NO_FLUSH);
		if (rc == Z_OK)
			continue;
		if (rc == Z_STREAM_END && s->coding == SOURCE_GZIP && s->zs.avail_in > 2 && s->zs.next_in[0] == 0x1f &&
		    s->zs.next_in[1] == 0x8b && inflateReset(&s->zs) == Z_OK)
			continue;
		s->ended = true;
		if (rc != Z_STREAM_END)
			s->cut = true;
	}
	*n_out = SOURCE_WINDOW - s->zs.avail_out;
	if (s->cut && s->given + *n_out == 0)
		return err_set(ERR_FORMAT, "the body does not inflate: %s", s->zs.msg ? s->zs.msg : "cut short");
	return ERR_OK;
}

enum err source_next(struct source *s, struct str *out)
{
	*out = STR("");
	if (s->body.n == 0 || s->ended)
		return ERR_OK;
	if (s->coding == SOURCE_IDENTITY) {
		*out = next_identity(s);
	} else {
		size_t n;
		enum err rc = inflate_some(s, &n);
		if (rc)
			return rc;
		*out = (struct str){(const char *)s->window, n};
	}
	if (out->n > SOURCE_MAX_BYTES - s->given) {
		out->n = SOURCE_MAX_BYTES - s->given;
		s->cut = s->ended = true;
	}
	s->given += out->n;
	return ERR_OK;
}
