#include "parser/check.h"
void check_report(struct reading *g)
{
	(void)g;
}
