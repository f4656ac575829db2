/*
 * metric_denied - what was not held, issued or set up: "未举行过新闻发布会", "全年没有制发规范性文件", "未设专门机构", and
 * where its head was not.
 */
#ifndef PARSER_METRIC_DENIED_H
#define PARSER_METRIC_DENIED_H

#include "parser/metric_prose.h"

/** Adds a zero for each thing that the sentence says was not held, issued or set up; a denial for some only is none. */
void metric_denied(struct reading *g, const struct sentence *s);

/** metric_absence.c: adds a zero of this id, stated in [from, to), unless the sentence has a figure of it. */
void metric_add_zero(struct reading *g, const struct sentence *s, const char *id, size_t from, size_t to);

#endif
