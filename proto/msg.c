#include "proto/msg.h"

#include "base/jsonw.h"
#include "base/url.h"

#include <assert.h>
#include <jansson.h>
#include <stddef.h>

/*
 * Every message is a table of fields; one encoder and one decoder walk the tables. A field names its key,
 * where it lies in the struct, and its bounds: bytes for text, the value for numbers, entries for lists.
 */
enum kind {
	F_TEXT,        /* const char *; NULL is written as "" */
	F_CUT,         /* const char *, cut to its maximum when written: text from outside */
	F_NULLABLE,    /* const char * or NULL, written as null */
	F_HEX64,       /* const char *, 64 lower-case hex digits */
	F_NAME,        /* const char *, a file name without '/' */
	F_OBJECT_TEXT, /* const char *, the text of a JSON object */
	F_INT,         /* int */
	F_I64,         /* int64_t */
	F_U64,         /* uint64_t below 2^63 */
	F_U32,         /* uint32_t */
	F_BOOL,        /* bool */
	F_ENUM,        /* an enum, written as one of `words` */
	F_CLASS,       /* bool, written as one of two `words` */
	F_STRUCT,      /* a struct of `fields` in place */
	F_LIST,        /* pointer to structs of `fields`, count at `count_offset` */
	F_MAJORS       /* int[4], count at `count_offset` */
};

struct field {
	const char *key;
	enum kind kind;
	size_t offset;
	int64_t min, max;
	bool optional; /* may be absent: then zero, NULL or {} */
	const char *const *words;
	const struct field *fields;
	size_t count_offset, element_size;
};

#define ID_MAX 64
#define NAME_MAX_BYTES 255
#define FIELD_TEXT_MAX 4096
#define SENT_TEXT_MAX 1024 /* of a response's fields */
#define NUMBER_MAX INT64_MAX

static const char *const stage_words[] = {"queued", "parsing", "handed", NULL};
static const char *const result_words[] = {"stored", "unchanged", "duplicate", "stale", NULL};
static const char *const class_words[] = {"transient", "permanent", NULL};

#define H(m) offsetof(struct msg_heartbeat, m)
#define HP(m) offsetof(struct msg_heartbeat_page, m)
static const struct field heartbeat_page_fields[] = {
	{.key = "fetch_id", .kind = F_U64, .offset = HP(fetch_id), .max = NUMBER_MAX},
	{.key = "epoch", .kind = F_U32, .offset = HP(epoch), .max = UINT32_MAX},
	{.key = "stage", .kind = F_ENUM, .offset = HP(stage), .words = stage_words},
	{0},
};
static const struct field heartbeat_fields[] = {
	{.key = "endpoint", .kind = F_TEXT, .offset = H(endpoint), .min = 1, .max = NAME_MAX_BYTES},
	{.key = "boot_id", .kind = F_TEXT, .offset = H(boot_id), .min = 1, .max = ID_MAX},
	{.key = "host", .kind = F_TEXT, .offset = H(host), .max = NAME_MAX_BYTES},
	{.key = "pid", .kind = F_I64, .offset = H(pid), .max = NUMBER_MAX},
	{.key = "majors", .kind = F_MAJORS, .offset = H(majors), .count_offset = H(majors_count), .max = 4},
	{.key = "parser_version", .kind = F_TEXT, .offset = H(parser_version), .min = 1, .max = ID_MAX},
	{.key = "lexicon", .kind = F_TEXT, .offset = H(lexicon), .min = 1, .max = ID_MAX},
	{.key = "credit_msgs", .kind = F_I64, .offset = H(credit_msgs), .min = 1, .max = MSG_PAGES_MAX},
	{.key = "credit_bytes", .kind = F_I64, .offset = H(credit_bytes), .min = 1, .max = NUMBER_MAX},
	{.key = "pages",
	 .kind = F_LIST,
	 .offset = H(pages),
	 .max = MSG_PAGES_MAX,
	 .fields = heartbeat_page_fields,
	 .count_offset = H(pages_count),
	 .element_size = sizeof(struct msg_heartbeat_page)},
	{.key = "blocked_on", .kind = F_NULLABLE, .offset = H(blocked_on), .max = ID_MAX, .optional = true},
	{0},
};

#define W(m) offsetof(struct warc_ref, m)
static const struct field warc_fields[] = {
	{.key = "file", .kind = F_NAME, .offset = W(file), .max = NAME_MAX_BYTES},
	{.key = "offset", .kind = F_I64, .offset = W(offset), .max = NUMBER_MAX},
	{.key = "length", .kind = F_I64, .offset = W(length), .max = NUMBER_MAX},
	{0},
};

