#include "base/log.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES 4096

static const char *program_name = "gongkai";
static enum log_level least_level = LOG_LEVEL_INFO;
static int under_journald = -1;

void log_init(const char *program, enum log_level level)
{
	program_name = program;
	least_level = level;
	under_journald = getenv("JOURNAL_STREAM") != NULL;
}

void log_cleanse(char *out, unsigned long out_bytes, const char *in, unsigned long in_bytes)
{
	static const char hex[] = "0123456789abcdef";
	if (!out_bytes)
		return;
	unsigned long o = 0;
	for (size_t i = 0; i < in_bytes;) {
		size_t next = i;
		uint32_t cp = utf8_next(in, in_bytes, &next);
		bool invalid = cp == 0xFFFD && next == i + 1;
		bool control = cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029;
		size_t need = (invalid || control ? 4 : 1) * (next - i);
		if (o + need >= out_bytes)
			break;
		for (; i < next; i++) {
			unsigned char c = (unsigned char)in[i];
			if (!invalid && !control) {
				out[o++] = in[i];
				continue;
			}
			out[o++] = '\\';
			out[o++] = 'x';
			out[o++] = hex[c >> 4];
			out[o++] = hex[c & 15];
		}
	}
	out[o] = '\0';
}

static void __attribute__((format(printf, 2, 0))) write_line(enum log_level level, const char *fmt, va_list ap)
{
	static const char *const words[] = {"error", "warn", "info", "debug"};
	static const int priorities[] = {3, 4, 6, 7}; /* syslog(3) */
	if (level > least_level)
		return;
	if (under_journald < 0)
		under_journald = getenv("JOURNAL_STREAM") != NULL;
	char text[LINE_BYTES / 2], clean[LINE_BYTES], line[LINE_BYTES + 128];
	vsnprintf(text, sizeof(text), fmt, ap);
	log_cleanse(clean, sizeof(clean), text, strlen(text));
	int n = under_journald ? snprintf(line, sizeof(line), "<%d>%s\n", priorities[level], clean)
			       : snprintf(line, sizeof(line), "%s: %s: %s\n", program_name, words[level], clean);
	if (n >= (int)sizeof(line)) {
		n = (int)sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	/* one write: lines of several processes on one terminal stay whole; a full pipe loses the line, not the work */
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}

#define LOG_FUNCTION(name, level)                                                                                      \
	void name(const char *fmt, ...)                                                                                \
	{                                                                                                              \
		va_list ap;                                                                                            \
		va_start(ap, fmt);                                                                                     \
		write_line(level, fmt, ap);                                                                            \
		va_end(ap);                                                                                            \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
