/*
 * gongkai check - do frontier, archive and store agree? With --requeue-missing what the store lacks is sent again
 * from the archive, and a restored store is accepted.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "daemons/args.h"
#include "daemons/lock.h"
#include "daemons/verb.h"
#include "fetcher/check.h"

static const struct verb_flag flags[] = {
	{"requeue-missing", NULL, "send again from the archive, without a request, what the store lacks"},
	{NULL, NULL, NULL},
};

static const struct out_column columns[] = {
	{.name = "pages", .right = true},          {.name = "bodies_checked", .right = true},
	{.name = "bodies_missing", .right = true}, {.name = "missing_in_store", .right = true},
	{.name = "requeued", .right = true},
};

static enum err print(const struct verb_env *env, const struct check_report *r)
{
	struct out *o = out_new(env->format, env->color, 0, columns, sizeof(columns) / sizeof(columns[0]));

	if (out_row(o)) {
		out_int(o, r->pages);
		out_int(o, r->bodies_checked);
		out_int(o, r->bodies_missing);
		out_int(o, r->missing_in_store);
		out_int(o, r->requeued);
	}
	return out_end(o);
}

static void advise(const struct verb_env *env, const struct check_report *r, bool requeue)
{
	if (env->quiet)
		return;
	if (r->missing_in_store > 0 && !requeue)
		fprintf(stderr,
			"gongkai check: the store lacks %" PRId64
			" documents: gongkai check --requeue-missing --data %s "
			"sends them again from the archive\n",
			r->missing_in_store, env->data_dir);
	if (requeue)
		fprintf(stderr, "gongkai check: %" PRId64 " pages will be parsed again: gongkai run --data %s\n",
			r->requeued, env->data_dir);
	if (r->bodies_missing > 0)
		fprintf(stderr,
			"gongkai check: %" PRId64 " bodies are not whole in the archive; their pages are fetched again "
			"when they are needed\n",
			r->bodies_missing);
}

static enum err run(struct verb_env *env)
{
	bool requeue = conf_get_bool(env->conf, "requeue-missing");
	struct check_report report = {0};
	int lock_fd = -1;
	enum err err = ERR_OK;

	if (env->argc)
		return err_set(ERR_USAGE, "unexpected operand: %s: see gongkai check --help", env->argv[0]);
	if (access(env->data_dir, F_OK) < 0)
		return args_no_frontier(ERR_NOTFOUND, env->data_dir);
	err = args_see_dir(env->data_dir);
	if (err)
		return err;
	/* A run whose fetcher is just being started again holds no frontier.lock for a moment. */
	err = lock_take(env->data_dir, "run.lock", 0, &lock_fd);
	if (!err)
		err = args_no_frontier(check_run(env->data_dir, requeue, &report), env->data_dir);
	if (!err)
		err = print(env, &report);
	if (!err)
		advise(env, &report, requeue);
	if (lock_fd >= 0)
		close(lock_fd);
	return err;
}

const struct verb verb_check = {
	.name = "check",
	.operands = "",
	.help = "compare frontier, archive and store, and mend what differs",
	.flags = flags,
	.run = run,
};
