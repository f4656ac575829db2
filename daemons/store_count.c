#include "daemons/store_count.h"

#include "sink/view.h"

static bool add(void *ctx, const struct sview_report *r)
{
	struct store_count *c = ctx;

	c->reports++;
	c->figures += r->metrics;
	c->failed_checks += r->failed_checks;
	return true;
}

enum err store_count(const char *data_dir, struct store_count *out)
{
	struct sview *view = NULL;
	struct sview_filter any = {0};
	enum err err = sview_open(data_dir, &view);

	*out = (struct store_count){0};
	if (err == ERR_NOTFOUND)
		return ERR_OK;
	if (!err)
		err = sview_reports(view, &any, add, out);
	sview_close(view);
	return err;
}