#define P(m) offsetof(struct msg_page, m)
static const struct field page_fields[] = {
	{.key = "url", .kind = F_TEXT, .offset = P(url), .min = 1, .max = URL_MAX},
	{.key = "final_url", .kind = F_TEXT, .offset = P(final_url), .max = URL_MAX},
	{.key = "status", .kind = F_INT, .offset = P(status), .max = 999},
	{.key = "content_type", .kind = F_CUT, .offset = P(content_type), .max = FIELD_TEXT_MAX},
	{.key = "content_encoding", .kind = F_CUT, .offset = P(content_encoding), .max = FIELD_TEXT_MAX},
	{.key = "fetched_at", .kind = F_I64, .offset = P(fetched_at), .max = NUMBER_MAX},
	{.key = "context", .kind = F_OBJECT_TEXT, .offset = P(context), .max = MSG_CONTEXT_MAX, .optional = true},
	{.key = "warc", .kind = F_STRUCT, .offset = P(warc), .fields = warc_fields},
	{.key = "parse_seq", .kind = F_U64, .offset = P(parse_seq), .max = NUMBER_MAX},
	{.key = "body_len", .kind = F_I64, .offset = P(body_len), .max = FRAME_BODY_MAX},
	{.key = "body_sha256", .kind = F_HEX64, .offset = P(body_sha256)},
	{0},
};

#define D(m) offsetof(struct msg_doc, m)
static const struct field doc_fields[] = {
	{.key = "url", .kind = F_TEXT, .offset = D(url), .min = 1, .max = URL_MAX},
	{.key = "parse_seq", .kind = F_U64, .offset = D(parse_seq), .max = NUMBER_MAX},
	{.key = "parser_version", .kind = F_TEXT, .offset = D(parser_version), .min = 1, .max = ID_MAX},
	{.key = "lexicon", .kind = F_TEXT, .offset = D(lexicon), .min = 1, .max = ID_MAX},
	{.key = "fetched_at", .kind = F_I64, .offset = D(fetched_at), .max = NUMBER_MAX},
	{.key = "context", .kind = F_OBJECT_TEXT, .offset = D(context), .max = MSG_CONTEXT_MAX, .optional = true},
	{.key = "warc", .kind = F_STRUCT, .offset = D(warc), .fields = warc_fields},
	{.key = "body_sha256", .kind = F_HEX64, .offset = D(body_sha256)},
	{.key = "doc_len", .kind = F_I64, .offset = D(doc_len), .max = FRAME_DOC_MAX},
	{.key = "doc_sha256", .kind = F_HEX64, .offset = D(doc_sha256)},
	{0},
};

#define A(m) offsetof(struct msg_ack, m)
#define AI(m) offsetof(struct msg_ack_item, m)
static const struct field ack_item_fields[] = {
	{.key = "fetch_id", .kind = F_U64, .offset = AI(fetch_id), .max = NUMBER_MAX},
	{.key = "epoch", .kind = F_U32, .offset = AI(epoch), .max = UINT32_MAX},
	{.key = "lexicon", .kind = F_TEXT, .offset = AI(lexicon), .min = 1, .max = ID_MAX},
	{.key = "result", .kind = F_ENUM, .offset = AI(result), .words = result_words},
	{.key = "reports", .kind = F_I64, .offset = AI(reports), .max = NUMBER_MAX},
	{.key = "barren", .kind = F_BOOL, .offset = AI(barren)},
	{.key = "links_cut", .kind = F_I64, .offset = AI(links_cut), .max = NUMBER_MAX, .optional = true},
	{.key = "text", .kind = F_U64, .offset = AI(text), .max = NUMBER_MAX, .optional = true},
	{.key = "unconfirmed", .kind = F_BOOL, .offset = AI(unconfirmed), .optional = true},
	{0},
};
static const struct field ack_fields[] = {
	{.key = "boot_id", .kind = F_TEXT, .offset = A(boot_id), .min = 1, .max = ID_MAX},
	{.key = "commit", .kind = F_I64, .offset = A(commit), .max = NUMBER_MAX},
	{.key = "acks",
	 .kind = F_LIST,
	 .offset = A(acks),
	 .max = MSG_ACKS_MAX,
	 .fields = ack_item_fields,
	 .count_offset = A(acks_count),
	 .element_size = sizeof(struct msg_ack_item)},
	{0},
};

