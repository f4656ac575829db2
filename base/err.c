#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ERR_TEXT_BYTES 1024

static _Thread_local char err_buffer[ERR_TEXT_BYTES];

const char *err_name(enum err code)
{
	switch (code) {
	case ERR_OK:
		return "ok";
	case ERR_NOMEM:
		return "nomem";
	case ERR_IO:
		return "io";
	case ERR_FULL:
		return "full";
	case ERR_LIMIT:
		return "limit";
	case ERR_FORMAT:
		return "format";
	case ERR_AGAIN:
		return "again";
	case ERR_NOTFOUND:
		return "notfound";
	case ERR_EXIST:
		return "exist";
	case ERR_LOCKED:
		return "locked";
	case ERR_NEWER:
		return "newer";
	case ERR_FOREIGN:
		return "foreign";
	case ERR_USAGE:
		return "usage";
	case ERR_INPUT:
		return "input";
	case ERR_NET:
		return "net";
	case ERR_DENIED:
		return "denied";
	case ERR_INTERNAL:
		return "internal";
	}
	return "unknown";
}

int err_exit_status(enum err code)
{
	switch (code) {
	case ERR_OK:
		return 0;
	case ERR_USAGE:
		return 2;
	case ERR_INPUT:
	case ERR_NOTFOUND:
		return 3;
	case ERR_LOCKED:
	case ERR_FOREIGN:
	case ERR_NEWER:
		return 4;
	case ERR_FULL:
	case ERR_DENIED: /* "not writable" of INTERFACE.md; input that may not be read is ERR_INPUT */
		return 5;
	default:
		return 1;
	}
}

enum err err_set(enum err code, const char *fmt, ...)
{
	/* the arguments may hold err_text() itself, so the new text is made beside the old one */
	char text[ERR_TEXT_BYTES];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	memcpy(err_buffer, text, sizeof(text));
	return code;
}

static enum err code_for_errno(enum err code, int e)
{
	if (code != ERR_IO)
		return code;
	switch (e) {
	case ENOSPC:
	case EDQUOT:
	case EROFS:
		return ERR_FULL;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case ENOMEM:
		return ERR_NOMEM;
	default:
		return code;
	}
}

enum err err_errno(enum err code, const char *fmt, ...)
{
	int e = errno;
	char text[ERR_TEXT_BYTES], reason[128];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	if ((size_t)n < sizeof(text))
		snprintf(text + n, sizeof(text) - (size_t)n, ": %s", strerror_r(e, reason, sizeof(reason)));
	memcpy(err_buffer, text, sizeof(text));
	return code_for_errno(code, e);
}

const char *err_text(void)
{
	return err_buffer;
}
