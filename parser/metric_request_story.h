/*
 * metric_request_story - requests that a report tells of one by one: 收到申请3件,一件同意公开,另有两件因涉及个人隐私不予公开. Each
 * item begins with how many it tells of; what became of them stands in its own clauses, among others on what was asked.
 * Items are read only where they come to just the requests that a figure before them counts.
 *
 * Pure functions of the text and what was read so far; no errors.
 */
#ifndef PARSER_METRIC_REQUEST_STORY_H
#define PARSER_METRIC_REQUEST_STORY_H

#include "parser/metric_prose.h"

/** Adds what the items of a sentence on requests say. */
void metric_request_story(struct reading *g, const struct sentence *s);

#endif
