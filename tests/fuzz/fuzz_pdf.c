/*
 * What pdftotext and pdftocairo write, as a hostile PDF can make them: the input stands for their output (a NUL
 * parts words from drawing), behind a file that says %PDF. What comes out is JSON.
 */
#include <jansson.h>
#include <stdlib.h>

#include "parser/parse.h"

static struct parse *parse;

static enum convert_result give(void *ctx, const struct convert_job *job, struct str body, convert_sink sink, void *ud)
{
	const struct str *s = ctx;
	const char *nul = memchr(s->p, '\0', s->n);
	size_t cut = nul ? (size_t)(nul - s->p) : s->n;
	struct str part = job->tool == CONVERT_PDF_WORDS ? str_sub(*s, 0, cut) : str_sub(*s, cut + 1, s->n);
	(void)body;
	for (size_t at = 0; at < part.n; at += 100)
		if (!sink(ud, part.p + at, part.n - at < 100 ? part.n - at : 100))
			return CONVERT_STOPPED;
	return CONVERT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf out;
	struct str input = {(const char *)data, n};
	const struct converter c = {give, &input};
	if (!parse && parse_new(&parse) != ERR_OK)
		abort();
	buf_init(&out, 9u << 20);
	struct parse_input in = {.body = STR("%PDF-1.4\n"), .convert = &c};
	if (parse_page(parse, &in, &out) == ERR_OK) {
		json_t *d = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
		if (!d)
			abort();
		json_decref(d);
	}
	buf_fini(&out);
	return 0;
}
