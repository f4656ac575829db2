/*
 * bench_search - the index of `gongkai search` over a store: what it costs in bytes and CPU, and how many questions a
 * second it answers beside a plain LIKE scan of the same texts in the same run.
 *
 *   bench_search [--documents N] [--words N] [--files DIR]
 *
 * Composed documents, if no folder is given: words of two characters and a few of one to four, drawn as words of a language
 * are (Zipf), so that some stand in nearly every text and most in one or two; articles of some 1,300 characters, short
 * lists and a few long reports. Of a folder it takes the HTML files, each read by the parser as a page is.
 *
 * The words are taken from the texts: rare ones stand in at most one document of a thousand, common ones in at least one
 * of ten. Each is asked for the first 20 documents and for all. The index is held to account: a document in which LIKE
 * finds the word and the index does not is printed and makes the exit status 1. (The other way there are some: the index
 * finds a word in traditional characters and in full width, too.) Times are CPU, so that a busy machine changes the ratio little.
 */
#include <ftw.h>
#include <getopt.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/jsonw.h"
#include "parser/fold.h"
#include "parser/parse.h"
#include "parser/read.h"
#include "proto/frame.h"
#include "sink/db.h"
#include "sink/search.h"
#include "sink/store.h"

#define VOCABULARY 30000
#define CHARACTERS 3500 /* that a newspaper uses */
#define FIRST 20
#define FILE_MAX_BYTES (16u * 1024 * 1024)
#define FILES_MAX 100000
#define WORDS_MAX 200
#define CANDIDATES_MAX 20000
#define BATCH 256 /* documents of one commit */

static struct {
	char dir[64];
	struct lexicon *lex;
	struct arena *fold_arena;
	sqlite3 *db; /* the store, for LIKE */
	struct sview *view;
	struct search *index;
	int64_t documents, text_bytes;
	uint64_t seed;
} b;

static void must(enum err e, const char *doing)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "bench_search: cannot %s: %s\n", doing, err_text());
	exit(3);
}

static double cpu_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned below(unsigned n)
{
	return (unsigned)(rng_next(&b.seed) % n);
}

/* ---- composing */

/* Place r of n has a share of 1 / (r + 2.7) (Mandelbrot). */
static void zipf_init(double *sums, unsigned n)
{
	double sum = 0;
	for (unsigned i = 0; i < n; i++)
		sums[i] = sum += 1 / (i + 2.7);
}

