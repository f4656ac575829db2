/* The search index over a real store: words of any length, increments, loss, foreign files, a full disk. */
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "parser/fold.h"
#include "parser/read.h"
#include "sink/search.h"
#include "tests/unit/store_fixture.h"
#include "suite.h"

#define OK(x) ck_assert_msg((x) == ERR_OK, "%s", err_text())

static struct lexicon *lex;
static struct arena *arena;
static struct search_updated updated;

static void setup(void)
{
	fixture_begin();
	OK(lexicon_load(&lex));
	arena = arena_new(64 * 1024 * 1024);
}

static void teardown(void)
{
	lexicon_free(lex);
	arena_free(arena);
	fixture_end();
}

static void fold(void *ctx, struct str text, struct search_folded *out)
{
	struct fold f;
	(void)ctx;
	arena_reset(arena);
	fold_text(lex, arena, text, &f);
	*out = (struct search_folded){f.ch, f.byte, f.cp, f.n};
}

static char found[4096];
static const struct search_query *asked;

static bool note(void *ctx, const struct search_document *d)
{
	size_t n = strlen(found), at;
	struct buf snippet;
	(void)ctx;
	buf_init(&snippet, 4096);
	ck_assert(search_within(&d->folded, asked, 0, UINT32_MAX, &at));
	search_snippet(d, asked, at, &snippet);
	snprintf(found + n, sizeof found - n, "%lld%s %s\n", (long long)d->id, d->has_reports ? "r" : "", snippet.p);
	buf_fini(&snippet);
	return true;
}

/* "ID snippet" lines of a question, with the index brought up to date before. */
static const char *ask(const char *words, const char *fold_id)
{
	struct search *s;
	struct sview *v;
	struct search_query q;
	OK(sview_open(fixture_dir, &v));
	OK(search_open(fixture_dir, fold_id, fold, NULL, true, &s));
	OK(search_update(s, v, &updated));
	OK(search_parse(s, str_of(words), &q));
	found[0] = '\0';
	asked = &q;
	OK(search_run(s, v, &q, false, note, NULL));
	search_close(s);
	sview_close(v);
	return found;
}

static void put(const char *url, uint64_t n, char *json)
{
	struct store *s;
	OK(store_open(fixture_dir, false, &s));
	ck_assert_int_eq(fixture_store(s, url, n, n, json), ACK_STORED);
	store_close(s);
	free(json);
}

START_TEST(test_words)
{
	put("http://a.gov.cn/1", 1, fixture_plain("收到申请二十件，答复及时。", "[]"));
	put("http://a.gov.cn/2", 2, fixture_report("全年收到政府信息\\n公开申请１２件，PDF文档。", NULL, 2014));
	put("http://a.gov.cn/3", 3, fixture_plain("資訊公開：件数为零", "[]"));
	ck_assert_str_eq(ask("申请", "f"), "2r 全年收到政府信息 公开【申请】１２件，PDF文档。 榆次区年度报告\n"
					   "1 收到【申请】二十件，答复及时。 \n");
	ck_assert_int_eq(updated.documents, 3);
	ck_assert(updated.anew);
	ck_assert_str_eq(ask("件 收到", "f"), "2r 全年【收到】政府信息 公开申请１２【件】，PDF文档。 榆次区年度报告\n"
					      "1 【收到】申请二十【件】，答复及时。 \n");
	ck_assert_int_eq(updated.documents, 0);
	ck_assert(!updated.anew);
	/* one character in the middle and at the end of a run; what stands in no text */
	ck_assert_str_eq(ask("零", "f"), "3 資訊公開：件数为【零】 \n");
	ck_assert_str_eq(ask("答", "f"), "1 收到申请二十件，【答】复及时。 \n");
	ck_assert_str_eq(ask("收复", "f"), "");
	/* the pairs of "到申" and "申请" are there, the word is not */
	ck_assert_str_eq(ask("收到申请１２", "f"), "");
	/* folded: full width, traditional, case; titles; white space in a phrase */
	ck_assert_str_eq(ask("12件", "f"), "2r 全年收到政府信息 公开申请【１２件】，PDF文档。 榆次区年度报告\n");
	ck_assert_str_eq(ask("信息公开 数", "f"), "3 【資訊公開】：件【数】为零 \n");
	ck_assert_str_eq(ask("pdf", "f"), "2r 年收到政府信息 公开申请１２件，【PDF】文档。 榆次区年度报告\n");
	ck_assert_ptr_nonnull(strstr(ask("\"榆次区 年度\"", "f"), "【榆次区年度】"));
}
END_TEST

