#include "parser/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define READ_TREE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RUN_TREE (READ_TREE | LANDLOCK_ACCESS_FS_EXECUTE) /* libraries are mapped as code; the loader is one of them */

/* rights that headers of older kernels do not name, by the version that brought them */
#define ALL_VERSION_1 ((1ull << 13) - 1)
#define REFER_VERSION_2 (1ull << 13)
#define TRUNCATE_VERSION_3 (1ull << 14)
#define IOCTL_VERSION_5 (1ull << 15)

/* Where Debian and its kin put what the programs of convert.c open. What is missing is passed over. */
static const struct {
	const char *path;
	uint64_t rights;
	int kind; /* O_DIRECTORY or 0 */
} allowed[] = {
	{"/lib", RUN_TREE, O_DIRECTORY},
	{"/lib64", RUN_TREE, O_DIRECTORY},
	{"/usr/lib", RUN_TREE, O_DIRECTORY},
	{"/usr/lib64", RUN_TREE, O_DIRECTORY},
	{"/usr/local/lib", RUN_TREE, O_DIRECTORY},
	{"/etc/ld.so.cache", READ_FILE, 0},
	{"/etc/catdocrc", READ_FILE, 0},
	{"/usr/share/poppler", READ_TREE, O_DIRECTORY},
	{"/usr/share/antiword", READ_TREE, O_DIRECTORY},
	{"/usr/share/catdoc", READ_TREE, O_DIRECTORY},
	{"/usr/share/locale", READ_TREE, O_DIRECTORY},
	{"/dev/null", READ_FILE, 0},
};

static long version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

bool confine_possible(void)
{
	return version() > 0;
}

static bool allow(int rules, const char *path, uint64_t rights, int kind)
{
	int fd = open(path, O_PATH | O_CLOEXEC | kind);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	const struct landlock_path_beneath_attr a = {.allowed_access = rights, .parent_fd = fd};
	bool ok = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0) == 0;
	close(fd);
	return ok;
}

enum confine_result confine_files(const char *const *programs)
{
	long v = version();
	if (v <= 0)
		return CONFINE_ABSENT;
	const struct landlock_ruleset_attr handled = {
		.handled_access_fs = ALL_VERSION_1 | (v >= 2 ? REFER_VERSION_2 : 0) |
				     (v >= 3 ? TRUNCATE_VERSION_3 : 0) | (v >= 5 ? IOCTL_VERSION_5 : 0)};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	if (rules < 0)
		return CONFINE_FAILED;
	bool ok = true;
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed && ok; i++)
		ok = allow(rules, allowed[i].path, allowed[i].rights, allowed[i].kind);
	for (size_t i = 0; programs[i] && ok; i++)
		ok = allow(rules, programs[i], READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE, 0);
	ok = ok && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return ok ? CONFINE_DONE : CONFINE_FAILED;
}
