#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/msg.h"
#include "suite.h"

#define HEX64 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BOOT "3f2c9a10-0000-4000-8000-000000000001"

static struct arena *arena;
static struct buf out;

static void setup(void)
{
	arena = arena_new(4u << 20);
	buf_init(&out, 256 * 1024);
}

static void teardown(void)
{
	arena_free(arena);
	buf_fini(&out);
}

static struct msg_heartbeat_page held[] = {{7, 1, STAGE_QUEUED}, {8, 2, STAGE_PARSING}, {9, 3, STAGE_HANDED}};
static struct msg_ack_item acks[] = {{7, 1, "0123456789abcdef", ACK_STORED, 1, false, 0, 77, false},
				     {8, 4294967295u, "0123456789abcdef", ACK_STALE, 0, true, 12, 0, false}};
static struct msg_sink_boot boots[] = {{"older", 4}, {BOOT, 9}};

static const struct msg_heartbeat heartbeat = {"ipc:///run/gongkai/parser-1.sock",
					       BOOT,
					       "node",
					       "gongkai-parser/0.1.0",
					       "0123456789abcdef",
					       4242,
					       {1},
					       1,
					       16,
					       16777216,
					       held,
					       3,
					       "sink"};
static const struct msg_page page = {"http://www.a.gov.cn/nb/2023.htm",
				     "http://www.a.gov.cn/nb/2023.htm",
				     "text/html; charset=gb2312",
				     "gzip",
				     200,
				     1763712000123,
				     "{\"url\":\"http://www.a.gov.cn/\",\"anchor\":\"年报\"}",
				     {"gongkai-000001.warc.gz", 12345, 678},
				     4294967297,
				     3,
				     HEX64};
static const struct msg_doc doc = {"http://www.a.gov.cn/nb/2023.htm",
				   "gongkai-parser/0.1.0",
				   "0123456789abcdef",
				   4294967297,
				   1763712000123,
				   "{\"anchor\":\"年报\"}",
				   {"gongkai-000001.warc.gz", 12345, 678},
				   HEX64,
				   2,
				   HEX64};
static const struct msg_ack ack = {BOOT, 9, acks, 2};
static const struct msg_fail fail = {"parse",          false,   "parser-crash", "the child died of SIGSEGV", 11,
				     "gongkai-parser", "0.1.0", "node"};
static const struct msg_sink sink = {BOOT, "3f2c9a10-0000-4000-8000-00000000000a", boots, 2, 77, 4294967297};
static const struct msg_bye bye = {BOOT};
static const struct msg_link link_a = {.fetch_id = 7,
				       .url = "http://www.a.gov.cn/b.htm",
				       .rel = "a",
				       .context = "{\"anchor\":\"下一页\"}",
				       .rank = -17};

static enum err encode_type(unsigned type, struct buf *to)
{
	switch (type) {
	case MSG_HEARTBEAT:
		return msg_heartbeat_encode(&heartbeat, to);
	case MSG_PAGE:
		return msg_page_encode(&page, to);
	case MSG_DOC:
		return msg_doc_encode(&doc, to);
	case MSG_ACK:
		return msg_ack_encode(&ack, to);
	case MSG_FAIL:
		return msg_fail_encode(&fail, to);
	case MSG_SINK:
		return msg_sink_encode(&sink, to);
	default:
		return msg_bye_encode(&bye, to);
	}
}

/* decodes and encodes again, into `out` */
static enum err again(unsigned type, struct str json)
{
	union {
		struct msg_heartbeat heartbeat;
		struct msg_page page;
		struct msg_doc doc;
		struct msg_ack ack;
		struct msg_fail fail;
		struct msg_sink sink;
		struct msg_bye bye;
	} m;
	enum err e;
#define AGAIN(name)                                                                                                    \
	do {                                                                                                           \
		e = msg_##name##_decode(json, arena, &m.name);                                                         \
		return e == ERR_OK ? msg_##name##_encode(&m.name, &out) : e;                                           \
	} while (0)
	switch (type) {
	case MSG_HEARTBEAT:
		AGAIN(heartbeat);
	case MSG_PAGE:
		AGAIN(page);
	case MSG_DOC:
		AGAIN(doc);
	case MSG_ACK:
		AGAIN(ack);
	case MSG_FAIL:
		AGAIN(fail);
	case MSG_SINK:
		AGAIN(sink);
	default:
		AGAIN(bye);
	}
}

