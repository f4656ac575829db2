/*
 * bench_repeat - what a text costs that says one thing over and over: the reader's worst case, since every rule that
 * fits a sentence meets as many neighbours of its own kind as a report may have figures.
 *
 *   bench_repeat [--bytes N] [--each K] [--least S]
 *
 * Every stretch of the wordings and every opening (tests/unit), or one in K of them, is repeated up to N bytes (default 1 MiB), as
 * lines and as one line, and parsed. Prints the slowest five and the median in seconds of CPU a MiB; exit status 1 when
 * one takes longer than S (default 2.0: what PROTOCOL.md gives a parser).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "parser/parse.h"

#define STRETCHES_MAX 8192
#define LINE_BYTES 8192
#define MIB (1024.0 * 1024.0)

struct stretch {
	char where[80];
	char *heading, *text;
	double cost; /* seconds a MiB, the higher of both ways */
};

static struct stretch stretches[STRETCHES_MAX];
static size_t count;

static double cpu_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *copy(const char *s, size_t n)
{
	char *p = malloc(n + 1);
	if (!p)
		abort();
	memcpy(p, s, n);
	p[n] = 0;
	return p;
}

static void take_line(const char *file, unsigned no, char *line)
{
	char *text = strchr(line, '\t'), *want = text ? strchr(text + 1, '\t') : NULL;
	if (!want || strncmp(line, "# ", 2) == 0 || count == STRETCHES_MAX)
		return;
	char *heading = line + strspn(line, "*+%^");
	struct stretch *s = &stretches[count++];
	snprintf(s->where, sizeof s->where, "%.60s:%u", file, no);
	s->heading = copy(heading, (size_t)(text - heading));
	s->text = copy(text + 1, (size_t)(want - text - 1));
	for (char *p = s->text; *p; p++)
		*p = *p == '|' || strchr("!<>#", *p) ? '\n' : *p; /* marks of the openings */
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void take_files(const char *folder)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, by_name);
	if (n < 0) {
		fprintf(stderr, "bench_repeat: %s cannot be listed: start it in the repository\n", folder);
		exit(2);
	}
	for (int i = 0; i < n; i++) {
		char path[512], line[LINE_BYTES];
		snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		FILE *f = names[i]->d_name[0] == '.' ? NULL : fopen(path, "r");
		for (unsigned no = 1; f && fgets(line, sizeof line, f); no++)
			take_line(names[i]->d_name, no, line);
		if (f)
			fclose(f);
		free(names[i]);
	}
	free(names);
}

static double cost_of(struct parse *parse, const struct stretch *s, const char *between, size_t bytes, struct buf *text,
		      struct buf *out)
{
	buf_clear(text);
	(void)buf_add_z(text,
			"甘谷县人民政府2014年政府信息公开年度报告\n一、概述\n2014年，全县主动公开政府信息4000条。\n");
	(void)buf_add_z(text, s->heading);
	(void)buf_add_char(text, '\n');
	while (text->n < bytes) {
		(void)buf_add_z(text, s->text);
		(void)buf_add_z(text, between);
	}
	const struct parse_input in = {.body = buf_str(text),
				       .url = STR("http://a.gov.cn/b.txt"),
				       .final_url = STR("http://a.gov.cn/b.txt"),
				       .content_type = STR("text/plain; charset=utf-8")};
	double begin = cpu_s();
	buf_clear(out);
	if (parse_page(parse, &in, out) != ERR_OK)
		printf("%s: %s\n", s->where, err_text());
	return (cpu_s() - begin) * MIB / (double)text->n;
}

static int dearer_first(const void *a, const void *b)
{
	double x = ((const struct stretch *)a)->cost, y = ((const struct stretch *)b)->cost;
	return (x < y) - (x > y);
}

int main(int argc, char **argv)
{
	size_t bytes = 1024 * 1024, each = 1, kept = 0;
	double least = 2.0;
	for (int i = 1; i < argc; i += 2) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";
		if (strcmp(argv[i], "--bytes") == 0 && atoi(value) > 0)
			bytes = (size_t)atoi(value);
		else if (strcmp(argv[i], "--each") == 0 && atoi(value) > 0)
			each = (size_t)atoi(value);
		else if (strcmp(argv[i], "--least") == 0 && atof(value) > 0)
			least = atof(value);
		else
			return fprintf(stderr, "usage: bench_repeat [--bytes N] [--each K] [--least S]\n"), 2;
	}
	take_files(TEST_SOURCE_DIR "/unit/openings");
	take_files(TEST_SOURCE_DIR "/unit/wordings");
	struct parse *parse;
	struct buf text, out;
	if (count == 0 || parse_new(&parse) != ERR_OK)
		return fprintf(stderr, "bench_repeat: no wordings, or no parser: %s\n", err_text()), 2;
	buf_init(&text, bytes + LINE_BYTES);
	buf_init(&out, 16u << 20);
	for (size_t i = 0; i < count; i++) {
		if (i % each == 0) {
			double lines = cost_of(parse, &stretches[i], "\n", bytes, &text, &out),
			       line = cost_of(parse, &stretches[i], "", bytes, &text, &out);
			stretches[i].cost = lines > line ? lines : line;
			kept++;
		}
	}
	qsort(stretches, count, sizeof *stretches, dearer_first);
	printf("%zu stretches repeated to %zu bytes, seconds of CPU a MiB: median %.2f, slowest\n", kept, bytes,
	       stretches[kept / 2].cost);
	for (size_t i = 0; i < 5 && i < kept; i++)
		printf("  %.2f  %s  %.120s\n", stretches[i].cost, stretches[i].where, stretches[i].text);
	bool over = stretches[0].cost > least;
	if (over)
		printf("over the bar of %.1f s a MiB\n", least);
	for (size_t i = 0; i < count; i++) {
		free(stretches[i].heading);
		free(stretches[i].text);
	}
	buf_fini(&text);
	buf_fini(&out);
	parse_free(parse);
	return over;
}
