#include "parser/maintext_trim.h"

#include "parser/fields.h"

/* a line of labelled date, source and the like ("发布时间：… 来源：…") */
static bool is_info(const struct page *p, const struct line *l)
{
	if (l->cps > 120)
		return false;
	struct field f[FIELDS_MAX];
	size_t n = fields_of(p->words, page_line(p, l), f, FIELDS_MAX);
	unsigned info = 0;
	for (size_t i = 0; i < n; i++)
		info += f[i].kind == LABEL_DATE || f[i].kind == LABEL_SOURCE || f[i].kind == LABEL_STOP;
	return n > 0 && info > 0 && f[0].at < 12;
}

#define HEAD_LINES 14

/*
 * The head: what stands above the source and time line is the page's own head, unless it is a paragraph of the
 * body's own element: "a title inside the body is part of it".
 */
static void trim_head(const struct page *p, struct maintext *m)
{
	uint32_t seen = 0, info = UINT32_MAX;
	for (uint32_t i = m->first; i < m->end && seen < HEAD_LINES; i++) {
		if (!m->keep[i])
			continue;
		seen++;
		if (is_info(p, &p->lines[i]))
			info = i;
		if (p->lines[i].cps > 120 && p->lines[i].puncts > 2)
			break;
	}
	if (info == UINT32_MAX)
		return;
	int32_t body = -1;
	for (uint32_t i = info + 1; i < m->end; i++)
		if (m->keep[i]) {
			body = p->lines[i].node;
			break;
		}
	for (uint32_t i = m->first; i <= info; i++) {
		const struct line *l = &p->lines[i];
		if (i == info || l->kind == BLOCK_HEADING || l->node != body || is_info(p, l) ||
		    l->link_cps * 2 > l->cps)
			m->keep[i] = 0;
	}
}

/* The foot: from a line that begins a page's foot, when it stands in the last part. */
static void trim_foot(const struct page *p, struct maintext *m)
{
	uint64_t all = 0, before = 0;
	for (uint32_t i = m->first; i < m->end; i++)
		all += m->keep[i] ? p->lines[i].cps : 0;
	for (uint32_t i = m->first; i < m->end; i++) {
		const struct line *l = &p->lines[i];
		if (!m->keep[i])
			continue;
		if (before * 10 > all * 7 && l->foot) {
			memset(m->keep + i, 0, m->end - i);
			return;
		}
		before += l->cps;
	}
}

/* Lists of links: three and more lines that are links, one behind the other. */
static void trim_link_runs(const struct page *p, struct maintext *m)
{
	for (uint32_t i = m->first; i < m->end;) {
		uint32_t k = i;
		while (k < m->end &&
		       (!m->keep[k] || (p->lines[k].link_cps * 10 > p->lines[k].cps * 8 && p->lines[k].link_cps)))
			k++;
		uint32_t kept = 0;
		for (uint32_t j = i; j < k; j++)
			kept += m->keep[j];
		if (kept >= 4 && !m->templated)
			memset(m->keep + i, 0, k - i);
		i = k > i ? k : i + 1;
	}
}

void trim_lines(const struct page *p, struct maintext *m, const uint8_t *data)
{
	for (uint32_t i = m->first; i < m->end; i++) {
		const struct line *l = &p->lines[i];
		bool in_data = l->cell >= 0 && data[p->cells[l->cell].table];
		if (m->keep[i] && !in_data && l->furniture)
			m->keep[i] = 0;
	}
	trim_head(p, m);
	trim_foot(p, m);
	trim_link_runs(p, m);
	while (m->first < m->end && !m->keep[m->first])
		m->first++;
	while (m->end > m->first && !m->keep[m->end - 1])
		m->end--;
}
