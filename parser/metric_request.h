/*
 * metric_request - what became of applications for information, read from the parts of a clause: by which way they
 * came, whether they were answered, closed, granted or refused and why, of what they were and which organ had them.
 *
 * A second reader beside the wordings of the lexicon, as metric_clause is for disclosure: it takes a figure that no
 * wording names, or a clause without a figure of its own, and says nothing as soon as a part is not understood. Only
 * where the sentence, its paragraph or its heading speaks of requests. What each group of words says is a row of
 * `sayings`; the words are the groups ask_* of the lexicon. Pure functions of the text and what was read so far; no
 * errors.
 */
#ifndef PARSER_METRIC_REQUEST_H
#define PARSER_METRIC_REQUEST_H

#include "parser/metric_pattern.h"

/** What the figure, which no wording names, is of requests. Sets id, unit, scope, qualifier and value. */
bool metric_request(const struct reading *g, const struct figure *f, struct metric *m);
/**
 * Sets the scope of `m`, requests that were received, where the clause begins with the organ that had them: 其中国土局12件
 * in the report of a government.
 */
void metric_request_organ(const struct reading *g, const struct figure *f, struct metric *m);
/**
 * What the clauses of the sentence without a figure say: of figures before (均为网络申请; 理由是涉及商业秘密; 均在法定期限内)
 * and of what there was none (无传真和网上申请, 没有延期的, 当面、信函申请均为0件).
 */
void metric_request_said(struct reading *g, const struct sentence *s);

#endif
