#include "fetcher/http_head.h"

void http_head_init(struct http_head *h)
{
	*h = (struct http_head){0};
	buf_init(&h->text, 2 * HTTP_HEAD_MAX); /* LF may become CRLF */
}

void http_head_fini(struct http_head *h)
{
	buf_fini(&h->text);
}

static int status_of(struct str line)
{
	const char *space = memchr(line.p, ' ', line.n);
	int v = 0;
	for (const char *p = space ? space + 1 : NULL; p && p < line.p + line.n && *p >= '0' && *p <= '9' && v < 1000;
	     p++)
		v = v * 10 + (*p - '0');
	return v;
}

static enum err status_line(struct http_head *h, struct str line)
{
	h->status = status_of(line);
	h->in_head = true;
	h->dropping = false;
	buf_clear(&h->text);
	if (str_starts(line, STR("HTTP/1.")))
		return buf_printf(&h->text, "%.*s\r\n", STR_FMT(line));
	/* RFC 9113 8.3.1: no reason phrase; the space before it stays (RFC 9112 4) */
	return buf_printf(&h->text, "HTTP/1.1 %d \r\n", h->status);
}

static bool is_transfer_encoding(struct str line)
{
	const char *colon = memchr(line.p, ':', line.n);
	return colon && str_ieq_z(str_trim((struct str){line.p, (size_t)(colon - line.p)}), "transfer-encoding");
}

enum err http_head_line(struct http_head *h, const char *p, size_t n)
{
	struct str line = {p, n};
	h->seen_bytes += n;
	if (h->seen_bytes > HTTP_HEAD_MAX)
		return err_set(ERR_LIMIT, "a response head of more than %d bytes", HTTP_HEAD_MAX);
	while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	if (h->complete)
		return ERR_OK;
	if (!h->in_head)
		return str_starts(line, STR("HTTP/")) ? status_line(h, line) : ERR_OK;
	if (line.n == 0) {
		h->in_head = false;
		h->complete = h->status >= 200;
		return buf_add_z(&h->text, "\r\n");
	}
	if (line.p[0] == ' ' || line.p[0] == '\t') {
		if (h->dropping)
			return ERR_OK;
		h->text.n -= 2; /* over the CRLF of the line before */
		return buf_printf(&h->text, " %.*s\r\n", STR_FMT(str_trim(line)));
	}
	h->dropping = is_transfer_encoding(line);
	if (h->dropping)
		return ERR_OK;
	enum err e = buf_add_str(&h->text, line);
	return e == ERR_OK ? buf_add_z(&h->text, "\r\n") : e;
}

void http_head_close(struct http_head *h)
{
	if (h->status < 200) {
		h->status = 0;
		buf_clear(&h->text);
	} else if (h->in_head) {
		buf_add_z(&h->text, "\r\n"); /* the buffer has twice the room */
	}
	h->in_head = false;
}