static const char *golden_path(unsigned type, unsigned frame, char path[512])
{
	char name[16];
	size_t i = 0;
	for (const char *z = msg_type_name((uint8_t)type); *z; z++)
		name[i++] = (char)(*z | 0x20);
	name[i] = '\0';
	snprintf(path, 512, "%s/golden/%s.frame%u", TEST_SOURCE_DIR, name, frame);
	return path;
}

/* With GONGKAI_GOLDEN_WRITE set the files are written instead: the protocol has changed on purpose. */
static void compare_golden(unsigned type, unsigned frame, struct str bytes)
{
	char path[512], got[8192];
	FILE *f = fopen(golden_path(type, frame, path), getenv("GONGKAI_GOLDEN_WRITE") ? "w+" : "r");
	ck_assert_msg(f != NULL, "no golden file %s", path);
	if (getenv("GONGKAI_GOLDEN_WRITE")) {
		fwrite(bytes.p, 1, bytes.n, f);
		rewind(f);
	}
	size_t n = fread(got, 1, sizeof(got), f);
	fclose(f);
	ck_assert_msg(n == bytes.n && memcmp(got, bytes.p, n) == 0, "%s: frame differs: %.*s", path, (int)bytes.n,
		      bytes.p);
}

START_TEST(golden_bytes)
{
	for (unsigned type = MSG_HEARTBEAT; type <= MSG_BYE; type++) {
		struct frame_head h = {
			FRAME_MAJOR, FRAME_MINOR, (uint8_t)type, (uint8_t)frame_count((uint8_t)type), 7, 1};
		uint8_t head[FRAME_HEAD_BYTES];
		frame_encode(&h, head);
		compare_golden(type, 0, (struct str){(const char *)head, sizeof(head)});
		ck_assert_int_eq(encode_type(type, &out), ERR_OK);
		compare_golden(type, 1, buf_str(&out));
	}
}
END_TEST

START_TEST(round_trips)
{
	for (unsigned type = MSG_HEARTBEAT; type <= MSG_BYE; type++) {
		ck_assert_int_eq(encode_type(type, &out), ERR_OK);
		struct str first = arena_dup(arena, buf_str(&out));
		enum err e = again(type, first);
		ck_assert_msg(e == ERR_OK, "%s: %s", msg_type_name((uint8_t)type), err_text());
		ck_assert_str_eq(first.p, out.p);
	}
	struct msg_ack m;
	ck_assert_int_eq(msg_ack_encode(&ack, &out), ERR_OK);
	ck_assert_int_eq(msg_ack_decode(buf_str(&out), arena, &m), ERR_OK);
	ck_assert_uint_eq(m.acks[1].epoch, 4294967295u);
	ck_assert(m.acks[1].barren && m.acks[1].result == ACK_STALE && m.acks[1].links_cut == 12);
}
END_TEST

