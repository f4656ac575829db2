/*
 * report_class - is a text that speaks of disclosure the report itself, or another paper about it?
 *
 * News of a report, explanations and pictures of it, letters that ask for one, quarterly returns, guides and reports on
 * the rule of law state the same figures in the same words. They are told by what stands at their head and by their
 * voice: a dateline, a newspaper as the source, 报告显示, 据介绍. A report speaks for itself and is parted into the
 * subjects that the regulation asks for (条例 art. 32 of 2007, art. 50 of 2019).
 */
#ifndef PARSER_REPORT_CLASS_H
#define PARSER_REPORT_CLASS_H

#include "parser/segment.h"

/** Sections of [from, to) whose heading names a subject of the report (二、依申请公开情况), at most one for a subject. */
unsigned report_class_sections(const struct lexicon *l, const struct fold *f, size_t from, size_t to);
/**
 * Is the text of `s` another paper? `titled`: the page's title or a line of the text is a report's title; `table`: it
 * has a statutory table. One walk over the text.
 */
bool report_class_other(const struct lexicon *l, const struct document *d, const struct fold *f,
			const struct segment *s, bool titled, bool table);
/** Does [from, to), the title of a page or a line, tell of a report's appearance: X发布2023年...年度报告, ...年报出炉? */
bool report_class_news_title(const struct lexicon *l, const fchar *t, size_t from, size_t to);
/** Does the sentence around `pos` tell what somebody did the other day (日前, 昨日)? */
bool report_class_recent(const struct lexicon *l, const fchar *t, size_t from, size_t pos);

/** Is a title that of a notice by which a report is issued: 关于印发X2012年政府信息公开年度报告的通知, not ...年度报告制度的通知? */
bool report_class_issues(const struct lexicon *l, const fchar *t, size_t from, size_t to);

/**
 * A title that goes on over the line that ends at `end`: 关于做好2011年度政府信息公开年度报告 | 编制和公布工作的通知. Copies the line
 * [from, end) and the one below it to both[] as one; its length, or 0 where the two are longer than `max` or the second
 * does not end as a notice does.
 */
size_t report_class_two_lines(const struct lexicon *l, const fchar *t, size_t from, size_t end, size_t to, fchar *both,
			      size_t max);

/** Does [from, to) begin with the number of a section? */
bool report_class_numbered(const fchar *t, size_t from, size_t to);

#endif