START_TEST(test_changes)
{
	put("http://a.gov.cn/1", 1, fixture_plain("旧的文字", "[]"));
	put("http://a.gov.cn/2", 2, fixture_plain("别的文字", "[]"));
	ck_assert_str_eq(ask("旧的", "f"), "1 【旧的】文字 \n");
	put("http://a.gov.cn/1", 3, fixture_plain("新的文字", "[]"));
	ck_assert_str_eq(ask("旧的", "f"), "");
	ck_assert_int_eq(updated.documents, 1);
	ck_assert_str_eq(ask("文字", "f"), "1 新的【文字】 \n2 别的【文字】 \n");
	/* another lexicon folds otherwise: all anew */
	ask("文字", "g");
	ck_assert_int_eq(updated.documents, 2);
	ck_assert(updated.anew);
}
END_TEST

static char *path_of(const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", fixture_dir, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

START_TEST(test_lost_and_foreign)
{
	put("http://a.gov.cn/1", 1, fixture_plain("一段文字", "[]"));
	ask("文字", "f");
	ck_assert_int_eq(remove(path_of("search.db")), 0);
	ck_assert_str_eq(ask("文字", "f"), "1 一段【文字】 \n");
	ck_assert_int_eq(updated.documents, 1);
	/* damaged */
	write_file("search.db",
		   "this is no database, and it is long enough to be looked at as one by its first 100 bytes "
		   "which SQLite reads");
	ck_assert_str_eq(ask("文字", "f"), "1 一段【文字】 \n");
	/* somebody else's: moved away, not lost */
	ck_assert_int_eq(remove(path_of("search.db")), 0);
	sqlite3 *db;
	ck_assert_int_eq(sqlite3_open(path_of("search.db"), &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "CREATE TABLE theirs(x)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_str_eq(ask("文字", "f"), "1 一段【文字】 \n");
	ck_assert_int_eq(access(path_of("search.db.foreign"), F_OK), 0);
	/* of another store */
	ck_assert_int_eq(remove(path_of("store.db")), 0);
	put("http://a.gov.cn/9", 1, fixture_plain("别家文字", "[]"));
	ck_assert_str_eq(ask("文字", "f"), "1 别家【文字】 \n");
	ck_assert(updated.anew);
}
END_TEST

START_TEST(test_queries)
{
	static const char *const bad[] = {"", "  ", "\"a", "，。"};
	struct search *s;
	struct sview *v;
	struct search_query q;
	put("http://a.gov.cn/1", 1, fixture_plain("一段文字", "[]"));
	OK(sview_open(fixture_dir, &v));
	ck_assert_int_eq(search_open(fixture_dir, "f", fold, NULL, false, &s), ERR_NOTFOUND);
	OK(search_open(fixture_dir, "f", fold, NULL, true, &s));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		enum err e = search_parse(s, str_of(bad[i]), &q);
		if (e == ERR_OK)
			e = search_run(s, v, &q, false, note, NULL);
		ck_assert_int_eq(e, ERR_USAGE);
	}
	/* operators of the index's language are words like others */
	OK(search_parse(s, STR("NEAR OR x:y * a*b \"AND\""), &q));
	ck_assert_uint_eq(q.count, 6);
	OK(search_run(s, v, &q, false, note, NULL));
	search_close(s);
	sview_close(v);
}
END_TEST

/* A file that may not grow is a full disk: a clear error, and the store is as it was. */
START_TEST(test_full_disk)
{
	struct sview *v;
	struct search *s;
	char *text = malloc(300000);
	for (int i = 0; i + 3 < 300000; i += 3)
		memcpy(text + i, (char[]){(char)0xE4, (char)(0x80 + (i / 192) % 64), (char)(0x80 + (i / 3) % 64)}, 3);
	text[299997] = '\0';
	put("http://a.gov.cn/1", 1, fixture_plain(text, "[]"));
	free(text);
	OK(sview_open(fixture_dir, &v));
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){20000, RLIM_INFINITY});
	enum err e = search_open(fixture_dir, "f", fold, NULL, true, &s);
	if (e == ERR_OK) {
		e = search_update(s, v, &updated);
		search_close(s);
	}
	ck_assert_msg(e == ERR_FULL, "%s: %s", err_name(e), err_text());
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
	sview_close(v);
	ck_assert_str_ne(ask("\xE4\x80\x81", "f"), "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("search");
	TCase *t = tcase_create("files");
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_words);
	tcase_add_test(t, test_changes);
	tcase_add_test(t, test_lost_and_foreign);
	tcase_add_test(t, test_queries);
	tcase_add_test(t, test_full_disk);
	suite_add_tcase(s, t);
	return suite_run(s);
}
