/*
 * bench_frontier - what the frontier costs at a size: how fast, how many bytes a row, how much memory.
 *
 *   bench_frontier [--dir DIR] [ROWS...]        default: 100000 1000000
 *
 * Links come as in a crawl: page by page, most of them of the linking page's own host, with the context that the
 * linking page gives. Then some of them are offered again, leased and finished with the group commit of the fetcher
 * (64 events a transaction, synced). A row's bytes are those of the file beside the URL and anchor texts.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "fetcher/frontier_db.h"

#define LINKS_A_PAGE 20
#define PAGES_A_HOST 5000
#define COMMIT_PAGES 20 /* linking pages of one transaction: an ACK batch */
#define COMMIT_EVENTS 64
#define SAMPLE 10000 /* operations of a round */
#define ROUNDS 5
#define SIZES_MAX 8
#define NOW 1700000000000LL

static void must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "bench_frontier: %s: %s\n", what, err_text());
	exit(1);
}

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* what a page of that number is called: hosts are crawled side by side, a page's links are those of its own host */
struct bench_link {
	char url[256], anchor[128], context[1024];
};

static void compose(int64_t i, int64_t hosts, struct bench_link *out)
{
	int64_t page = i / LINKS_A_PAGE, host = page % hosts;
	uint64_t seed = (uint64_t)i * 0x9E3779B97F4A7C15ull;
	snprintf(out->url, sizeof(out->url),
		 "http://www%05lld.example.gov.cn/zwgk/col/col%u/art/2018/%u/%u/art_%lld.html", (long long)host,
		 (unsigned)(rng_next(&seed) % 90), (unsigned)(rng_next(&seed) % 12 + 1),
		 (unsigned)(rng_next(&seed) % 28 + 1), (long long)i);
	snprintf(out->anchor, sizeof(out->anchor), "关于做好第%lld号政府信息公开工作的通知", (long long)i);
	snprintf(out->context, sizeof(out->context),
		 "{\"url\":\"http://www%05lld.example.gov.cn/zwgk/col%lld/index_%lld.html\",\"title\":\"某某区人民政府 "
		 "- "
		 "政府信息公开目录\",\"published\":\"2019-03-01\",\"site_id_code\":\"3601%06lld\",\"anchor\":\"%s\"}",
		 (long long)host, (long long)(page % 90), (long long)page, (long long)host, out->anchor);
}

static int64_t offer(struct fdb *d, int64_t i, int64_t hosts, int64_t *text)
{
	struct bench_link l;
	compose(i, hosts, &l);
	struct fdb_new_page n = {.url = l.url,
				 .context = l.context,
				 .depth = 2 + (int)(i % 7),
				 .rank = (int)(i % 40) - 20,
				 .from_page = i / LINKS_A_PAGE};
	enum fdb_added added;
	int64_t id;
	must(fdb_add_page(d, &n, NOW, &added, &id), "add");
	if (text)
		*text += (int64_t)(strlen(l.url) + strlen(l.anchor));
	return id;
}

static int64_t file_bytes(const char *dir)
{
	char path[4200];
	struct stat st;
	snprintf(path, sizeof(path), "%s/frontier.db", dir);
	return stat(path, &st) == 0 ? st.st_size : 0;
}

static double lease_and_done(struct fdb *d, int64_t hosts, int64_t count, double *done_s)
{
	struct frontier_event lease = {.kind = EV_LEASED},
			      done = {.kind = EV_ACK, .lexicon_matches = true, .next_visit = NOW + 86400000LL};
	struct frontier_event fetched = {.kind = EV_FETCHED, .body_bytes = 30000, .status = 200};
	snprintf(fetched.place.file, sizeof(fetched.place.file), "0001.warc.gz");
	int64_t *ids = calloc((size_t)count, sizeof(*ids));
	uint64_t *fetch = calloc((size_t)count, sizeof(*fetch));
	if (!ids || !fetch)
		abort();
	double t0 = now_s();
	for (int64_t i = 0; i < count; i++) {
		must(fdb_next_ready(d, 1 + i % hosts, &ids[i]), "next");
		must(fdb_fetch_id(d, &fetch[i]), "id");
		lease.fetch_id = fetch[i];
		must(fdb_event(d, ids[i], &lease, NOW, NULL, NULL), "lease");
		if (i % COMMIT_EVENTS == COMMIT_EVENTS - 1)
			must(fdb_commit(d), "commit");
	}
	must(fdb_commit(d), "commit");
	double t1 = now_s();
	for (int64_t i = 0; i < count; i++) {
		fetched.fetch_id = done.fetch_id = fetch[i];
		fetched.place.offset = i * 9000;
		fetched.place.length = 9000;
		must(fdb_event(d, ids[i], &fetched, NOW, NULL, NULL), "fetched");
		must(fdb_event(d, ids[i], &done, NOW, NULL, NULL), "done");
		if (i % COMMIT_EVENTS == COMMIT_EVENTS - 1)
			must(fdb_commit(d), "commit");
	}
	must(fdb_commit(d), "commit");
	*done_s = now_s() - t1;
	free(ids);
	free(fetch);
	return t1 - t0;
}

/* what a child process tells its parent */
struct result {
	double enqueue, known, lease, done, row_bytes, peak_mib;
};

static int64_t hosts_of(int64_t rows)
{
	return 1 + rows / PAGES_A_HOST;
}

