/*
 * metric_item - the bounds of an item of a list of figures: where its name begins and ends before the figure, and
 * whether the figure ends it. What is such an item, and of which list, others say (metric_class.c, metric_run.c). Pure
 * functions of the text.
 */
#ifndef PARSER_METRIC_ITEM_H
#define PARSER_METRIC_ITEM_H

#include "parser/metric_pattern.h"

/** Where the name before the figure at `pos` ends, not before `left`: 机构设置类:6条, 机构设置类(6条). */
size_t metric_item_end(const struct reading *g, size_t left, size_t pos);
/** Where the name of q[i] ends that a comma or its share parts from it: 机构类信息占9%,共513条. 0 when none does. */
size_t metric_item_apart(const struct reading *g, size_t i);
/** Where the bracket opens that ends at `to`, as that of 乡镇(街道); `to` when none does in [from, to). */
size_t metric_item_bracket(const struct reading *g, size_t from, size_t to);
/** Where the name of who did it ends in [from, to), the verb and a bracket behind it left out: 县直部门直接发布的. */
size_t metric_item_actor(const struct reading *g, size_t from, size_t to);
/** Does the character lead an item of a list in lines, or open the bracket of its name: ●县直部门, [财务与采购]? */
bool metric_item_bullet(fchar c);
/** Where the name that ends at `to` begins, behind what leads the item in [from, to): "其中包括:", "(2)", "、", "以及". */
size_t metric_item_begin(const struct reading *g, size_t from, size_t to);
/** Does the figure that ends at `pos` end what is said of its name: 12条, 12条; 12条等; 12条(...); 12条占5%? */
bool metric_item_ends(const struct reading *g, size_t pos);
/** Where ends, before `to`, what is said behind a figure at `pos` of it alone: its clause, its bracket or its item. */
size_t metric_item_tail_end(const struct reading *g, size_t pos, size_t to);

/** Does q[i] count those whose figure the next one is: 教育局、水利局2个部门公开120条? */
bool metric_item_counts_names(const struct reading *g, size_t i);

/**
 * Scope of an item whose name [from, to) is just a level: 市本级, 县区, 各乡镇; empty for any other. 县级 is the own level of a
 * county and one below that of a city.
 */
struct str metric_item_level(const struct reading *g, size_t from, size_t to);

#endif
