/*
 * metric_request_part - figures that are parts of the requests received: what one organ of several had, what came from
 * one kind of applicant, what was asked about one topic. They stand behind the figure of all requests, or in a list.
 *
 * Pure functions of the text and what was read so far; no errors.
 */
#ifndef PARSER_METRIC_REQUEST_PART_H
#define PARSER_METRIC_REQUEST_PART_H

#include "parser/metric_pattern.h"

/** Does q[i] count by a unit that requests have: 件, 宗? */
bool request_counted(const struct reading *g, size_t i);
/** Was q[i] read as requests that came in, all or a part of them? */
bool request_received(const struct reading *g, size_t i);
/** Is q[i] how many requests came in, to all organs and from all applicants? */
bool request_whole(const struct reading *g, size_t i);

/** 其中国土局受理8件,住建局4件: the requests that one organ of several had, in the report of a government. */
bool request_by_organ(const struct reading *g, const struct figure *f, struct metric *m);
/** 其中16件来自自然人,1件来自商业企业: by who asked, which only the forms since 2019 tell apart. */
bool request_by_applicant(const struct reading *g, const struct figure *f, struct metric *m);
/** The only kind of applicant that [from, to) names, with nothing else in it; NULL for none. */
const char *request_applicant(const struct reading *g, size_t from, size_t to);
/** 新收申请按主体:自然人192件: sets the applicant of `m`, requests received, where its item is of one kind of several. */
void metric_request_applicant(const struct reading *g, const struct figure *f, struct metric *m);
/** 口头申请4件、书面申请1件,共5件: the quantity that sums up the list of items that q[i] is one of; `i` for none. */
size_t request_sum(const struct reading *g, const struct sentence *s, size_t i);
/** 涉及土地征收15件、房屋拆迁12件: of what they were, as an item of a list that adds up to all of them. */
bool request_by_topic(const struct reading *g, const struct figure *f, struct metric *m);

/**
 * Sets the scope of `m`, requests that were received, where the clause begins with the organ that had them: 其中国土局12件
 * in the report of a government.
 */
void metric_request_organ(const struct reading *g, const struct figure *f, struct metric *m);
/** The first of a list of organs, which was read before the list was known: 法制办登记10件,国土局9件 */
void request_mend_first(struct reading *g, const struct sentence *s);

#endif
