/*
 * metric_total - the total that the figures behind it are parts of, and what it makes of each of them.
 *
 * Prose states a total and then its parts: classes (metric_list.h), other parts of the body, what a bracket names.
 * The reader remembers the last figure that may be a total; each of the functions then says whether a quantity that no
 * pattern names, or not well enough, is one of its parts, and sets id, unit, scope, qualifier and value if so.
 */
#ifndef PARSER_METRIC_TOTAL_H
#define PARSER_METRIC_TOTAL_H

#include "parser/metric_pattern.h"

struct total {
	uint32_t metric;             /* that a list of parts belongs to, or NO_METRIC */
	size_t at;                   /* where it ends */
	size_t figure;               /* its quantity */
	size_t line;                 /* begin of its line */
	size_t chain;                /* the quantity that would go on with the list of its parts */
	size_t split_from, split_to; /* quantities of a list that splits it to the last item */
	size_t apart_from, apart_to; /* of another that stands apart from it, or ahead of it */
	size_t run_from, run_to;     /* of a run of classes (metric_run.h) */
	bool ahead;                  /* the figure at apart_to is their sum */
	bool counties;               /* it said (含县区N件) */
	bool own;                    /* it is the report's own disclosure */
	bool channel;                /* so far only a channel states how much was disclosed */
};

/** Takes metric `k`, the figure q[i] of the line at `line`, as the total, unless it is itself a part of one. */
void total_remember(struct total *total, const struct reading *g, uint32_t k, size_t i, size_t line);
/** "By the end of 2010 560 items; of these, in 2010, 180": with `m` the total was the running one (rule 2). */
void total_ran_on(const struct total *total, struct reading *g, size_t i, const struct metric *m);
/** 发布解读205篇,其中文字解读144篇: is `m` a kind of the total, not a second statement of it? */
bool total_repeated(const struct total *total, const struct reading *g, const struct figure *f, const struct metric *m);
/** Does a list begin with q[i] that stands apart from the total, or ahead of one that is still to come? */
void total_look_ahead(struct total *total, const struct reading *g, size_t i);
/** Does a run of classes that began before q[i] go on with it? */
bool total_run_goes_on(const struct total *total, size_t i);
/** Is q[i], which no wording reads, a total by the list of classes behind it? */
bool total_of_run(const struct reading *g, const struct figure *f, struct metric *m);
/** Is q[i] the sum of the list before it (合计12条)? Then it is the report's own total. */
bool total_sum(const struct total *total, const struct reading *g, size_t i, struct metric *m);
/** 书面申请3件、网上申请8件,共计11件; 网站80条,微信20条,合计100条: the sum of the ways of requests or of disclosure before it. */
bool total_of_ways(const struct reading *g, const struct figure *f, struct metric *m);
/** Is q[i] the next item of the list behind the total? If so the list goes on behind it. */
bool total_chained(struct total *total, const struct reading *g, size_t i);

/** (含县区35840条): the part of the figure before the bracket that another scope contributes. */
bool metric_of_bracket(const struct reading *g, const struct figure *f, struct metric *m);
/** 机构职能类信息171条: a class of the report's own total. `chained`: total_chained(); `sure`: struct class_ask. */
bool total_class(const struct total *total, const struct reading *g, const struct figure *f, bool chained, bool sure,
		 struct metric *m);
/** 机构类、政策类分别为5条、30条: the same for a figure of a list with 分别. */
bool total_class_each(const struct total *total, const struct reading *g, const struct figure *f, const struct each *e,
		      struct metric *m);
/** The item of a list that is the reporting body's own part: 总数(含县区N件)。其中:市X件; 其中市政府设置1个. */
bool total_own_level(const struct total *total, const struct reading *g, const struct figure *f);
/** 其中市本级3187条,县区6647条: the part of the report's own total that a level of the administration disclosed. */
bool total_level(const struct total *total, const struct reading *g, const struct figure *f, struct metric *m);
/** 其中市政府设置1个, 各委办局设置72个: an item without a label of its own takes over the id of the total. */
bool total_item(const struct total *total, const struct reading *g, const struct figure *f, struct metric *m);

#endif
