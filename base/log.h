/*
 * log - one event, one line, to standard error.
 *
 * Words: fatal (the process ends), error (this page or request), warn (going on), info, debug.
 * Under journald (JOURNAL_STREAM set) lines begin with <N>, which it reads as priority; else with
 * "program: word: ". Control characters of the message are escaped, since it may hold hostile bytes.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/** Name of the program for the prefix (borrowed for ever) and the least severe level that is printed. */
void log_init(const char *program, enum log_level level);
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** Copy `in` to `out` (capacity out_bytes, NUL ended) with control characters as \xNN and cut at a UTF-8 boundary. */
void log_cleanse(char *out, unsigned long out_bytes, const char *in, unsigned long in_bytes);

#endif
