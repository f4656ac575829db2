/*
 * err - one error enum for the whole project, with the text of the last error.
 *
 * A fallible function returns enum err: ERR_OK (0) or a negative code. The one who finds the
 * error captures errno where it happens and says operation and object once, with err_set():
 *
 *     if (fsync(fd) < 0)
 *         return err_errno(ERR_IO, "cannot fsync '%s'", path);   // adds ": No space left on device"
 *
 * The text lives in thread-local storage until the next err_set() of that thread. Callers up
 * the stack pass the code on and print err_text() at the edge. Bugs abort (assert stays on in
 * release), the environment gives an error, hostile input gives a FAIL with a cause code.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define WARN_UNUSED __attribute__((warn_unused_result))

enum err {
	ERR_OK = 0,
	ERR_NOMEM = -1000,  /* an allocation was refused */
	ERR_IO = -1001,     /* reading or writing failed */
	ERR_FULL = -1002,   /* disk full, quota, or not writable: nothing may be acknowledged */
	ERR_LIMIT = -1003,  /* a named maximum was reached */
	ERR_FORMAT = -1004, /* bytes that do not follow their format */
	ERR_AGAIN = -1005,  /* would block; try later */
	ERR_NOTFOUND = -1006,
	ERR_EXIST = -1007,
	ERR_LOCKED = -1008,  /* another process holds it */
	ERR_NEWER = -1009,   /* a schema or protocol version newer than this program's */
	ERR_FOREIGN = -1010, /* a file or folder that is not ours */
	ERR_USAGE = -1011,   /* wrong command line */
	ERR_INPUT = -1012,   /* input that cannot be opened or read */
	ERR_NET = -1013,     /* a socket call failed */
	ERR_DENIED = -1014,  /* missing permission */
	ERR_INTERNAL = -1015 /* should not happen */
};

/** Short stable name of a code ("full"). Never NULL. */
const char *err_name(enum err code);

/** Exit status of INTERFACE.md for a code: 0, 1 internal, 2 usage, 3 input, 4 locked/foreign/newer, 5 full. */
int err_exit_status(enum err code);

/** Set this thread's error text; returns `code`, so that `return err_set(...)` reads well. */
enum err err_set(enum err code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** As err_set(), with ": strerror(errno)" added. ENOSPC, EDQUOT and EROFS turn ERR_IO into ERR_FULL, EACCES and EPERM into ERR_DENIED, ENOMEM into ERR_NOMEM. */
enum err err_errno(enum err code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Text of this thread's last error; "" when none. Borrowed until the next err_set() of the thread. */
const char *err_text(void);

#endif
