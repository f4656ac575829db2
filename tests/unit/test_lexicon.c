#include "read_fixture.h"

#include "parser/match.h"

START_TEST(files_and_hash)
{
	ck_assert_uint_gt(lexicon_file("metrics.tsv").n, 1000);
	ck_assert_ptr_null(lexicon_file("no-such.tsv").p);
	ck_assert_uint_eq(strlen(lexicon_hash()), 16);
}
END_TEST

START_TEST(ids_and_groups)
{
	ck_assert_uint_ne(lexicon_metric(fx_lex, STR("requests.received")), LEXICON_NONE);
	ck_assert_uint_eq(lexicon_metric(fx_lex, STR("requests.receive")), LEXICON_NONE);
	ck_assert_uint_ne(lexicon_group(fx_lex, "receive"), LEXICON_NONE);
	ck_assert_uint_eq(lexicon_group(fx_lex, "nothing"), LEXICON_NONE);
	ck_assert_uint_gt(fx_lex->patterns_count, 100);
}
END_TEST

START_TEST(folding_keeps_the_way_back)
{
	struct fold f;
	fold_text(fx_lex, fx_arena, STR("政府資訊公開 １２ 件，答覆\n25 78"), &f);
	struct word w = lexicon_word(fx_lex, STR("政府信息公开12件,答复"));
	ck_assert(fold_is(&f, 0, w.p, w.n));
	ck_assert_int_eq(f.ch[w.n], '\n');
	ck_assert_int_eq(f.ch[w.n + 3], ' ');
	struct str s = fold_source(&f, 6, 9);
	ck_assert(str_eq_z(s, "１２ 件"));
	ck_assert_uint_eq(f.cp[6], 7);
}
END_TEST

struct hits {
	size_t count, longest;
};

static void hit(void *ctx, size_t start, size_t end, uint32_t word)
{
	struct hits *h = ctx;
	(void)word;
	h->count++;
	h->longest = end - start > h->longest ? end - start : h->longest;
}

START_TEST(matcher_finds_all)
{
	static const char *const words[] = {"公开", "信息公开", "政府信息", "府信"};
	struct matcher *m = matcher_new();
	for (size_t i = 0; i < 4; i++) {
		struct word w = lexicon_word(fx_lex, str_of(words[i]));
		ck_assert_uint_eq(matcher_add(m, w.p, w.n), i);
		ck_assert_uint_eq(matcher_add(m, w.p, w.n), i);
	}
	matcher_build(m);
	struct word t = lexicon_word(fx_lex, STR("政府信息公开"));
	struct hits h = {0, 0};
	matcher_scan(m, t.p, 0, t.n, hit, &h);
	ck_assert_uint_eq(h.count, 4);
	ck_assert_uint_eq(h.longest, 4);
	uint32_t word;
	ck_assert_uint_eq(matcher_longest(m, t.p, 2, t.n, &word), 4);
	ck_assert_uint_eq(word, 1);
	matcher_free(m);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lexicon");
	TCase *c = tcase_create("lexicon");
	tcase_add_unchecked_fixture(c, fx_setup, fx_teardown);
	tcase_add_test(c, files_and_hash);
	tcase_add_test(c, ids_and_groups);
	tcase_add_test(c, folding_keeps_the_way_back);
	tcase_add_test(c, matcher_finds_all);
	suite_add_tcase(s, c);
	return suite_run(s);
}
