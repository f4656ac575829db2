/*
 * read_fixture - a document made of lines and tables for the tests of the reading steps.
 */
#ifndef TESTS_READ_FIXTURE_H
#define TESTS_READ_FIXTURE_H

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "parser/lexicon.h"
#include "parser/read.h"
#include "suite.h"

static struct lexicon *fx_lex;
static struct arena *fx_arena;
static struct document fx_doc;
static struct buf fx_text;
static struct block fx_blocks[4096];
static struct table fx_tables[8];

__attribute__((unused)) static void fx_setup(void)
{
	ck_assert_int_eq(lexicon_load(&fx_lex), ERR_OK);
	fx_arena = arena_new(256u << 20);
	memset(&fx_doc, 0, sizeof fx_doc);
	fx_doc.arena = fx_arena;
	fx_doc.kind = KIND_HTML;
	fx_doc.explain = true;
	buf_init(&fx_text, 16u << 20);
}

__attribute__((unused)) static void fx_teardown(void)
{
	buf_fini(&fx_text);
	arena_free(fx_arena);
	lexicon_free(fx_lex);
}

__attribute__((unused)) static void fx_line(const char *line)
{
	struct block *b = &fx_blocks[fx_doc.blocks_count++];
	*b = (struct block){.start = (uint32_t)fx_text.n, .kind = BLOCK_TEXT, .table = -1};
	ck_assert_int_eq(buf_add_z(&fx_text, line), ERR_OK);
	b->end = (uint32_t)fx_text.n;
	ck_assert_int_eq(buf_add_char(&fx_text, '\n'), ERR_OK);
}

/*
 * A table of `rows` lines, cells parted by '|'. A cell "<" goes on with the one to its left, "^" with the one above.
 */
__attribute__((unused)) static void fx_table(const char *const *rows, unsigned n)
{
	struct table *t = &fx_tables[fx_doc.tables_count];
	unsigned cols = 1;
	for (const char *p = rows[0]; *p; p++)
		cols += *p == '|';
	*t = (struct table){.rows = (uint16_t)n, .cols = (uint16_t)cols};
	snprintf(t->id, sizeof t->id, "t%zu", ++fx_doc.tables_count);
	t->cells = calloc((size_t)n * cols, sizeof *t->cells);
	t->grid = calloc((size_t)n * cols, sizeof *t->grid);
	t->start = (uint32_t)fx_text.n;
	for (unsigned r = 0; r < n; r++) {
		const char *p = rows[r];
		struct block *b = &fx_blocks[fx_doc.blocks_count++];
		*b = (struct block){
			.start = (uint32_t)fx_text.n, .kind = BLOCK_ROW, .table = (int32_t)fx_doc.tables_count - 1};
		for (unsigned c = 0; c < cols; c++) {
			size_t len = strcspn(p, "|");
			size_t at = (size_t)r * cols + c;
			if (c > 0)
				buf_add_char(&fx_text, '\t');
			if (len == 1 && *p == '<' && c > 0) {
				t->grid[at] = t->grid[at - 1];
				struct cell *k = &t->cells[t->grid[at]];
				if (k->row == r)
					k->colspan++;
			} else if (len == 1 && *p == '^' && r > 0) {
				t->grid[at] = t->grid[at - cols];
				struct cell *k = &t->cells[t->grid[at]];
				if (k->col == c)
					k->rowspan++;
			} else {
				t->grid[at] = (int32_t)t->cells_count;
				struct cell *k = &t->cells[t->cells_count++];
				*k = (struct cell){(uint32_t)fx_text.n, 0, (uint16_t)r, (uint16_t)c, 1, 1, false};
				buf_add(&fx_text, p, len);
				k->end = (uint32_t)fx_text.n;
			}
			p += len + (p[len] == '|');
		}
		b->end = (uint32_t)fx_text.n;
		buf_add_char(&fx_text, '\n');
	}
	t->end = (uint32_t)fx_text.n;
}

/* Sections that every report of the tests has, so that it is taken for one. */
__attribute__((unused)) static void fx_head(const char *title)
{
	fx_line(title);
	fx_line("本年度报告由概述、主动公开政府信息情况、依申请公开政府信息情况、收费情况、行政复议情况和存在的主要问题"
		"组成。");
	fx_line("本文所列材料来自各科室平时的登记。登记每月核对一次。核对后的材料存入档案。各科室对登记的材料负责。");
}

__attribute__((unused)) static void fx_read(void)
{
	fx_doc.text = buf_str(&fx_text);
	fx_doc.text_cps = utf8_count(fx_doc.text.p, fx_doc.text.n);
	fx_doc.blocks = fx_blocks;
	fx_doc.tables = fx_tables;
	read_reports(fx_lex, &fx_doc);
	for (size_t i = 0; i < fx_doc.tables_count; i++) {
		free(fx_tables[i].cells);
		free(fx_tables[i].grid);
	}
}

/* The metric with this id, scope and applicant; NULL when there is none. */
__attribute__((unused)) static const struct metric *fx_metric(const char *id, const char *scope, const char *applicant)
{
	for (size_t r = 0; r < fx_doc.reports_count; r++)
		for (size_t i = 0; i < fx_doc.reports[r].metrics_count; i++) {
			const struct metric *m = &fx_doc.reports[r].metrics[i];
			if (str_eq_z(m->id, id) && str_eq_z(m->scope, scope) && str_eq_z(m->applicant, applicant))
				return m;
		}
	return NULL;
}

__attribute__((unused)) static double fx_value(const char *id, const char *scope, const char *applicant)
{
	const struct metric *m = fx_metric(id, scope, applicant);
	return m ? m->value : -12345;
}

/* text[offset : offset + length] is the evidence of every metric and the text of every quantity. */
__attribute__((unused)) static void fx_evidence(void)
{
	for (size_t r = 0; r < fx_doc.reports_count; r++) {
		const struct report *p = &fx_doc.reports[r];
		for (size_t i = 0; i < p->metrics_count + p->quantities_count; i++) {
			bool metric = i < p->metrics_count;
			struct str e = metric ? p->metrics[i].evidence : p->quantities[i - p->metrics_count].text;
			uint32_t offset =
				metric ? p->metrics[i].offset_cp : p->quantities[i - p->metrics_count].offset_cp;
			size_t pos = 0;
			for (uint32_t k = 0; k < offset; k++)
				utf8_next(fx_doc.text.p, fx_doc.text.n, &pos);
			ck_assert_msg(e.n > 0 && pos + e.n <= fx_doc.text.n &&
					      memcmp(fx_doc.text.p + pos, e.p, e.n) == 0,
				      "evidence %zu", i);
		}
	}
}

#endif