static void fill(const char *dir, int64_t rows, int round, struct result *out)
{
	(void)round;
	struct fdb_limits limits = {.pages = rows * 2};
	struct fdb *d;
	must(fdb_open(dir, &limits, &d, NULL), "open");
	must(fdb_ids_start(d, 0, 0), "start");
	int64_t text = 0;
	double t0 = now_s();
	for (int64_t i = 0; i < rows; i++) {
		offer(d, i, hosts_of(rows), &text);
		if (i % (LINKS_A_PAGE * COMMIT_PAGES) == LINKS_A_PAGE * COMMIT_PAGES - 1)
			must(fdb_commit(d), "commit");
	}
	must(fdb_commit(d), "commit");
	out->enqueue = (double)rows / (now_s() - t0);
	fdb_close(d);
	out->row_bytes = (double)(file_bytes(dir) - text) / (double)rows;
}

static void work(const char *dir, int64_t rows, int round, struct result *out)
{
	struct fdb_limits limits = {.pages = rows * 2};
	struct fdb *d;
	must(fdb_open(dir, &limits, &d, NULL), "open");
	uint64_t seed = (uint64_t)round + 7;
	double t0 = now_s();
	for (int64_t i = 0; i < SAMPLE;) {
		/* a page that was already seen names LINKS_A_PAGE links of its own again */
		int64_t page = (int64_t)(rng_next(&seed) % (uint64_t)(rows / LINKS_A_PAGE));
		for (int64_t k = 0; k < LINKS_A_PAGE; k++, i++)
			offer(d, page * LINKS_A_PAGE + k, hosts_of(rows), NULL);
	}
	must(fdb_commit(d), "commit");
	out->known = SAMPLE / (now_s() - t0);
	double done;
	out->lease = SAMPLE / lease_and_done(d, hosts_of(rows), SAMPLE, &done);
	out->done = SAMPLE / done;
	fdb_close(d);
}

/* In a process of its own, so that the memory is that step's alone. */
static bool in_child(void (*step)(const char *, int64_t, int, struct result *), const char *dir, int64_t rows,
		     int round, struct result *out)
{
	int ends[2], status = 0;
	if (pipe(ends) != 0)
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		struct result r = {0};
		struct rusage u;
		step(dir, rows, round, &r);
		getrusage(RUSAGE_SELF, &u);
		r.peak_mib = (double)u.ru_maxrss / 1024.0;
		_exit(write(ends[1], &r, sizeof(r)) == sizeof(r) ? 0 : 1);
	}
	close(ends[1]);
	bool ok = pid > 0 && read(ends[0], out, sizeof(*out)) == sizeof(*out);
	close(ends[0]);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 && ok;
}

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), ascending);
	return v[n / 2];
}

struct size {
	int64_t rows;
	char dir[4096];
	struct result filled;
	double known[ROUNDS], lease[ROUNDS], done[ROUNDS], peak_mib;
};

/* All sizes are filled first and then worked on in turn, so that a slow minute of the machine is shared by all. */
static bool measure(struct size *sizes, int count)
{
	for (int i = 0; i < count; i++)
		if (!in_child(fill, sizes[i].dir, sizes[i].rows, 0, &sizes[i].filled))
			return false;
	for (int r = 0; r < ROUNDS; r++)
		for (int i = 0; i < count; i++) {
			struct result x;
			if (!in_child(work, sizes[i].dir, sizes[i].rows, r, &x))
				return false;
			sizes[i].known[r] = x.known;
			sizes[i].lease[r] = x.lease;
			sizes[i].done[r] = x.done;
			if (x.peak_mib > sizes[i].peak_mib)
				sizes[i].peak_mib = x.peak_mib;
		}
	printf("%10s %10s %10s %10s %10s %10s %10s\n", "urls", "enqueue/s", "known/s", "lease/s", "done/s", "bytes/row",
	       "peak MiB");
	for (int i = 0; i < count; i++) {
		struct size *s = &sizes[i];
		if (s->filled.peak_mib > s->peak_mib)
			s->peak_mib = s->filled.peak_mib;
		printf("%10lld %10.0f %10.0f %10.0f %10.0f %10.0f %10.1f\n", (long long)s->rows, s->filled.enqueue,
		       median(s->known, ROUNDS), median(s->lease, ROUNDS), median(s->done, ROUNDS), s->filled.row_bytes,
		       s->peak_mib);
	}
	printf("lease rate of the last size to that of the first: %.2f\n",
	       median(sizes[count - 1].lease, ROUNDS) / median(sizes[0].lease, ROUNDS));
	return true;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"dir", required_argument, NULL, 'd'}, {NULL, 0, NULL, 0}};
	static struct size sizes[SIZES_MAX] = {{.rows = 100000}, {.rows = 1000000}};
	const char *dir = "/tmp";
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c != 'd')
			return 2;
		dir = optarg;
	}
	int count = argc > optind ? 0 : 2;
	for (int i = optind; i < argc && count < SIZES_MAX; i++)
		if ((sizes[count++].rows = atoll(argv[i])) < 2 * ROUNDS * SAMPLE) {
			fprintf(stderr, "bench_frontier: '%s' is no number of rows of at least %d\n", argv[i],
				2 * ROUNDS * SAMPLE);
			return 2;
		}
	for (int i = 0; i < count; i++) {
		snprintf(sizes[i].dir, sizeof(sizes[i].dir), "%s/bench-frontier-XXXXXX", dir);
		if (!mkdtemp(sizes[i].dir)) {
			perror(sizes[i].dir);
			return 3;
		}
	}
	bool ok = measure(sizes, count);
	for (int i = 0; i < count; i++) {
		char cmd[5000];
		snprintf(cmd, sizeof(cmd), "rm -rf '%s'", sizes[i].dir);
		if (system(cmd) != 0)
			fprintf(stderr, "bench_frontier: cannot remove %s\n", sizes[i].dir);
	}
	return ok ? 0 : 1;
}
