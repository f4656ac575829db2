/*
 * fuzz_page - what the fuzz targets of the parser share: one page through parse_page(), held to its limits.
 *
 * What comes out is JSON or a named error, in at most FUZZ_CPU_BASE_S and two seconds a megabyte of CPU time
 * (also under a sanitizer, where a run takes several times as long); memory is held by the fuzzer's own limits
 * (tests/fuzz/run.sh). Anything else aborts.
 */
#ifndef TESTS_FUZZ_PAGE_H
#define TESTS_FUZZ_PAGE_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "parser/parse.h"

#define FUZZ_CPU_BASE_S 2.0
#define FUZZ_CPU_PER_MB_S 2.0

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__attribute__((unused)) static double fuzz_cpu_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Aborts when the run took longer than its bytes allow. */
__attribute__((unused)) static void fuzz_in_time(double begin, size_t bytes)
{
	double took = fuzz_cpu_s() - begin, may = FUZZ_CPU_BASE_S + FUZZ_CPU_PER_MB_S * (double)bytes / (1 << 20);
	if (took > may) {
		fprintf(stderr, "%zu bytes took %.1f s of CPU time, more than %.1f s\n", bytes, took, may);
		abort();
	}
}

__attribute__((unused)) static void fuzz_input(const struct parse_input *in)
{
	static struct parse *parse;
	struct buf out;
	if (!parse && parse_new(&parse) != ERR_OK)
		abort();
	buf_init(&out, 9u << 20);
	double begin = fuzz_cpu_s();
	if (parse_page(parse, in, &out) == ERR_OK) {
		json_t *d = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
		if (!d)
			abort();
		json_decref(d);
	}
	fuzz_in_time(begin, in->body.n);
	buf_fini(&out);
}

__attribute__((unused)) static void fuzz_body(struct str body, const char *type, const struct converter *c)
{
	const struct parse_input in = {.body = body,
				       .url = STR("http://a.gov.cn/b/c"),
				       .final_url = STR("http://a.gov.cn/b/c"),
				       .content_type = str_of(type),
				       .context = STR("{\"page\":\"http://a.gov.cn/\",\"anchor\":\"x\"}"),
				       .convert = c};
	fuzz_input(&in);
}

/* --------------------------------------------------------------- a zip to fill */

__attribute__((unused)) static void fuzz_little(struct buf *o, uint32_t v, unsigned bytes)
{
	for (; bytes; bytes--, v >>= 8)
		(void)buf_add_char(o, (char)(v & 0xff));
}

/* One stored member and no directory: the heads are walked then. */
__attribute__((unused)) static void fuzz_member(struct buf *o, const char *name, struct str data)
{
	(void)buf_add(o, "PK\x03\x04\x14\0\0\0\0\0\0\0\0\0", 14);
	fuzz_little(o, 0, 4);
	fuzz_little(o, (uint32_t)data.n, 4);
	fuzz_little(o, (uint32_t)data.n, 4);
	fuzz_little(o, (uint32_t)strlen(name), 2);
	fuzz_little(o, 0, 2);
	(void)buf_add_z(o, name);
	(void)buf_add_str(o, data);
}

/* The next part of an input whose parts stand between zero bytes. */
__attribute__((unused)) static struct str fuzz_part(struct str s, size_t *at)
{
	const char *nul = *at < s.n ? memchr(s.p + *at, 0, s.n - *at) : NULL;
	size_t end = nul ? (size_t)(nul - s.p) : s.n;
	struct str part = str_sub(s, *at, end);
	*at = end + (nul != NULL);
	return part;
}

/* ------------------------------------------------- a converter that was taken over */

/* What it writes, `give` says: convert.h's tools answer with parts of the input, or end with `result`. */
struct fuzz_tool {
	struct str output[CONVERT_TOOLS];
	enum convert_result result[CONVERT_TOOLS];
};

__attribute__((unused)) static enum convert_result fuzz_convert(void *ctx, const struct convert_job *job,
								struct str body, convert_sink sink, void *ud)
{
	const struct fuzz_tool *t = ctx;
	struct str s = t->output[job->tool];
	(void)body;
	for (size_t at = 0; at < s.n; at += 100)
		if (!sink(ud, s.p + at, s.n - at < 100 ? s.n - at : 100))
			return CONVERT_STOPPED;
	return t->result[job->tool];
}

#endif
