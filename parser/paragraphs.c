#include "parser/paragraphs.h"

void paragraphs_init(struct paragraphs *p, struct arena *a, struct emit *e, struct str *title)
{
	*p = (struct paragraphs){.arena = a, .e = e, .title = title};
	buf_init(&p->heading, PARAGRAPHS_TITLE_BYTES_MAX + 16);
}

void paragraphs_fini(struct paragraphs *p)
{
	buf_fini(&p->heading);
}

void paragraphs_body(struct paragraphs *p)
{
	if (p->body_begun)
		return;
	if (p->heading.n > 0) {
		*p->title = arena_dup(p->arena, buf_str(&p->heading));
		emit_line(p->e, "h1", *p->title);
		p->written = true;
	}
	buf_clear(&p->heading);
	p->body_begun = true;
}

/* A line of the title is centred, short and no sentence. */
static bool of_title(const struct paragraphs *p, struct str s, bool centred)
{
	return !p->body_begun && centred && p->heading_lines < PARAGRAPHS_TITLE_LINES_MAX &&
	       p->heading.n + s.n < PARAGRAPHS_TITLE_BYTES_MAX && str_find(s, STR("。"), 0) < 0 &&
	       !str_starts(s, STR("（")) && !str_starts(s, STR("("));
}

void paragraphs_line(struct paragraphs *p, struct str text, bool centred)
{
	struct str s = str_trim_wide(text);
	if (s.n == 0)
		return;
	if (of_title(p, s, centred)) {
		(void)buf_add_str(&p->heading, s);
		p->heading_lines++;
		return;
	}
	paragraphs_body(p);
	emit_line(p->e, "p", s);
	p->written = true;
}
