#include "parser/page.h"

#include <stdlib.h>

enum err page_init(struct page *p, struct arena *arena, const struct words *words, bool no_templates)
{
	memset(p, 0, sizeof *p);
	p->arena = arena;
	p->words = words;
	p->no_templates = no_templates;
	buf_init(&p->text, PAGE_TEXT_MAX);
	p->metas = arena_calloc(arena, DOC_METAS_MAX, sizeof *p->metas);
	return ERR_OK;
}

void page_fini(struct page *p)
{
	buf_fini(&p->text);
	free(p->lines);
	free(p->nodes);
	free(p->cells);
	free(p->tables);
	free(p->links);
	free(p->link_seen);
}

bool page_room(struct page *p, void **array, size_t *cap, size_t count, size_t max, size_t size)
{
	if (count < *cap)
		return true;
	if (count >= max)
		return false;
	size_t want = *cap ? *cap * 2 : 256;
	if (want > max)
		want = max;
	void *more = reallocarray(*array, want, size);
	if (!more) {
		p->no_memory = true;
		return false;
	}
	*array = more;
	*cap = want;
	return true;
}

/* A sentence with a figure is text, whatever it speaks of: 通过微信公众号公开信息120条。 */
static bool states_figure(struct str s)
{
	s = str_trim_wide(s);
	if (!str_ends(s, STR("。")) && !str_ends(s, STR("；")))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

void page_mark_lines(struct page *p)
{
	for (size_t i = 0; i < p->lines_count; i++) {
		struct line *l = &p->lines[i];
		if (l->cps > 160)
			continue;
		unsigned kinds = words_phrases(p->words, page_line(p, l));
		l->foot = (kinds & (1u << PHRASE_END)) != 0 && l->cell < 0;
		if (kinds == 0 || (!l->foot && states_figure(page_line(p, l))))
			continue;
		l->furniture = l->foot || ((kinds & (1u << PHRASE_START)) && l->cps <= 40) ||
			       ((kinds & (1u << PHRASE_LINE)) && l->cps <= 60);
	}
}
