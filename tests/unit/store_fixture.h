/*
 * store_fixture - a data folder of its own, documents as a parser would send them, and one call that puts
 * them. For the tests of the sink and of the verbs that read a store.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "proto/frame.h"
#include "sink/links.h"
#include "sink/store.h"
#include "suite.h"

#define FIXTURE_LEXICON "0123456789abcdef"
#define FIXTURE_UNUSED __attribute__((unused))

static char fixture_dir[64];
FIXTURE_UNUSED static bool fixture_unconfirmed; /* of the last document put */

static int fixture_remove(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

FIXTURE_UNUSED static void fixture_begin(void)
{
	snprintf(fixture_dir, sizeof fixture_dir, "/tmp/gongkai-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture_dir));
}

FIXTURE_UNUSED static void fixture_end(void)
{
	nftw(fixture_dir, fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* A report page with two figures, a quantity, a table and two checks, one of which fails. */
FIXTURE_UNUSED static char *fixture_report(const char *text, const char *page_url, int year)
{
	char *z = NULL;
	char page[256] = "null";
	if (page_url)
		snprintf(page, sizeof page, "\"%s\"", page_url);
	int n = asprintf(
		&z,
		"{\"url\":\"http://a.gov.cn/1.htm\",\"page_url\":%s,\"kind\":\"html\",\"charset\":\"UTF-8\","
		"\"charset_errors\":0,\"title\":\"榆次区年度报告\",\"published\":\"2015-02-10\","
		"\"dates\":[{\"value\":\"2015-02-10\",\"from\":\"visible\"}],\"source\":null,\"doc_number\":null,"
		"\"index_number\":null,\"site_id_code\":\"1407020001\",\"text\":\"%s\",\"unsupported\":null,\"cut\":[],"
		"\"reports\":[{\"title\":\"榆次区年度报告\",\"region\":\"榆次区\",\"region_code\":\"140702\","
		"\"body\":\"榆次区人民政府\",\"level\":\"county\",\"year\":%d,\"period\":[\"%d-01-01\",\"%d-12-31\"],"
		"\"published\":\"2015-02-10\",\"format\":\"2014\",\"fragments\":[[0,20]],"
		"\"metrics\":[{\"id\":\"proactive.total\",\"value\":3303,\"unit\":\"item\",\"scope\":\"\","
		"\"applicant\":\"\","
		"\"qualifier\":\"\",\"approx\":false,\"evidence\":\"公开3303条\",\"offset\":4},"
		"{\"id\":\"requests.received\",\"value\":12.5,\"unit\":\"case\",\"scope\":\"\",\"applicant\":\"total\","
		"\"qualifier\":null,\"approx\":true,\"evidence\":\"12.5\",\"offset\":12,\"table\":\"t1\","
		"\"row\":\"一、\\\"收到\\\"\",\"column\":\"总计\",\"cell\":[1,2]}],"
		"\"quantities\":[{\"text\":\"3303条\",\"value\":3303,\"unit\":\"条\",\"approx\":false,\"offset\":6}],"
		"\"tables\":[{\"id\":\"t1\",\"caption\":null,\"rows\":[[\"a\",\"b,c\"],[\"1\",null]],\"offset\":9}],"
		"\"checks\":[{\"kind\":\"sum\",\"statement\":\"1 + 2 = "
		"3\",\"holds\":true,\"detail\":\"\",\"operands\":[1,2,3]},"
		"{\"kind\":\"sum\",\"statement\":\"1 + 1 = "
		"3\",\"holds\":false,\"detail\":\"2\",\"operands\":[1,1,3]}]}],"
		"\"links\":[{\"url\":\"http://a.gov.cn/"
		"2.htm\",\"text\":\"二〇一四年度报告\",\"rel\":\"a\",\"ask\":\"either\",\"context\":{\"url\":"
		"\"http://a.gov.cn/1.htm\"}}]}",
		page, text, year, year, year);
	ck_assert_int_gt(n, 0);
	return z;
}

FIXTURE_UNUSED static char *fixture_plain(const char *text, const char *links)
{
	char *z = NULL;
	ck_assert_int_gt(asprintf(&z,
				  "{\"page_url\":null,\"kind\":\"html\",\"charset\":\"UTF-8\",\"charset_errors\":0,"
				  "\"title\":null,\"published\":null,\"dates\":[],\"source\":null,\"text\":\"%s\","
				  "\"unsupported\":null,\"cut\":[],\"reports\":[],\"links\":%s}",
				  text, links),
			 0);
	return z;
}

FIXTURE_UNUSED static struct msg_doc fixture_head(const char *url, uint64_t parse_seq)
{
	return (struct msg_doc){.url = url,
				.parser_version = "gongkai-parser/0.1.0",
				.lexicon = FIXTURE_LEXICON,
				.parse_seq = parse_seq,
				.fetched_at = 1700000000000 + (int64_t)parse_seq * 1000,
				.context = "{}",
				.warc = {.file = "a-00001.warc.gz", .offset = (int64_t)parse_seq * 100, .length = 90},
				.body_sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
				.doc_sha256 = ""};
}

/* Puts a document within an open batch. */
FIXTURE_UNUSED static enum err fixture_put(struct store *s, const struct msg_doc *head, uint64_t fetch_id,
					   const char *json, enum ack_result *result)
{
	struct arena *a = arena_new(64 * 1024 * 1024);
	struct sdoc doc;
	struct links links;
	struct buf lines;
	slinks_init(&links);
	buf_init(&lines, 2 * FRAME_LINKS_MAX);
	ck_assert_msg(sdoc_decode(str_of(json), a, &doc) == ERR_OK, "%s", err_text());
	ck_assert_int_eq(slinks_build(&links, &doc, fetch_id, &lines), ERR_OK);
	const struct store_doc d = {
		.fetch_id = fetch_id, .epoch = 1, .head = head, .doc = &doc, .links = buf_str(&links.blob)};
	struct store_result r = {0};
	enum err e = store_put(s, &d, a, &r);
	*result = r.result;
	fixture_unconfirmed = r.unconfirmed;
	sdoc_fini(&doc);
	slinks_fini(&links);
	buf_fini(&lines);
	arena_free(a);
	return e;
}

/* One document in one batch; returns its result. */
FIXTURE_UNUSED static enum ack_result fixture_store(struct store *s, const char *url, uint64_t fetch_id,
						    uint64_t parse_seq, const char *json)
{
	const struct msg_doc head = fixture_head(url, parse_seq);
	enum ack_result result = ACK_STALE;
	int64_t commit;
	ck_assert_msg(store_begin(s) == ERR_OK, "%s", err_text());
	ck_assert_msg(fixture_put(s, &head, fetch_id, json, &result) == ERR_OK, "%s", err_text());
	ck_assert_msg(store_commit(s, &commit) == ERR_OK, "%s", err_text());
	return result;
}

#endif
