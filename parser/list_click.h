/*
 * list_click - addresses that stand in no href: elements that are clicked (onclick, javascript:, data-href), options of a
 * select, and pagers that only say a number ("goPage(2)", "共12页") where the page's own address or a form of it has a
 * parameter for that number. Nothing is executed. One element is open at a time; what it says is kept in the page's arena.
 */
#ifndef PARSER_LIST_CLICK_H
#define PARSER_LIST_CLICK_H

#include "parser/page.h"

#define LIST_CLICK_TEXT_MAX 240u /* bytes of the text of an element that is clicked */
#define LIST_CLICK_CODE_MAX 600u /* longer code is no pager's */
#define LIST_CLICK_INPUTS_MAX 12 /* of a form */

/** What an element's attributes say; empty when they do not. Borrowed. */
struct list_click {
	struct str code;    /* onclick or a javascript: address */
	struct str address; /* of a data attribute, or an option's value */
	struct str text;    /* an input's value, a title */
};

/** An element that may be clicked begins; any that is open ends. */
void list_click_open(struct page *p, const char *name, const struct list_click *c);
/** Only while p->clicking: elements and text inside of the open one. */
void list_click_inner(struct page *p, const char *name);
void list_click_text(struct page *p, const char *s, size_t n);
void list_click_end(struct page *p, const char *name);
/** A form, or a field of the form in work. */
void list_click_form(struct page *p, struct str action, struct str method);
void list_click_input(struct page *p, struct str name, struct str value);
/** Adds the pages that numbers name, unless a scheme has `named` them. */
void list_click_finish(struct page *p, bool named);

#endif
