#include "proto/credit.h"

#include <assert.h>

void credit_init(struct credit *c, int64_t msgs_max, int64_t bytes_max)
{
	*c = (struct credit){.msgs_max = msgs_max, .bytes_max = bytes_max};
}

bool credit_allows(const struct credit *c, int64_t bytes, bool solo)
{
	if (c->exclusive || c->msgs_max < 1)
		return false;
	if (solo || bytes > c->bytes_max)
		return c->msgs == 0;
	return c->msgs < c->msgs_max && c->bytes <= c->bytes_max - bytes;
}

void credit_take(struct credit *c, int64_t bytes, bool solo)
{
	assert(bytes >= 0 && credit_allows(c, bytes, solo));
	c->msgs++;
	c->bytes += bytes;
	c->exclusive = solo || bytes > c->bytes_max;
}

void credit_return(struct credit *c, int64_t bytes)
{
	assert(c->msgs > 0 && bytes >= 0 && bytes <= c->bytes);
	c->msgs--;
	c->bytes -= bytes;
	assert(c->msgs > 0 || c->bytes == 0);
	c->exclusive = false; /* such a page was alone, so it is the one that came back */
}