#define F(m) offsetof(struct msg_fail, m)
static const struct field fail_fields[] = {
	{.key = "stage", .kind = F_TEXT, .offset = F(stage), .min = 1, .max = ID_MAX},
	{.key = "class", .kind = F_CLASS, .offset = F(permanent), .words = class_words},
	{.key = "code", .kind = F_TEXT, .offset = F(code), .min = 1, .max = ID_MAX},
	{.key = "detail", .kind = F_CUT, .offset = F(detail), .max = MSG_DETAIL_MAX},
	{.key = "signal", .kind = F_INT, .offset = F(signal), .max = 128, .optional = true},
	{.key = "component", .kind = F_TEXT, .offset = F(component), .max = ID_MAX},
	{.key = "version", .kind = F_TEXT, .offset = F(version), .max = ID_MAX},
	{.key = "host", .kind = F_TEXT, .offset = F(host), .max = NAME_MAX_BYTES},
	{0},
};

#define S(m) offsetof(struct msg_sink, m)
#define SB(m) offsetof(struct msg_sink_boot, m)
static const struct field sink_boot_fields[] = {
	{.key = "boot_id", .kind = F_TEXT, .offset = SB(boot_id), .min = 1, .max = ID_MAX},
	{.key = "commit", .kind = F_I64, .offset = SB(commit), .max = NUMBER_MAX},
	{0},
};
static const struct field sink_fields[] = {
	{.key = "boot_id", .kind = F_TEXT, .offset = S(boot_id), .min = 1, .max = ID_MAX},
	{.key = "generation", .kind = F_TEXT, .offset = S(generation), .min = 1, .max = ID_MAX},
	{.key = "boots",
	 .kind = F_LIST,
	 .offset = S(boots),
	 .max = MSG_BOOTS_MAX,
	 .fields = sink_boot_fields,
	 .count_offset = S(boots_count),
	 .element_size = sizeof(struct msg_sink_boot)},
	{.key = "max_fetch_id", .kind = F_U64, .offset = S(max_fetch_id), .max = NUMBER_MAX},
	{.key = "max_parse_seq", .kind = F_U64, .offset = S(max_parse_seq), .max = NUMBER_MAX},
	{0},
};

static const struct field bye_fields[] = {
	{.key = "boot_id", .kind = F_TEXT, .offset = offsetof(struct msg_bye, boot_id), .min = 1, .max = ID_MAX},
	{0},
};

#define L(m) offsetof(struct msg_link, m)
static const struct field link_fields[] = {
	{.key = "fetch_id", .kind = F_U64, .offset = L(fetch_id), .max = NUMBER_MAX},
	{.key = "url", .kind = F_TEXT, .offset = L(url), .min = 1, .max = URL_MAX},
	/* before rank: a link that is asked for in another way than most is one to read whole (fetcher/inlet.c) */
	{.key = "ask", .kind = F_TEXT, .offset = L(ask), .max = ID_MAX, .optional = true},
	{.key = "rank", .kind = F_INT, .offset = L(rank), .min = -100, .max = 100, .optional = true},
	{.key = "rel", .kind = F_TEXT, .offset = L(rel), .max = ID_MAX},
	{.key = "context", .kind = F_OBJECT_TEXT, .offset = L(context), .max = MSG_CONTEXT_MAX, .optional = true},
	{0},
};

/* ---- encoding ---- */

static enum err encode_fields(struct jsonw *w, const struct field *fields, const void *from);

static enum err encode_text(struct jsonw *w, const struct field *f, const char *z)
{
	struct str s = str_of(z ? z : "");
	if (f->kind == F_NULLABLE && !z) {
		jsonw_null(w);
		return ERR_OK;
	}
	size_t max = f->kind == F_HEX64 ? 64 : (size_t)f->max;
	if (f->kind == F_CUT && max > SENT_TEXT_MAX)
		max = SENT_TEXT_MAX;
	if (f->kind == F_CUT && s.n > max / 3 && !utf8_valid(s.p, s.n))
		max /= 3; /* an invalid byte becomes three */
	if (s.n > max && f->kind != F_CUT)
		return err_set(ERR_LIMIT, "%s has %zu bytes, at most %zu may be sent", f->key, s.n, max);
	if (s.n > max)
		s.n = utf8_cut(s.p, max);
	jsonw_str(w, s);
	return ERR_OK;
}