static unsigned zipf(const double *sums, unsigned n)
{
	double x = rng_unit(&b.seed) * sums[n - 1];
	unsigned from = 0, to = n - 1;
	while (from < to) {
		unsigned mid = (from + to) / 2;
		if (sums[mid] < x)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static char words[VOCABULARY][16];
static double word_sums[VOCABULARY];

static void make_words(void)
{
	static double char_sums[CHARACTERS];
	zipf_init(char_sums, CHARACTERS);
	zipf_init(word_sums, VOCABULARY);
	for (unsigned i = 0; i < VOCABULARY; i++) {
		unsigned dice = below(100), length = dice < 10 ? 1 : dice < 75 ? 2 : dice < 88 ? 3 : 4;
		size_t n = 0;
		for (unsigned k = 0; k < length; k++)
			n += utf8_put(0x4E00 + zipf(char_sums, CHARACTERS) * 5u, words[i] + n);
	}
}

static void compose(struct buf *out)
{
	unsigned dice = below(100);
	unsigned count = dice < 20 ? 40 + below(100) : dice < 98 ? 200 + below(900) : 3000 + below(3000);
	for (unsigned i = 0; i < count; i++) {
		buf_add_z(out, words[zipf(word_sums, VOCABULARY)]);
		if (below(20) == 0)
			buf_printf(out, "%u", below(5000));
		if (below(9) == 0)
			buf_add_z(out, below(3) ? "，" : below(6) ? "。" : "。\n");
	}
}

static void composed_json(struct buf *json)
{
	struct buf text;
	struct jsonw w;
	buf_init(&text, FILE_MAX_BYTES);
	compose(&text);
	jsonw_init(&w, json);
	jsonw_object(&w);
	jsonw_kz(&w, "kind", "html");
	jsonw_kz(&w, "charset", "UTF-8");
	jsonw_kint(&w, "charset_errors", 0);
	jsonw_kz(&w, "title", words[zipf(word_sums, VOCABULARY)]);
	jsonw_kstr(&w, "text", buf_str(&text));
	static const char *const lists[] = {"dates", "cut", "reports", "links"};
	for (int i = 0; i < 4; i++) {
		jsonw_key(&w, lists[i]);
		jsonw_raw(&w, STR("[]"));
	}
	jsonw_end(&w, '}');
	must(json->sticky, "compose");
	buf_fini(&text);
}

/* ---- files */

static char *files[FILES_MAX];
static size_t files_count;

static int see_file(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	const char *dot = strrchr(path, '.');
	(void)walk;
	if (type == FTW_F && st->st_size < FILE_MAX_BYTES && dot && strstr(".html.shtml", dot) &&
	    files_count < FILES_MAX)
		files[files_count++] = strdup(path);
	return 0;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static void file_json(struct parse *p, const char *path, struct buf *json)
{
	struct buf body;
	buf_init(&body, FILE_MAX_BYTES + 65536);
	FILE *f = fopen(path, "rb");
	for (size_t n = f != NULL; n > 0;) {
		char *to = buf_reserve(&body, 65536);
		n = to ? fread(to, 1, 65536, f) : 0;
		buf_commit(&body, n);
	}
	if (!f || fclose(f) != 0)
		must(err_errno(ERR_INPUT, "'%s'", path), "read");
	const struct parse_input in = {.body = buf_str(&body),
				       .url = STR("http://www.linxi.example/1.html"),
				       .final_url = STR("http://www.linxi.example/1.html"),
				       .content_type = STR("text/html")};
	must(parse_page(p, &in, json), path);
	buf_fini(&body);
}

/* ---- the store */

static void put(struct store *s, int64_t n, struct str json, struct arena *a)
{
	char url[64];
	struct sdoc doc;
	struct store_result result;
	snprintf(url, sizeof url, "http://www.linxi.example/%lld.html", (long long)n);
	const struct msg_doc head = {.url = url,
				     .parser_version = parse_version(),
				     .lexicon = parse_lexicon(),
				     .parse_seq = (uint64_t)n,
				     .fetched_at = 1700000000000 + n,
				     .context = "{}",
				     .warc = {.file = "a.warc.gz", .offset = n, .length = 1},
				     .body_sha256 = "",
				     .doc_sha256 = ""};
	arena_reset(a);
	must(sdoc_decode(json, a, &doc), "read a document");
	b.text_bytes += (int64_t)(doc.text.n + doc.title.n);
	const struct store_doc d = {.fetch_id = (uint64_t)n, .epoch = 1, .head = &head, .doc = &doc, .links = STR("")};
	must(store_put(s, &d, a, &result), "store a document");
	sdoc_fini(&doc);
}

static void fill(int64_t documents, bool composed)
{
	struct store *s;
	struct parse *p = NULL;
	struct arena *a = arena_new(256u << 20);
	struct buf json;
	int64_t commit;
	buf_init(&json, FRAME_DOC_MAX);
	must(store_open(b.dir, false, &s), "open the store");
	if (composed)
		make_words();
	else
		must(parse_new(&p), "load the parser");
	for (int64_t i = 0; i < documents; i++) {
		buf_clear(&json);
		if (composed)
			composed_json(&json);
		else
			file_json(p, files[i], &json);
		if (i % BATCH == 0)
			must(store_begin(s), "begin");
		put(s, i + 1, buf_str(&json), a);
		if (i % BATCH == BATCH - 1 || i + 1 == documents)
			must(store_commit(s, &commit), "commit");
	}
	b.documents = documents;
	store_close(s);
	parse_free(p);
	arena_free(a);
	buf_fini(&json);
}

/* ---- indexing */

static void fold(void *ctx, struct str text, struct search_folded *out)
{
	struct fold f;
	(void)ctx;
	arena_reset(b.fold_arena);
	fold_text(b.lex, b.fold_arena, text, &f);
	*out = (struct search_folded){f.ch, f.byte, f.cp, f.n};
}

static double file_bytes(const char *name)
{
	char path[128];
	struct stat st;
	snprintf(path, sizeof path, "%s/%s", b.dir, name);
	return stat(path, &st) == 0 ? (double)st.st_size : 0;
}

static bool index_all(void)
{
	struct search_updated done;
	must(sview_open(b.dir, &b.view), "open the store");
	must(search_open(b.dir, lexicon_hash(), fold, NULL, true, &b.index), "open the index");
	double t = cpu_s();
	must(search_update(b.index, b.view, &done), "make the index");
	t = cpu_s() - t;
	search_close(b.index); /* its log goes into the file */
	must(search_open(b.dir, lexicon_hash(), fold, NULL, true, &b.index), "open the index");
	double bytes = file_bytes("search.db") + file_bytes("search.db-wal"), text = (double)b.text_bytes,
	       n = (double)b.documents;
	printf("documents %lld, text %.1f MB (%.0f bytes each), index %.1f MB: %.3f bytes of index for a byte of "
	       "text\n",
	       (long long)b.documents, text / 1e6, text / n, bytes / 1e6, bytes / text);
	printf("indexing %.3f ms of CPU a document, %.0f documents/s, %.1f MB of text/s\n", t / n * 1e3, n / t,
	       text / t / 1e6);
	if (done.documents != b.documents)
		printf("%lld documents were indexed\n", (long long)done.documents);
	return done.documents == b.documents;
}

/* ---- questions */

struct answer {
	bool *in; /* by document id; NULL: only counted */
	int64_t count, enough;
};

static bool take(void *ctx, const struct search_document *d)
{
	struct answer *x = ctx;
	if (x->in)
		x->in[d->id] = true;
	return ++x->count < x->enough;
}

static int64_t ask_index(const char *word, int64_t enough, bool *in)
{
	char quoted[64];
	struct search_query q;
	struct answer x = {.in = in, .enough = enough};
	snprintf(quoted, sizeof quoted, "\"%s\"", word);
	must(search_parse(b.index, str_of(quoted), &q), "read a question");
	must(search_run(b.index, b.view, &q, false, take, &x), "ask the index");
	return x.count;
}

static int64_t ask_like(sqlite3_stmt *st, const char *word, int64_t enough, bool *in)
{
	char pattern[64];
	int64_t n = 0;
	snprintf(pattern, sizeof pattern, "%%%s%%", word);
	db_bind_z(st, 1, pattern);
	while (n < enough && sqlite3_step(st) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(st, 0);
		if (in)
			in[id] = true;
		n++;
	}
	sqlite3_reset(st);
	return n;
}

struct kind {
	const char *name;
	unsigned least, most, length; /* of documents of a thousand; most 0: none. length: characters of a word */
	char word[WORDS_MAX][32];
	int64_t in[WORDS_MAX]; /* documents */
	unsigned count;
	double first, all, like_first, like_all; /* CPU s of all words together */
};

/* A run of characters of a document's text, all of them hanzi; false: there is none at the place that was drawn. */
static bool draw_word(unsigned length, char *out, size_t max)
{
	sqlite3_stmt *st;
	bool found = false;
	if (sqlite3_prepare_v2(b.db, "SELECT text FROM texts WHERE document_id=?1", -1, &st, NULL) != SQLITE_OK)
		must(db_error(b.db, SQLITE_ERROR, "read"), "draw a word");
	sqlite3_bind_int64(st, 1, 1 + (int64_t)(rng_next(&b.seed) % (uint64_t)b.documents));
	if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_bytes(st, 0) > 0) {
		struct str text = db_column(st, 0);
		size_t from = utf8_cut(text.p, (size_t)(rng_next(&b.seed) % text.n)), at = from;
		found = true;
		for (unsigned k = 0; k < length && found; k++) {
			uint32_t c = at < text.n ? utf8_next(text.p, text.n, &at) : 0;
			found = c >= 0x4E00 && c <= 0x9FA5;
		}
		snprintf(out, max, "%.*s", (int)(at - from), text.p + from);
	}
	sqlite3_finalize(st);
	return found;
}

static void choose(struct kind *k, unsigned want)
{
	char word[32];
	int64_t least = b.documents * k->least / 1000, most = k->most ? b.documents * k->most / 1000 : b.documents;
	if (most < 2)
		most = 2;
	for (unsigned tried = 0; tried < CANDIDATES_MAX && k->count < want; tried++) {
		bool known = !draw_word(k->length, word, sizeof word);
		for (unsigned i = 0; i < k->count && !known; i++)
			known = strcmp(k->word[i], word) == 0;
		int64_t n = known ? 0 : ask_index(word, most + 1, NULL);
		if (n == 0 || n < least || n > most)
			continue;
		snprintf(k->word[k->count], sizeof k->word[0], "%s", word);
		k->in[k->count++] = n;
	}
}

/* How many documents the index misses. */
static int64_t measure(struct kind *k, sqlite3_stmt *like)
{
	int64_t missed = 0;
	for (unsigned i = 0; i < k->count; i++) {
		bool *ours = calloc((size_t)b.documents + 1, 1), *theirs = calloc((size_t)b.documents + 1, 1);
		if (!ours || !theirs)
			must(err_set(ERR_NOMEM, "out of memory"), "count");
		double t[5] = {cpu_s()};
		ask_index(k->word[i], FIRST, NULL);
		t[1] = cpu_s();
		ask_index(k->word[i], INT64_MAX, ours);
		t[2] = cpu_s();
		ask_like(like, k->word[i], FIRST, NULL);
		t[3] = cpu_s();
		ask_like(like, k->word[i], INT64_MAX, theirs);
		t[4] = cpu_s();
		double *const sums[] = {&k->first, &k->all, &k->like_first, &k->like_all};
		for (int j = 0; j < 4; j++)
			*sums[j] += t[j + 1] - t[j];
		for (int64_t id = 1; id <= b.documents; id++) {
			if (theirs[id] && !ours[id] && missed++ < 10)
				printf("the index misses %s in document %lld\n", k->word[i], (long long)id);
		}
		free(ours);
		free(theirs);
	}
	return missed;
}

static int by_count(const void *x, const void *y)
{
	int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
	return (p > q) - (p < q);
}

static bool questions(unsigned want)
{
	static struct kind kinds[] = {{.name = "rare", .most = 1, .length = 4},
				      {.name = "rare, short", .most = 1, .length = 2},
				      {.name = "common", .least = 100, .length = 2}};
	char path[128];
	sqlite3_stmt *like;
	int64_t missed = 0;
	bool whole = true;
	snprintf(path, sizeof path, "%s/store.db", b.dir);
	if (sqlite3_open_v2(path, &b.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(b.db, "SELECT document_id FROM texts WHERE text LIKE ?1", -1, &like, NULL) != SQLITE_OK)
		must(db_error(b.db, SQLITE_ERROR, "read"), "ask the store");
	printf("%-12s %5s %10s | %21s | %21s | %15s\n", "questions/s", "", "documents", "index", "LIKE",
	       "index : LIKE");
	printf("%-12s %5s %10s | %10s %10s | %10s %10s | %7s %7s\n", "", "words", "median", "first 20", "all",
	       "first 20", "all", "first", "all");
	for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct kind *k = &kinds[i];
		choose(k, want);
		whole = whole && k->count > 0;
		if (k->count == 0) {
			printf("%-12s no such word was found\n", k->name);
			continue;
		}
		missed += measure(k, like);
		qsort(k->in, k->count, sizeof k->in[0], by_count);
		printf("%-12s %5u %10lld | %10.1f %10.1f | %10.1f %10.1f | %7.2f %7.2f\n", k->name, k->count,
		       (long long)k->in[k->count / 2], k->count / k->first, k->count / k->all, k->count / k->like_first,
		       k->count / k->like_all, k->like_first / k->first, k->like_all / k->all);
	}
	printf("documents that LIKE finds and the index does not: %lld\n", (long long)missed);
	sqlite3_finalize(like);
	sqlite3_close(b.db);
	return whole && missed == 0;
}

static int remove_file(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"documents", required_argument, NULL, 'd'},
						{"words", required_argument, NULL, 'w'},
						{"files", required_argument, NULL, 'f'},
						{NULL, 0, NULL, 0}};
	int64_t documents = 10000;
	unsigned want = 10;
	const char *dir = NULL;
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'd')
			documents = atoll(optarg);
		else if (c == 'w')
			want = (unsigned)atoi(optarg);
		else if (c == 'f')
			dir = optarg;
		else
			return 2;
	}
	if (dir && (nftw(dir, see_file, 16, FTW_PHYS) != 0 || files_count == 0)) {
		fprintf(stderr, "bench_search: no HTML files in '%s'\n", dir);
		return 3;
	}
	qsort(files, files_count, sizeof *files, by_name);
	if (dir)
		documents = (int64_t)files_count;
	if (documents < 10 || want < 1 || want > WORDS_MAX) {
		fprintf(stderr, "bench_search: at least 10 documents, and 1 to %d words\n", WORDS_MAX);
		return 2;
	}
	b.seed = 20161231;
	b.fold_arena = arena_new(256u << 20);
	snprintf(b.dir, sizeof b.dir, "/tmp/bench-search-XXXXXX");
	must(lexicon_load(&b.lex), "load the lexicon");
	if (!mkdtemp(b.dir))
		must(err_errno(ERR_IO, "'%s'", b.dir), "make a folder");
	fill(documents, dir == NULL);
	bool ok = index_all();
	ok = questions(want) && ok;
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	printf("peak memory %.1f MiB\n", (double)use.ru_maxrss / 1024);
	search_close(b.index);
	sview_close(b.view);
	lexicon_free(b.lex);
	arena_free(b.fold_arena);
	nftw(b.dir, remove_file, 16, FTW_DEPTH | FTW_PHYS);
	for (size_t i = 0; i < files_count; i++)
		free(files[i]);
	return ok ? 0 : 1;
}
