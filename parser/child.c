#include "parser/child.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "parser/broker.h"
#include "parser/parse.h"
#include "parser/sandbox.h"
#include "proto/frame.h"

#define KEPT_DOC_BYTES (1024u * 1024) /* a larger document's memory goes back to the system */

static void on_refusal(size_t wanted)
{
	(void)wanted;
	_exit(CHILD_EXIT_MEMORY);
}

static void *take(size_t n)
{
	void *p = malloc(n ? n : 1);
	if (!p)
		on_refusal(n);
	return p;
}

/* False at the end of file; a request that ends in its middle means that the parent has died. */
static bool read_all(int fd, void *to, size_t n)
{
	char *p = to;
	while (n) {
		ssize_t got = read(fd, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static bool write_all(int fd, const void *from, size_t n)
{
	const char *p = from;
	while (n) {
		ssize_t put = write(fd, p, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

static bool answer(int fd, enum child_answer_kind kind, const char *detail, struct str doc)
{
	size_t n = strlen(detail);
	struct child_answer a = {.magic = CHILD_MAGIC, .kind = kind, .doc_bytes = doc.n};
	a.detail_bytes = (uint32_t)(n < CHILD_DETAIL_MAX ? n : CHILD_DETAIL_MAX);
	return write_all(fd, &a, sizeof(a)) && write_all(fd, detail, a.detail_bytes) && write_all(fd, doc.p, doc.n);
}

/* Conversions of one page: they share one time, and the parent is told of the first. */
struct conversions {
	struct broker *broker;
	int fd;
	int64_t until_ms; /* 0: none yet */
};

static enum convert_result convert(void *ctx, const struct convert_job *job, struct str body, convert_sink sink,
				   void *ud)
{
	struct conversions *c = ctx;
	if (!c->until_ms) {
		c->until_ms = mono_ms() + CONVERT_WALL_MS;
		if (!answer(c->fd, CHILD_CONVERTING, "", STR_NULL))
			return CONVERT_FAILED;
	}
	int64_t left = c->until_ms - mono_ms();
	if (left <= 0)
		return CONVERT_TIME;
	struct convert_job j = *job;
	j.wall_ms = (int)left;
	return broker_run(c->broker, &j, body, sink, ud);
}

static enum child_answer_kind parse_one(struct parse *p, struct parse_input *in, struct buf *doc)
{
	if (fault_page(in->body.p, in->body.n)) {
		err_set(ERR_AGAIN, "a fault that tests ask for");
		return CHILD_TRANSIENT;
	}
	bool needs_ocr = false;
	enum soft_kind soft = SOFT_NONE;
	in->needs_ocr = &needs_ocr;
	in->soft = &soft;
	enum err e = parse_page(p, in, doc);
	if (e == ERR_OK && soft != SOFT_NONE)
		return soft == SOFT_CHALLENGE ? CHILD_CHALLENGE : CHILD_SOFT_ERROR;
	if (e == ERR_OK && needs_ocr) {
		err_set(ERR_FORMAT, "no text layer: its pages are pictures");
		return CHILD_NEEDS_OCR;
	}
	if (e == ERR_OK)
		e = doc->sticky;
	switch (e) {
	case ERR_OK:
		return CHILD_DOC;
	case ERR_NOMEM:
		on_refusal(0);
		return CHILD_TRANSIENT;
	case ERR_INPUT:
		return CHILD_UNSUPPORTED;
	case ERR_FORMAT:
		return in->content_encoding.n ? CHILD_NOT_INFLATED : CHILD_NOT_PARSABLE;
	default:
		return CHILD_NOT_PARSABLE;
	}
}

/* Frees the body, wherever it is done with first. */
static void free_body(void *ctx)
{
	char **body = ctx;
	free(*body);
	*body = NULL;
}

static bool sane(const struct child_request *r)
{
	for (unsigned i = 0; i < CHILD_TEXTS; i++)
		if (r->text_bytes[i] > CHILD_TEXT_MAX)
			return false;
	return r->magic == CHILD_MAGIC && r->body_bytes <= FRAME_BODY_MAX;
}

static bool serve_one(struct parse *p, int fd, struct broker *broker, struct buf *doc)
{
	struct conversions conversions = {.broker = broker, .fd = fd};
	const struct converter converter = {convert, &conversions};
	struct child_request r;
	struct str texts[CHILD_TEXTS];
	if (!read_all(fd, &r, sizeof(r)))
		return false;
	if (!sane(&r))
		abort(); /* parent and child are one program: a bug */
	size_t total = 0, at = 0;
	for (unsigned i = 0; i < CHILD_TEXTS; i++)
		total += r.text_bytes[i];
	char *text = take(total), *body = take(r.body_bytes);
	bool alive = read_all(fd, text, total) && read_all(fd, body, r.body_bytes);
	if (alive) {
		for (unsigned i = 0; i < CHILD_TEXTS; i++) {
			texts[i] = (struct str){text + at, r.text_bytes[i]};
			at += r.text_bytes[i];
		}
		struct parse_input in = {.body = {body, r.body_bytes},
					 .url = texts[CHILD_URL],
					 .final_url = texts[CHILD_FINAL_URL],
					 .content_type = texts[CHILD_CONTENT_TYPE],
					 .content_encoding = texts[CHILD_CONTENT_ENCODING],
					 .context = texts[CHILD_CONTEXT],
					 .refuse_unknown = true,
					 .convert = &converter,
					 .body_done = free_body,
					 .body_ctx = &body};
		enum child_answer_kind kind = parse_one(p, &in, doc);
		alive = answer(fd, kind, kind == CHILD_DOC ? "" : err_text(),
			       kind == CHILD_DOC ? buf_str(doc) : STR_NULL);
	}
	free(text);
	free_body(&body);
	if (doc->cap > KEPT_DOC_BYTES)
		buf_fini(doc);
	buf_clear(doc);
	return alive;
}

/* Libraries load and seed themselves at their first use, with files; that must lie before the sandbox. */
static enum err warm_up(struct parse *p, struct buf *doc)
{
	static const char page[] =
		"<html><head><title>\xE5\xB9\xB4\xE6\x8A\xA5</title></head><body><p>1</p></body></html>";
	const struct parse_input in = {.body = STR(page),
				       .url = STR("http://localhost/"),
				       .final_url = STR("http://localhost/"),
				       .content_type = STR("text/html; charset=utf-8"),
				       .context = STR("{}")};
	char hash[65];
	json_object_seed(0);
	sha256_hex("", 0, hash); /* the page says too little to be hashed itself */
	enum err e = parse_page(p, &in, doc);
	buf_clear(doc);
	return e;
}

int child_main(int fd)
{
	struct parse *p;
	struct broker *broker = NULL;
	struct buf doc;
	/* the parent decides when this process ends: by the end of file, or by its own death */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "gongkai-child");
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	arena_on_refusal(on_refusal);
	buf_init(&doc, FRAME_DOC_MAX);
	enum err e = broker_new(&broker); /* before there is anything in memory to copy */
	if (e == ERR_OK)
		e = parse_new(&p);
	if (e == ERR_OK)
		e = warm_up(p, &doc);
	if (e == ERR_OK)
		e = sandbox_enter();
	if (e != ERR_OK) {
		log_error("the child cannot start: %s", err_text());
		return err_exit_status(e);
	}
	if (answer(fd, CHILD_READY, "", STR_NULL))
		while (serve_one(p, fd, broker, &doc))
			;
	buf_fini(&doc);
	parse_free(p);
	broker_free(broker);
	return 0;
}
