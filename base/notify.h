/*
 * notify - systemd's readiness protocol (sd_notify(3)) as one datagram, without its library.
 * Every function is a no-op when NOTIFY_SOCKET is not set.
 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

void notify_ready(void);
void notify_stopping(void);
void notify_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** Call once per full turn of a loop that made its turn; sends WATCHDOG=1 at most each half of WATCHDOG_USEC. */
void notify_progress(void);

#endif
