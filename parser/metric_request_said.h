/*
 * metric_request_said - what clauses without a figure of their own say of requests: of all that a figure before them
 * counts, or that there was none of something. They add figures; what was read stays.
 *
 * Texts live in the document's arena; no errors.
 */
#ifndef PARSER_METRIC_REQUEST_SAID_H
#define PARSER_METRIC_REQUEST_SAID_H

#include "parser/metric_pattern.h"

/**
 * What the clauses of the sentence without a figure say: of figures before (均为网络申请; 理由是涉及商业秘密; 均在法定期限内)
 * and of what there was none (无传真和网上申请, 没有延期的, 当面、信函申请均为0件).
 */
void metric_request_said(struct reading *g, const struct sentence *s);

#endif