START_TEST(links_are_lines)
{
	struct msg_link m = link_a;
	m.context = "{\"a\":\n \"x\"}";
	buf_clear(&out);
	ck_assert_int_eq(msg_link_encode(&link_a, &out), ERR_OK);
	ck_assert_int_eq(msg_link_encode(&m, &out), ERR_OK);
	unsigned lines = 0;
	size_t start = 0;
	for (size_t i = 0; i < out.n; i++) {
		if (out.p[i] != '\n')
			continue;
		struct msg_link got;
		ck_assert_int_eq(msg_link_decode((struct str){out.p + start, i - start}, arena, &got), ERR_OK);
		ck_assert_str_eq(got.url, link_a.url);
		ck_assert_int_eq(got.rank, link_a.rank);
		ck_assert_str_eq(got.context, lines ? "{\"a\":\"x\"}" : link_a.context);
		lines++;
		start = i + 1;
	}
	ck_assert_uint_eq(lines, 2);
	static const char *const words[] = {"", "either", "post", "put", NULL};
	static const enum msg_ask asks[] = {MSG_GET, MSG_EITHER, MSG_POST, MSG_GET, MSG_GET};
	for (size_t i = 0; i < 5; i++) {
		struct msg_link got;
		m.ask = words[i];
		size_t from = out.n;
		ck_assert_int_eq(msg_link_encode(&m, &out), ERR_OK);
		struct str line = {out.p + from, out.n - from - 1};
		ck_assert_int_eq(str_find(line, STR("\"ask\""), 0) >= 0, words[i] && *words[i]);
		ck_assert_int_eq(msg_link_decode(line, arena, &got), ERR_OK);
		ck_assert_int_eq(msg_ask_of(str_of(got.ask ? got.ask : "")), asks[i]);
	}
	m.ask = NULL;
	size_t before = out.n;
	m.context = "[1]";
	ck_assert_int_eq(msg_link_encode(&m, &out), ERR_FORMAT);
	ck_assert_uint_eq(out.n, before);
}
END_TEST

