/* The fingerprint: what does not count, what does, and how well nearness tells copies from reports of one template. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/simhash.h"
#include "suite.h"

static uint64_t of(const char *z)
{
	struct simhash s;
	simhash_init(&s);
	simhash_add(&s, str_of(z));
	return simhash_end(&s);
}

static uint64_t exact_of(const char *z)
{
	struct simhash s;
	simhash_init(&s);
	simhash_add(&s, str_of(z));
	return simhash_exact(&s);
}

START_TEST(what_counts)
{
	ck_assert_uint_eq(of(""), 0);
	ck_assert_uint_eq(of("一二三"), 0);
	ck_assert_uint_eq(of(" \t，。"), 0);
	ck_assert_uint_ne(of("主动公开"), 0);
	/* white space, punctuation, case and width do not count */
	ck_assert_uint_eq(of("全年公开政府信息１２条，ＡＢ。"), of("全年 公开政府信息\n12条 ab"));
	ck_assert_uint_eq(exact_of("全年公开政府信息１２条，ＡＢ。"), exact_of("全年 公开政府信息\n12条 ab"));
	/* every digit does */
	ck_assert_uint_ne(of("全年公开政府信息12条"), of("全年公开政府信息13条"));
	ck_assert_uint_ne(exact_of("全年公开政府信息12条"), exact_of("全年公开政府信息21条"));
	ck_assert_uint_ne(exact_of("全年公开"), exact_of("全年公开公开"));
	ck_assert_uint_eq(simhash_distance(5, 6), 2);
	ck_assert_uint_eq(simhash_distance(0, UINT64_MAX), 64);
	/* bytes that are no UTF-8 are only odd characters */
	ck_assert_uint_eq(of("全年\xff公开信息"), of("全年公开信息"));
}
END_TEST

/* Against the definition, computed bit by bit, and piece by piece: over a fold of the lanes, too. */
START_TEST(pieces_and_folds)
{
	char text[6001];
	uint64_t seed = 5;
	size_t n = 0;
	for (unsigned i = 0; i < 2000; i++)
		n += utf8_put(0x4E00 + (uint32_t)(rng_next(&seed) % 800), text + n);
	struct simhash whole, pieces;
	simhash_init(&whole);
	simhash_init(&pieces);
	simhash_add(&whole, (struct str){text, n});
	for (size_t at = 0; at < n; at += 3)
		simhash_add(&pieces, (struct str){text + at, 3});
	ck_assert_uint_eq(simhash_end(&whole), simhash_end(&pieces));
	ck_assert_uint_eq(simhash_end(&whole), simhash_end(&whole));
	ck_assert_uint_eq(simhash_exact(&whole), simhash_exact(&pieces));
	ck_assert_int_eq(whole.chars, 2000);
	ck_assert_int_gt(whole.grams, (2000 - SIMHASH_GRAM) * 98 / 100);
	/* the text again brings only the features of its seam; another text shares none */
	simhash_add(&pieces, (struct str){text, n});
	ck_assert_uint_le(simhash_distance(simhash_end(&whole), simhash_end(&pieces)), SIMHASH_NEAR);
	unsigned far = simhash_distance(simhash_end(&whole), of("政府信息公开工作年度报告的其他内容"));
	ck_assert_uint_gt(far, 16);
}
END_TEST

/* ---- precision and recall on generated reports: sentences of one grammar, so that all share their template */

static const char *const places[] = {"临溪县", "青岚市", "白沙区", "云泽市", "石桥县", "安澜区"};
static const char *const deeds[] = {"召开专题会议部署相关工作", "完善了信息发布审核制度",   "组织业务骨干学习有关规定",
				    "优化了网站栏目设置",       "对各单位公开情况开展督查", "及时回应群众关切的问题"};
static const char *const nouns[] = {"城乡供水", "道路养护", "义务教育", "河湖治理",
				    "就业援助", "防汛抗旱", "食品安全", "普惠托育"};

/* The same numbers give the same sentences; `place` and `year` stand in all of them. */
static char *report(uint64_t seed, unsigned place, int year, unsigned sentences)
{
	char *z = malloc(1 << 16);
	size_t n = 0;
	for (unsigned i = 0; i < sentences; i++) {
		const char *noun = nouns[rng_next(&seed) % 8], *deed = deeds[rng_next(&seed) % 6],
			   *more = deeds[rng_next(&seed) % 6];
		n += (size_t)sprintf(z + n, "%d年,%s围绕%s,%s,%s。全年公开政府信息%d条,收到申请%d件。", year,
				     places[place], noun, deed, more, (int)(rng_next(&seed) % 9000),
				     (int)(rng_next(&seed) % 90));
	}
	return z;
}

static void replace(char *z, const char *from, const char *to)
{
	char *copy = strdup(z), *in = copy, *hit;
	*z = '\0';
	while ((hit = strstr(in, from))) {
		strncat(z, in, (size_t)(hit - in));
		strcat(z, to);
		in = hit + strlen(from);
	}
	strcat(z, in);
	free(copy);
}

/* A copy as platforms make it: a head and a foot of theirs, spaces, one figure mistyped. */
static char *copied(const char *z, uint64_t seed)
{
	char *c = malloc(1 << 17);
	static const char *const heads[] = {"发布日期2015-02-10 字号大中小", "来源县政府办 浏览次数",
					    "索引号信息分类年报"};
	sprintf(c, "%s %s 打印 关闭", heads[rng_next(&seed) % 3], z);
	char *digit = strstr(c + strlen(c) / 2, "9");
	if (digit)
		*digit = '8';
	return c;
}

#define REPORTS 120
#define REPORT_SENTENCES 60

START_TEST(precision_and_recall)
{
	static uint64_t original[REPORTS], copy[REPORTS], mirror[REPORTS];
	unsigned mirror_far = 0;
	for (unsigned i = 0; i < REPORTS; i++) {
		unsigned place = i % 6;
		char *z = report(i + 1, place, 2010 + (int)(i % 10), REPORT_SENTENCES), *c = copied(z, i);
		original[i] = of(z);
		copy[i] = of(c);
		replace(z, "政府信息", "万家博彩");
		mirror[i] = of(z);
		mirror_far += simhash_distance(original[i], mirror[i]) > 2 * SIMHASH_NEAR;
		free(z);
		free(c);
	}
	printf("%d generated reports of one template, %d sentences each\n", REPORTS, REPORT_SENTENCES);
	for (unsigned near = 0; near <= 12; near++) {
		unsigned found = 0, wrong = 0;
		for (unsigned i = 0; i < REPORTS; i++)
			for (unsigned k = 0; k < REPORTS; k++) {
				bool hit = simhash_distance(original[i], copy[k]) <= near;
				found += hit && i == k;
				wrong += hit && i != k;
			}
		printf("distance <= %2u: recall %.3f, precision %.3f\n", near, (double)found / REPORTS,
		       found + wrong ? (double)found / (found + wrong) : 1.0);
		if (near == SIMHASH_NEAR) {
			ck_assert_uint_ge(found, REPORTS * 90 / 100);
			ck_assert_uint_le(wrong, found / 50);
		}
	}
	printf("words replaced throughout: %u of %d farther than %d\n", mirror_far, REPORTS, 2 * SIMHASH_NEAR);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("simhash");
	TCase *t = tcase_create("simhash");
	tcase_add_test(t, what_counts);
	tcase_add_test(t, pieces_and_folds);
	tcase_add_test(t, precision_and_recall);
	suite_add_tcase(s, t);
	return suite_run(s);
}
