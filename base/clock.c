#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t mono_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

int64_t wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

char *clock_iso(int64_t wall, char out[32])
{
	time_t s = (time_t)(wall >= 0 ? wall / 1000 : -((-wall + 999) / 1000));
	struct tm tm;
	if (!gmtime_r(&s, &tm) || tm.tm_year > 9999 - 1900 || tm.tm_year < -1900) {
		memcpy(out, "0000-00-00T00:00:00Z", 21);
		return out;
	}
	strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

static bool leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* -1 for a date that does not exist; a leap second counts as the next second */
static int64_t make_ms(int y, int mon, int d, int h, int min, int s)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (y < 1970 || y > 9999 || mon < 1 || mon > 12 || d < 1 || h < 0 || h > 23 || min < 0 || min > 59 || s < 0 ||
	    s > 60)
		return -1;
	if (d > days[mon - 1] + (mon == 2 && leap(y)))
		return -1;
	struct tm tm = {.tm_year = y - 1900, .tm_mon = mon - 1, .tm_mday = d, .tm_hour = h, .tm_min = min, .tm_sec = s};
	return (int64_t)timegm(&tm) * 1000;
}

/* exactly `count` digits at z, or -1 */
static int digits(const char **z, int count)
{
	int v = 0;
	for (int i = 0; i < count; i++) {
		char c = (*z)[i];
		if (c < '0' || c > '9')
			return -1;
		v = v * 10 + (c - '0');
	}
	*z += count;
	return v;
}

static bool eat(const char **z, char c)
{
	if (**z != c)
		return false;
	++*z;
	return true;
}

static bool three_numbers(const char **z, int width, char sep, int out[3])
{
	for (int i = 0; i < 3; i++) {
		if (i && !eat(z, sep))
			return false;
		out[i] = digits(z, i == 0 ? width : 2);
		if (out[i] < 0)
			return false;
	}
	return true;
}

int64_t clock_parse_iso(const char *z)
{
	int date[3], time3[3] = {0, 0, 0};
	int64_t fraction = 0, zone = 0;
	if (!three_numbers(&z, 4, '-', date))
		return -1;
	if (*z) {
		if ((!eat(&z, 'T') && !eat(&z, ' ')) || !three_numbers(&z, 2, ':', time3))
			return -1;
		if (eat(&z, '.')) {
			int64_t unit = 100;
			if (*z < '0' || *z > '9')
				return -1;
			for (; *z >= '0' && *z <= '9'; z++, unit /= 10)
				fraction += unit * (*z - '0');
		}
		if (*z == '+' || *z == '-') {
			int sign = *z++ == '+' ? 1 : -1;
			int h = digits(&z, 2);
			eat(&z, ':');
			int m = h < 0 ? -1 : digits(&z, 2);
			if (m < 0 || h > 14 || m > 59)
				return -1;
			zone = sign * (int64_t)(h * 60 + m) * 60000;
		} else if (!eat(&z, 'Z')) {
			return -1;
		}
		if (*z)
			return -1;
	}
	int64_t t = make_ms(date[0], date[1], date[2], time3[0], time3[1], time3[2]);
	return t < 0 || t + fraction - zone < 0 ? -1 : t + fraction - zone;
}

static int month_of(const char *z)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int i = 0; i < 12; i++)
		if (strncmp(z, names + (size_t)i * 3, 3) == 0)
			return i + 1;
	return -1;
}

int64_t clock_parse_http(const char *z)
{
	char day[10], mon[4], zone[4];
	int d, y, h, m, s, end = 0;
	/* Sun, 06 Nov 1994 08:49:37 GMT */
	if (sscanf(z, "%3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %3[A-Z]%n", day, &d, mon, &y, &h, &m, &s, zone,
		   &end) == 8 &&
	    end && !z[end] && !strcmp(zone, "GMT"))
		return make_ms(y, month_of(mon), d, h, m, s);
	end = 0;
	/* Sunday, 06-Nov-94 08:49:37 GMT: two digits more than 50 years ahead are of the past century */
	if (sscanf(z, "%9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d %3[A-Z]%n", day, &d, mon, &y, &h, &m, &s, zone,
		   &end) == 8 &&
	    end && !z[end] && !strcmp(zone, "GMT")) {
		time_t now = time(NULL);
		struct tm tm;
		gmtime_r(&now, &tm);
		y += (tm.tm_year + 1900) / 100 * 100;
		if (y > tm.tm_year + 1900 + 50)
			y -= 100;
		return make_ms(y, month_of(mon), d, h, m, s);
	}
	end = 0;
	/* Sun Nov  6 08:49:37 1994 */
	if (sscanf(z, "%3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", day, mon, &d, &h, &m, &s, &y, &end) == 7 && end &&
	    !z[end])
		return make_ms(y, month_of(mon), d, h, m, s);
	return -1;
}
