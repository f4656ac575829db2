#include "daemons/frontier_request.h"

#include "base/jsonw.h"

#define REQUEST_MAX (ARGS_IDS_EACH * 24 + 8192)

enum err frontier_request_ids(const char *data_dir, const char *verb, const struct args_ids *ids, bool refetch,
			      const char *reason, struct inbox_result *out)
{
	struct buf json;
	struct jsonw w;
	enum err err = ERR_OK;

	*out = (struct inbox_result){.applied = true};
	buf_init(&json, REQUEST_MAX);
	for (size_t from = 0; from < ids->count && !err; from += ARGS_IDS_EACH) {
		struct inbox_result part = {0};

		buf_clear(&json);
		jsonw_init(&w, &json);
		jsonw_object(&w);
		jsonw_kz(&w, "verb", verb);
		jsonw_key(&w, "ids");
		jsonw_array(&w);
		for (size_t i = from; i < ids->count && i < from + ARGS_IDS_EACH; i++)
			jsonw_int(&w, ids->ids[i]);
		jsonw_end(&w, ']');
		if (refetch)
			jsonw_kbool(&w, "refetch", true);
		if (reason)
			jsonw_kz(&w, "reason", reason);
		jsonw_end(&w, '}');
		err = json.sticky ? err_set(ERR_USAGE, "too long: --reason: give at most 4,000 bytes")
				  : inbox_post(data_dir, json.p, &part);
		out->applied = out->applied && part.applied;
		out->changed += part.changed;
	}
	buf_fini(&json);
	return err;
}

enum err frontier_request_one(const char *data_dir, const char *verb, const char *key, const char *value,
			      struct inbox_result *out)
{
	struct buf json;
	struct jsonw w;
	enum err err;

	buf_init(&json, REQUEST_MAX);
	jsonw_init(&w, &json);
	jsonw_object(&w);
	jsonw_kz(&w, "verb", verb);
	jsonw_kz(&w, key, value);
	jsonw_end(&w, '}');
	err = json.sticky ? err_set(ERR_USAGE, "too long: %s", key) : inbox_post(data_dir, json.p, out);
	buf_fini(&json);
	return err;
}
