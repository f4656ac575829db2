/*
 * metric_run - runs of names and figures of one counting word ("机构职能3条、政策文件5条;工作动态40条"), and whether a run
 * is the list of the classes of what was disclosed. Pure functions of what was read so far.
 *
 * A list that splits its total to the last item is known by the sum (metric_split()). A run is known by its shape and
 * by what stands before it: a total, whether it was read as one or not, words that announce classes, or a verb of
 * disclosure before names that are plainly those of classes. It goes on as long as its shape does, so that a total
 * that is missing, wrong or not the sum of its items costs none of them.
 */
#ifndef PARSER_METRIC_RUN_H
#define PARSER_METRIC_RUN_H

#include "parser/metric_prose.h"

/**
 * The run of classes that begins with q[i]: the index behind its last item, 0 for none. `total` is the quantity of the
 * total read last, or SIZE_MAX when that is no total that classes may split. Reads RUN_ITEMS_MAX quantities at most.
 */
size_t metric_run(const struct reading *g, size_t i, size_t total);
/** Does what stands before the run that begins with q[i] say that classes follow (类别:)? */
bool metric_run_announced(const struct reading *g, size_t i);
/**
 * Is the name of each item of [from, to) but q[i] free of words that tell another matter than a class, and are there
 * enough of them that q[i] is of their kind, whatever its own name contains: 水利公报类信息18条 among classes?
 */
bool metric_run_among(const struct reading *g, size_t from, size_t to, size_t i);
/**
 * Does a list of classes follow the count q[i] of what was disclosed and come to it or nearly so? Then it is a total,
 * that of a way where its clause names one, however its sentence goes on.
 */
bool metric_run_splits(const struct reading *g, size_t i);

#endif