static enum err encode_object_text(struct jsonw *w, const struct field *f, const char *z)
{
	struct str s = str_of(z && *z ? z : "{}");
	if (s.n > (size_t)f->max)
		return err_set(ERR_FORMAT, "%s has %zu bytes, at most %lld may be sent", f->key, s.n,
			       (long long)f->max);
	json_t *j = json_loadb(s.p, s.n, JSON_REJECT_DUPLICATES, NULL);
	/* written anew, since a line end in it would end a link's line */
	char *text = json_is_object(j) ? json_dumps(j, JSON_COMPACT) : NULL;
	json_decref(j);
	if (!text)
		return err_set(ERR_FORMAT, "%s is not a JSON object", f->key);
	jsonw_raw(w, str_of(text));
	free(text);
	return ERR_OK;
}

static enum err encode_list(struct jsonw *w, const struct field *f, const char *base)
{
	unsigned count = *(const unsigned *)(const void *)(base + f->count_offset);
	const char *p = *(const char *const *)(const void *)(base + f->offset);
	if (count > (uint64_t)f->max)
		return err_set(ERR_LIMIT, "%s has %u entries, at most %lld may be sent", f->key, count,
			       (long long)f->max);
	jsonw_array(w);
	for (unsigned i = 0; i < count; i++) {
		jsonw_object(w);
		enum err e = encode_fields(w, f->fields, p + i * f->element_size);
		if (e != ERR_OK)
			return e;
		jsonw_end(w, '}');
	}
	jsonw_end(w, ']');
	return ERR_OK;
}

static enum err encode_majors(struct jsonw *w, const struct field *f, const char *base)
{
	unsigned count = *(const unsigned *)(const void *)(base + f->count_offset);
	const int *majors = (const int *)(const void *)(base + f->offset);
	assert(count <= 4);
	jsonw_array(w);
	for (unsigned i = 0; i < count; i++)
		jsonw_int(w, majors[i]);
	jsonw_end(w, ']');
	return ERR_OK;
}

static enum err encode_number(struct jsonw *w, const struct field *f, int64_t v)
{
	if (v < f->min || v > f->max)
		return err_set(ERR_LIMIT, "%s is %lld, outside %lld to %lld", f->key, (long long)v, (long long)f->min,
			       (long long)f->max);
	jsonw_int(w, v);
	return ERR_OK;
}

static enum err encode_value(struct jsonw *w, const struct field *f, const char *base)
{
	const void *p = base + f->offset;
	switch (f->kind) {
	case F_TEXT:
	case F_CUT:
	case F_NULLABLE:
	case F_HEX64:
	case F_NAME:
		return encode_text(w, f, *(const char *const *)p);
	case F_OBJECT_TEXT:
		return encode_object_text(w, f, *(const char *const *)p);
	case F_INT:
		return encode_number(w, f, *(const int *)p);
	case F_I64:
	case F_U64: /* a value of 2^63 and more reads as negative and is refused */
		return encode_number(w, f, *(const int64_t *)p);
	case F_U32:
		return encode_number(w, f, *(const uint32_t *)p);
	case F_BOOL:
		jsonw_bool(w, *(const bool *)p);
		return ERR_OK;
	case F_ENUM:
		jsonw_z(w, f->words[*(const unsigned *)p]);
		return ERR_OK;
	case F_CLASS:
		jsonw_z(w, f->words[*(const bool *)p]);
		return ERR_OK;
	case F_LIST:
		return encode_list(w, f, base);
	case F_MAJORS:
		return encode_majors(w, f, base);
	case F_STRUCT:
		break;
	}
	jsonw_object(w);
	enum err e = encode_fields(w, f->fields, p);
	if (e == ERR_OK)
		jsonw_end(w, '}');
	return e;
}

/* What an absent field says as well. */
static bool says_nothing(const struct field *f, const void *value)
{
	if (f->kind == F_BOOL)
		return !*(const bool *)value;
	const char *text = f->kind == F_TEXT ? *(const char *const *)value : "";
	return f->kind == F_TEXT && (!text || !*text);
}

