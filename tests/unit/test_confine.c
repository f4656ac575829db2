/*
 * Programs that are confined read what converters need and nothing else: real programs are started, and asked for a file
 * of the user's own. Kernels without Landlock skip this, and say so; converters work on them all the same (test_kinds).
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parser/confine.h"
#include "suite.h"

static char secret[] = "/tmp/gk-confine-XXXXXX";

static void setup(void)
{
	int fd = mkstemp(secret);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "secret\n", 7), 7);
	close(fd);
}

static void teardown(void)
{
	unlink(secret);
	strcpy(secret + strlen(secret) - 6, "XXXXXX");
}

/* What `program` writes when it is confined; the exit status, or -1 when it could not be confined. */
static int run(char *const argv[], bool confined, char *out, size_t max)
{
	int pipes[2], status;
	size_t n = 0;
	ck_assert_int_eq(pipe(pipes), 0);
	pid_t pid = fork();
	if (pid == 0) {
		const char *const programs[] = {argv[0], "/nonexistent/program", NULL};
		dup2(pipes[1], 1);
		close(2);
		if (confined &&
		    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || confine_files(programs) != CONFINE_DONE))
			_exit(99);
		execv(argv[0], argv);
		_exit(98);
	}
	close(pipes[1]);
	for (ssize_t k; n + 1 < max && (k = read(pipes[0], out + n, max - 1 - n)) > 0;)
		n += (size_t)k;
	out[n] = '\0';
	close(pipes[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool possible(void)
{
	if (confine_possible())
		return true;
	fprintf(stderr, "skipped: this kernel has no Landlock\n");
	return false;
}

START_TEST(a_file_of_the_user_is_not_read)
{
	char out[256], cat[] = "/bin/cat";
	char *const argv[] = {cat, secret, NULL};
	if (!possible())
		return;
	ck_assert_int_eq(run(argv, false, out, sizeof out), 0);
	ck_assert_str_eq(out, "secret\n"); /* so that what follows is the confinement's doing */
	ck_assert_int_eq(run(argv, true, out, sizeof out), 1);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(etc_and_folders_are_not_read)
{
	char out[4096], cat[] = "/bin/cat", passwd[] = "/etc/passwd", ls[] = "/bin/ls", tmp[] = "/tmp",
			null[] = "/dev/null";
	char *const read_it[] = {cat, passwd, NULL}, *const list_it[] = {ls, tmp, NULL},
		    *const nothing[] = {cat, null, NULL};
	if (!possible())
		return;
	ck_assert_int_ne(run(read_it, true, out, sizeof out), 0);
	ck_assert_str_eq(out, "");
	ck_assert_int_ne(run(list_it, true, out, sizeof out), 0);
	ck_assert_int_eq(run(nothing, true, out, sizeof out), 0); /* it can run, and read what is allowed */
}
END_TEST

START_TEST(other_programs_do_not_start)
{
	char out[256], sh[] = "/bin/sh", c[] = "-c", command[] = "/bin/echo started";
	char *const argv[] = {sh, c, command, NULL};
	if (!possible())
		return;
	ck_assert_int_eq(run(argv, false, out, sizeof out), 0);
	ck_assert_str_eq(out, "started\n");
	ck_assert_int_ne(run(argv, true, out, sizeof out), 0);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(nothing_is_written)
{
	char out[256], sh[] = "/bin/sh", c[] = "-c", command[512];
	snprintf(command, sizeof command, "echo changed > %s", secret);
	char *const argv[] = {sh, c, command, NULL};
	if (!possible())
		return;
	ck_assert_int_ne(run(argv, true, out, sizeof out), 0);
	char *const show[] = {(char[]){"/bin/cat"}, secret, NULL};
	ck_assert_int_eq(run(show, false, out, sizeof out), 0);
	ck_assert_str_eq(out, "secret\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("confine");
	TCase *t = tcase_create("confine");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_file_of_the_user_is_not_read);
	tcase_add_test(t, etc_and_folders_are_not_read);
	tcase_add_test(t, other_programs_do_not_start);
	tcase_add_test(t, nothing_is_written);
	suite_add_tcase(s, t);
	return suite_run(s);
}