/* Each line breaks a rule of the decoder; what is named is the key that the error must name. */
START_TEST(what_is_refused)
{
	static const struct {
		unsigned type;
		const char *json, *named;
	} cases[] = {
		{MSG_BYE, "", "JSON"},
		{MSG_BYE, "[]", "object"},
		{MSG_BYE, "{\"boot_id\":\"a\",\"boot_id\":\"b\"}", "duplicate"},
		{MSG_BYE, "{\"boot_id\":7}", "boot_id"},
		{MSG_BYE, "{\"boot_id\":null}", "boot_id"},
		{MSG_BYE, "{\"boot_id\":\"\"}", "boot_id"},
		{MSG_BYE, "{\"boot_id\":\"a\\u0000b\"}", "JSON"},
		{MSG_BYE, "{\"boot_id\":\"0123456789012345678901234567890123456789012345678901234567890123456789\"}",
		 "boot_id"},
		{MSG_BYE, "{}", "boot_id"},
		{MSG_BYE, "{\"boot_id\":\"a\"} x", "JSON"},
		{MSG_SINK,
		 "{\"boot_id\":\"a\",\"generation\":\"g\",\"boots\":{},\"max_fetch_id\":1,\"max_parse_seq\":1}",
		 "boots"},
		{MSG_SINK,
		 "{\"boot_id\":\"a\",\"generation\":\"g\",\"boots\":[7],\"max_fetch_id\":1,\"max_parse_seq\":1}",
		 "object"},
		{MSG_SINK,
		 "{\"boot_id\":\"a\",\"generation\":\"g\",\"boots\":[],\"max_fetch_id\":-1,\"max_parse_seq\":1}",
		 "max_fetch_id"},
		{MSG_SINK,
		 "{\"boot_id\":\"a\",\"generation\":\"g\",\"boots\":[],\"max_fetch_id\":1.5,\"max_parse_seq\":1}",
		 "max_fetch_id"},
		{MSG_SINK,
		 "{\"boot_id\":\"a\",\"generation\":\"g\",\"boots\":[],\"max_fetch_id\":9223372036854775808,\"max_"
		 "parse_seq\":1}",
		 "JSON"},
		{MSG_FAIL,
		 "{\"stage\":\"parse\",\"class\":\"maybe\",\"code\":\"x\",\"detail\":\"\",\"component\":\"\","
		 "\"version\":\"\",\"host\":\"\"}",
		 "class"},
		{MSG_FAIL,
		 "{\"stage\":\"parse\",\"class\":\"transient\",\"code\":\"x\",\"detail\":\"\",\"signal\":1000,"
		 "\"component\":\"\",\"version\":\"\",\"host\":\"\"}",
		 "signal"},
		{MSG_ACK,
		 "{\"boot_id\":\"a\",\"commit\":1,\"acks\":[{\"fetch_id\":1,\"epoch\":4294967296,\"lexicon\":\"l\","
		 "\"result\":\"stored\",\"reports\":0,\"barren\":false}]}",
		 "epoch"},
		{MSG_ACK,
		 "{\"boot_id\":\"a\",\"commit\":1,\"acks\":[{\"fetch_id\":1,\"epoch\":1,\"lexicon\":\"l\",\"result\":"
		 "\"lost\",\"reports\":0,\"barren\":false}]}",
		 "result"},
		{MSG_ACK,
		 "{\"boot_id\":\"a\",\"commit\":1,\"acks\":[{\"fetch_id\":1,\"epoch\":1,\"lexicon\":\"l\",\"result\":"
		 "\"stored\",\"reports\":0,\"barren\":0}]}",
		 "barren"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum err e = again(cases[i].type, str_of(cases[i].json));
		ck_assert_msg(e == ERR_FORMAT, "case %zu: %d", i, e);
		ck_assert_msg(strstr(err_text(), cases[i].named) != NULL || !strcmp(cases[i].named, "duplicate"),
			      "case %zu: '%s' does not name %s", i, err_text(), cases[i].named);
	}
}
END_TEST

/* A changed key of a good message: every required key is really needed, every bound really checked. */
static void refuse_replaced(unsigned type, const char *from, const char *to)
{
	ck_assert_int_eq(encode_type(type, &out), ERR_OK);
	char *at = strstr(out.p, from);
	ck_assert_msg(at != NULL, "no %s in %s", from, out.p);
	char *changed = arena_printf(arena, "%.*s%s%s", (int)(at - out.p), out.p, to, at + strlen(from));
	enum err e = again(type, str_of(changed));
	ck_assert_msg(e == ERR_FORMAT, "%s taken: %s", to, changed);
}

START_TEST(bounds)
{
	refuse_replaced(MSG_PAGE, "\"body_len\":3", "\"body_len\":41943041");
	refuse_replaced(MSG_PAGE, "\"status\":200", "\"status\":1000");
	refuse_replaced(MSG_PAGE, "\"offset\":12345", "\"offset\":-1");
	refuse_replaced(MSG_PAGE, "gongkai-000001", "../gongkai");
	refuse_replaced(MSG_PAGE, "ba7816bf", "BA7816BF");
	refuse_replaced(MSG_PAGE, "ba7816bf", "");
	refuse_replaced(MSG_PAGE, "\"warc\":{", "\"warc\":[],\"x\":{");
	refuse_replaced(MSG_PAGE, "{\"url\":\"http://www.a.gov.cn/\",\"anchor\":\"年报\"}", "\"text\"");
	refuse_replaced(MSG_PAGE, "\"url\"", "\"Url\"");
	refuse_replaced(MSG_DOC, "\"doc_len\":2", "\"doc_len\":8388609");
	refuse_replaced(MSG_HEARTBEAT, "[1]", "[]");
	refuse_replaced(MSG_HEARTBEAT, "[1]", "[1,2,3,4,5]");
	refuse_replaced(MSG_HEARTBEAT, "[1]", "[256]");
	refuse_replaced(MSG_HEARTBEAT, "\"queued\"", "\"eaten\"");
	refuse_replaced(MSG_HEARTBEAT, "\"credit_msgs\":16", "\"credit_msgs\":0");
	char long_url[2200];
	memset(long_url, 'a', sizeof(long_url));
	memcpy(long_url, "http://www.a.gov.cn/", 20);
	long_url[2100] = '\0';
	refuse_replaced(MSG_PAGE, "http://www.a.gov.cn/nb/2023.htm", long_url);
	struct msg_bye m;
	char *big = arena_alloc(arena, FRAME_JSON_MAX + 2);
	memset(big, ' ', FRAME_JSON_MAX + 1);
	memcpy(big, "{\"boot_id\":\"a\"}", 15);
	ck_assert_int_eq(msg_bye_decode((struct str){big, FRAME_JSON_MAX}, arena, &m), ERR_OK);
	ck_assert_int_eq(msg_bye_decode((struct str){big, FRAME_JSON_MAX + 1}, arena, &m), ERR_FORMAT);
}
END_TEST

START_TEST(unknown_keys_and_absent_options)
{
	struct msg_fail m;
	const char *json = "{\"new\":[1,{\"x\":2}],\"stage\":\"parse\",\"class\":\"permanent\",\"code\":\"inflate\","
			   "\"detail\":\"\",\"component\":\"\",\"version\":\"\",\"host\":\"\"}";
	ck_assert_int_eq(msg_fail_decode(str_of(json), arena, &m), ERR_OK);
	ck_assert(m.permanent && m.signal == 0);
	char deep[4001];
	memset(deep, '[', sizeof(deep) - 1);
	deep[4000] = '\0';
	ck_assert_int_eq(msg_fail_decode(str_of(deep), arena, &m), ERR_FORMAT);
}
END_TEST

START_TEST(sender_cuts_and_refuses)
{
	struct msg_fail f = fail;
	char detail[3000];
	memset(detail, '\xFF', sizeof(detail));
	detail[2999] = '\0';
	f.detail = detail;
	ck_assert_int_eq(msg_fail_encode(&f, &out), ERR_OK);
	struct msg_fail got;
	ck_assert_int_eq(msg_fail_decode(buf_str(&out), arena, &got), ERR_OK);
	ck_assert_uint_le(strlen(got.detail), MSG_DETAIL_MAX);
	struct msg_page p = page;
	p.parse_seq = 1ull << 63;
	ck_assert_int_eq(msg_page_encode(&p, &out), ERR_LIMIT);
	p = page;
	p.context = "{\"a\":1,\"a\":2}";
	ck_assert_int_eq(msg_page_encode(&p, &out), ERR_FORMAT);
	struct msg_heartbeat h = heartbeat;
	h.pages_count = MSG_PAGES_MAX + 1;
	ck_assert_int_eq(msg_heartbeat_encode(&h, &out), ERR_LIMIT);
}
END_TEST

START_TEST(fullest_messages_fit)
{
	static struct msg_heartbeat_page all[MSG_PAGES_MAX];
	static struct msg_ack_item items[MSG_ACKS_MAX];
	for (int i = 0; i < MSG_PAGES_MAX; i++)
		all[i] = (struct msg_heartbeat_page){INT64_MAX, UINT32_MAX, STAGE_PARSING};
	for (int i = 0; i < MSG_ACKS_MAX; i++)
		items[i] = (struct msg_ack_item){INT64_MAX, UINT32_MAX, "0123456789abcdef", ACK_UNCHANGED, 64,
						 false,     1000000,    INT64_MAX,          true};
	struct msg_heartbeat h = heartbeat;
	h.pages = all;
	h.pages_count = MSG_PAGES_MAX;
	ck_assert_int_eq(msg_heartbeat_encode(&h, &out), ERR_OK);
	struct msg_ack a = {BOOT, INT64_MAX, items, MSG_ACKS_MAX};
	ck_assert_int_eq(msg_ack_encode(&a, &out), ERR_OK);
	ck_assert_int_eq(again(MSG_ACK, arena_dup(arena, buf_str(&out))), ERR_OK);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("msg");
	TCase *t = tcase_create("msg");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, golden_bytes);
	tcase_add_test(t, round_trips);
	tcase_add_test(t, links_are_lines);
	tcase_add_test(t, what_is_refused);
	tcase_add_test(t, bounds);
	tcase_add_test(t, unknown_keys_and_absent_options);
	tcase_add_test(t, sender_cuts_and_refuses);
	tcase_add_test(t, fullest_messages_fit);
	suite_add_tcase(s, t);
	return suite_run(s);
}