static enum err encode_fields(struct jsonw *w, const struct field *fields, const void *from)
{
	for (const struct field *f = fields; f->key; f++) {
		if (f->optional && says_nothing(f, (const char *)from + f->offset))
			continue;
		jsonw_key(w, f->key);
		enum err e = encode_value(w, f, from);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* On an error the buf is as long as it was. */
static enum err encode_object(const struct field *fields, const void *from, struct buf *out)
{
	size_t start = out->n;
	struct jsonw w;
	jsonw_init(&w, out);
	jsonw_object(&w);
	enum err e = encode_fields(&w, fields, from);
	if (e == ERR_OK) {
		jsonw_end(&w, '}');
		e = out->sticky;
	}
	if (e == ERR_OK && out->n - start > FRAME_JSON_MAX)
		e = err_set(ERR_LIMIT, "a message of %zu bytes, at most %d may be sent", out->n - start,
			    FRAME_JSON_MAX);
	if (e != ERR_OK && out->p) {
		out->n = start;
		out->p[start] = '\0';
	}
	return e;
}

static enum err encode_message(const struct field *fields, const void *from, struct buf *out)
{
	buf_clear(out);
	return encode_object(fields, from, out);
}

/* ---- decoding ---- */

static enum err decode_fields(const json_t *j, const struct field *fields, struct arena *a, void *to);

static enum err wrong(const struct field *f, const char *what)
{
	return err_set(ERR_FORMAT, "%s %s", f->key, what);
}

static bool is_hex64(const char *z, size_t n)
{
	return n == 64 && strspn(z, "0123456789abcdef") == 64;
}

static enum err decode_text(const json_t *v, const struct field *f, struct arena *a, const char **to)
{
	if (f->kind == F_NULLABLE && json_is_null(v)) {
		*to = NULL;
		return ERR_OK;
	}
	if (!json_is_string(v))
		return wrong(f, "is not a string");
	struct str s = {json_string_value(v), json_string_length(v)};
	if (f->kind == F_HEX64 ? !is_hex64(s.p, s.n) : (s.n < (size_t)f->min || s.n > (size_t)f->max))
		return wrong(f, f->kind == F_HEX64 ? "is not 64 hex digits" : "is empty or too long");
	if (f->kind == F_NAME && memchr(s.p, '/', s.n))
		return wrong(f, "is not a plain file name");
	*to = arena_strdup(a, s);
	return ERR_OK;
}

static enum err decode_object_text(const json_t *v, const struct field *f, struct arena *a, const char **to)
{
	if (!json_is_object(v))
		return wrong(f, "is not an object");
	char *text = json_dumps(v, JSON_COMPACT);
	if (!text)
		return err_set(ERR_NOMEM, "out of memory for %s", f->key);
	enum err e = ERR_OK;
	if (strlen(text) > (size_t)f->max)
		e = wrong(f, "is too long");
	else
		*to = arena_strdup(a, str_of(text));
	free(text);
	return e;
}

static enum err decode_number(const json_t *v, const struct field *f, int64_t *out)
{
	if (!json_is_integer(v))
		return wrong(f, "is not a whole number");
	*out = json_integer_value(v);
	return *out < f->min || *out > f->max ? wrong(f, "is out of range") : ERR_OK;
}

static enum err decode_word(const json_t *v, const struct field *f, unsigned *out)
{
	const char *z = json_string_value(v);
	for (unsigned i = 0; z && f->words[i]; i++) {
		if (!strcmp(z, f->words[i])) {
			*out = i;
			return ERR_OK;
		}
	}
	return wrong(f, "is not one of its words");
}

static enum err decode_list(const json_t *v, const struct field *f, struct arena *a, char *base)
{
	if (!json_is_array(v))
		return wrong(f, "is not a list");
	size_t count = json_array_size(v);
	if (count > (size_t)f->max)
		return wrong(f, "has too many entries");
	char *p = arena_calloc(a, count, f->element_size);
	*(char **)(void *)(base + f->offset) = p;
	*(unsigned *)(void *)(base + f->count_offset) = (unsigned)count;
	for (size_t i = 0; i < count; i++) {
		enum err e = decode_fields(json_array_get(v, i), f->fields, a, p + i * f->element_size);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err decode_majors(const json_t *v, const struct field *f, char *base)
{
	size_t count = json_array_size(v);
	int *majors = (int *)(void *)(base + f->offset);
	if (!json_is_array(v) || count < 1 || count > (size_t)f->max)
		return wrong(f, "is not a list of one to four numbers");
	for (size_t i = 0; i < count; i++) {
		const json_t *x = json_array_get(v, i);
		if (!json_is_integer(x) || json_integer_value(x) < 1 || json_integer_value(x) > 255)
			return wrong(f, "holds what is no version number");
		majors[i] = (int)json_integer_value(x);
	}
	*(unsigned *)(void *)(base + f->count_offset) = (unsigned)count;
	return ERR_OK;
}

static enum err decode_scalar(const json_t *v, const struct field *f, void *p)
{
	int64_t n = 0;
	unsigned word = 0;
	enum err e = f->words ? decode_word(v, f, &word) : decode_number(v, f, &n);
	if (e != ERR_OK)
		return e;
	switch (f->kind) {
	case F_INT:
		*(int *)p = (int)n;
		break;
	case F_U32:
		*(uint32_t *)p = (uint32_t)n;
		break;
	case F_ENUM:
		*(unsigned *)p = word;
		break;
	case F_CLASS:
		*(bool *)p = word != 0;
		break;
	default:
		*(int64_t *)p = n;
	}
	return ERR_OK;
}

static enum err decode_value(const json_t *v, const struct field *f, struct arena *a, char *base)
{
	void *p = base + f->offset;
	switch (f->kind) {
	case F_TEXT:
	case F_CUT:
	case F_NULLABLE:
	case F_HEX64:
	case F_NAME:
		return decode_text(v, f, a, p);
	case F_OBJECT_TEXT:
		return decode_object_text(v, f, a, p);
	case F_BOOL:
		if (!json_is_boolean(v))
			return wrong(f, "is neither true nor false");
		*(bool *)p = json_is_true(v);
		return ERR_OK;
	case F_STRUCT:
		return decode_fields(v, f->fields, a, p);
	case F_LIST:
		return decode_list(v, f, a, base);
	case F_MAJORS:
		return decode_majors(v, f, base);
	default:
		return decode_scalar(v, f, p);
	}
}

static enum err decode_fields(const json_t *j, const struct field *fields, struct arena *a, void *to)
{
	if (!json_is_object(j))
		return err_set(ERR_FORMAT, "not a JSON object");
	for (const struct field *f = fields; f->key; f++) {
		const json_t *v = json_object_get(j, f->key);
		if (!v && !f->optional)
			return wrong(f, "is missing");
		if (!v && f->kind == F_OBJECT_TEXT)
			*(const char **)(void *)((char *)to + f->offset) = "{}";
		if (!v)
			continue;
		enum err e = decode_value(v, f, a, to);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err decode_message(struct str json, const struct field *fields, struct arena *a, void *to, size_t size)
{
	memset(to, 0, size);
	if (json.n > FRAME_JSON_MAX)
		return err_set(ERR_FORMAT, "JSON of %zu bytes, at most %d are read", json.n, FRAME_JSON_MAX);
	json_error_t where;
	json_t *j = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &where);
	if (!j)
		return err_set(ERR_FORMAT, "JSON at byte %d: %s", where.position, where.text);
	enum err e = decode_fields(j, fields, a, to);
	json_decref(j);
	return e;
}

#define CODEC(name)                                                                                                    \
	enum err msg_##name##_encode(const struct msg_##name *m, struct buf *out)                                      \
	{                                                                                                              \
		return encode_message(name##_fields, m, out);                                                          \
	}                                                                                                              \
	enum err msg_##name##_decode(struct str json, struct arena *a, struct msg_##name *out)                         \
	{                                                                                                              \
		return decode_message(json, name##_fields, a, out, sizeof(*out));                                      \
	}

CODEC(heartbeat)
CODEC(page)
CODEC(doc)
CODEC(ack)
CODEC(fail)
CODEC(sink)
CODEC(bye)

static const char *const ask_words[] = {[MSG_GET] = "", [MSG_EITHER] = "either", [MSG_POST] = "post"};

const char *msg_ask_word(enum msg_ask a)
{
	return ask_words[a];
}

enum msg_ask msg_ask_of(struct str word)
{
	return str_eq_z(word, ask_words[MSG_POST])     ? MSG_POST
	       : str_eq_z(word, ask_words[MSG_EITHER]) ? MSG_EITHER
						       : MSG_GET;
}

enum err msg_link_encode(const struct msg_link *m, struct buf *out)
{
	size_t start = out->n;
	enum err e = encode_object(link_fields, m, out);
	if (e == ERR_OK)
		e = buf_add_char(out, '\n');
	if (e != ERR_OK && out->p) {
		out->n = start;
		out->p[start] = '\0';
	}
	return e;
}

enum err msg_link_decode(struct str line, struct arena *a, struct msg_link *out)
{
	return decode_message(line, link_fields, a, out, sizeof(*out));
}
