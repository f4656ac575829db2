#include "parser/metric_saying.h"

#include "parser/metric_words.h"

#define DESK_FAR 16  /* characters from 到 to 提交 */
#define OTHER_FAR 20 /* characters from 告知其向 to what the other organ is asked for */

static const struct saying sayings[] = {
	{"ask_received", "requests.received", SAYING_RECEIVED},
	{"ask_replied", "requests.replied", SAYING_REPLIED},
	{"ask_closed", "requests.closed", SAYING_CLOSED},
	{"ask_by_web", "requests.received.online", SAYING_WAY},
	{"ask_by_letter", "requests.received.letter", SAYING_WAY},
	{"ask_by_person", "requests.received.in_person", SAYING_WAY},
	{"ask_by_fax", "requests.received.fax", SAYING_WAY},
	{"ask_by_email", "requests.received.email", SAYING_WAY},
	{"ask_by_phone", "requests.received.phone", SAYING_WAY},
	{"ask_in_time", "requests.closed.on_time", SAYING_IN_TIME},
	{"ask_late", "requests.closed.extended", SAYING_LATE},
	{"ask_carried_in", "requests.carried_in", SAYING_LATE},
	{"ask_carried_out", "requests.carried_out", SAYING_LATE},
	{"ask_granted", "requests.outcome.granted", SAYING_OUTCOME},
	{"ask_partial", "requests.outcome.partial", SAYING_OUTCOME},
	{"ask_denied", "requests.outcome.denied", SAYING_OUTCOME},
	{"ask_unavailable", "requests.outcome.unavailable", SAYING_OUTCOME},
	{"ask_not_processed", "requests.outcome.not_processed", SAYING_OUTCOME},
	{"ask_public", "requests.outcome.already_public", SAYING_GROUND},
	{"ask_nonexistent", "requests.outcome.nonexistent", SAYING_GROUND},
	{"ask_amend", "requests.outcome.amend", SAYING_GROUND},
	{"ask_redirect", "requests.outcome.redirected", SAYING_GROUND},
	{"ask_secret", "requests.outcome.denied.state_secret", SAYING_GROUND},
	{"ask_trade", "requests.outcome.denied.trade_secret", SAYING_GROUND},
	{"ask_privacy", "requests.outcome.denied.privacy", SAYING_GROUND},
	{"ask_security", "requests.outcome.denied.security", SAYING_GROUND},
	{"ask_not_info", "requests.outcome.denied.not_gov_info", SAYING_GROUND},
	{"ask_third", "requests.outcome.denied.third_party", SAYING_GROUND},
	{"ask_enforcement", "requests.outcome.denied.enforcement", SAYING_GROUND},
	{"ask_inquiry", "requests.outcome.denied.inquiry", SAYING_GROUND},
	{"ask_process", "requests.outcome.denied.process", SAYING_GROUND},
	{"ask_internal", "requests.outcome.denied.internal", SAYING_GROUND},
	{"ask_prohibits", "requests.outcome.denied.law_prohibits", SAYING_GROUND},
	{"ask_not_held", "requests.outcome.unavailable.not_held", SAYING_GROUND},
	{"ask_creation", "requests.outcome.unavailable.needs_creation", SAYING_GROUND},
	{"ask_unclear", "requests.outcome.unavailable.unclear", SAYING_GROUND},
	{"ask_petition", "requests.outcome.not_processed.petition", SAYING_GROUND},
	{"ask_duplicate", "requests.outcome.not_processed.duplicate", SAYING_GROUND},
	{"ask_publication", "requests.outcome.not_processed.publication", SAYING_GROUND},
	{"ask_bulk", "requests.outcome.not_processed.bulk", SAYING_GROUND},
	{"ask_reissue", "requests.outcome.not_processed.reissue", SAYING_GROUND},
	{"ask_no_correction", "requests.outcome.other.no_correction", SAYING_GROUND},
	{"ask_no_payment", "requests.outcome.other.no_payment", SAYING_GROUND},
};
#define SAYINGS (sizeof sayings / sizeof sayings[0])

static const struct saying not_ours = {"ask_not_of", "requests.outcome.not_this_agency", SAYING_GROUND};

static void note(struct said *said, const struct saying *what)
{
	for (unsigned i = 0; i < said->count; i++)
		if (said->what[i] == what)
			return;
	if (said->count < SAYINGS_MAX)
		said->what[said->count++] = what;
}

/* The row of what was brought in person. */
static const struct saying *in_person(void)
{
	size_t i = 0;
	while (i + 1 < SAYINGS && strcmp(sayings[i].group, "ask_by_person") != 0)
		i++;
	return &sayings[i];
}

/* 到党政综合办提交: length of where at `pos` a request was brought to; 0 when nowhere. */
static size_t desk_at(const struct reading *g, size_t pos, size_t to)
{
	size_t n = word_at(g, "ask_go_to", pos, to), end;
	size_t far = pos + n + DESK_FAR < to ? pos + n + DESK_FAR : to;
	size_t last = n > 0 ? word_find(g, "ask_hand_in", pos + n, far, &end) : 0;
	return last > 0 && word_before(g, "ask_desk", end, pos + n) > 0 ? end + last - pos : 0;
}

/* 区教育局|办理: length of an organ's name of `least` characters at `from` with what it is asked for; 0 when none. */
static size_t other_organ(const struct reading *g, size_t from, size_t to, size_t least)
{
	size_t far = from + OTHER_FAR < to ? from + OTHER_FAR : to, end;
	size_t n = word_find(g, "ask_other_end", from, far, &end);
	return n > 0 && end - from >= least ? end + n - from : 0;
}

/*
 * Length of what says at `pos` that another organ has it: 不归|我局, 告知其向|水利部门|索取, and, where nothing else is said there
 * (`hand`: 转入下年度 is), 移送|区教育局|办理.
 */
static size_t not_ours_at(const struct reading *g, size_t pos, size_t to, bool hand)
{
	size_t n = word_at(g, "ask_not_of", pos, to), behind = n > 0 ? word_at(g, "ask_own", pos + n, to) : 0;
	if (behind > 0)
		return n + behind;
	if ((n = word_at(g, "ask_to_other", pos, to)) > 0)
		return n + other_organ(g, pos + n, to, 0);
	n = hand ? word_at(g, "ask_hand_on", pos, to) : 0;
	behind = n > 0 ? other_organ(g, pos + n, to, 2) : 0;
	return behind > 0 ? n + behind : 0;
}

/* The longest word at `pos` that tells something; *what is it. */
static size_t saying_at(const struct reading *g, size_t pos, size_t to, const struct saying **what)
{
	size_t longest = 0, n;
	for (size_t i = 0; i < SAYINGS; i++)
		if ((n = word_at(g, sayings[i].group, pos, to)) > longest) {
			longest = n;
			*what = &sayings[i];
		}
	n = not_ours_at(g, pos, to, longest == 0);
	if (n > longest) {
		longest = n;
		*what = &not_ours;
	}
	if (longest == 0 && (n = desk_at(g, pos, to)) > 0) {
		longest = n;
		*what = in_person();
	}
	return longest;
}

bool saying_read(const struct reading *g, size_t from, size_t to, struct said *said)
{
	*said = (struct said){.count = 0};
	while (from < to) {
		const struct saying *what = NULL;
		size_t n = saying_at(g, from, to, &what), filler = word_at(g, "ask_filler", from, to);
		uint32_t w;
		if (filler == 0 && fchar_digit(g->f->ch[from]))
			filler = 1;
		if (filler == 0)
			filler = matcher_longest(g->l->scopes, g->f->ch, from, to, &w);
		if (n == 0 && filler == 0)
			break;
		if (n >= filler)
			note(said, what);
		from += n >= filler ? n : filler;
	}
	said->end = from;
	return from == to;
}

const struct saying *saying_verdict(const struct said *said)
{
	const struct saying *last = NULL;
	for (unsigned i = 0; i < said->count; i++)
		if (!last || said->what[i]->kind > last->kind)
			last = said->what[i];
	for (unsigned i = 0; last && i < said->count; i++)
		if (said->what[i] != last && said->what[i]->kind == last->kind) /* no step towards it */
			return NULL;
	bool granted = false, replied = false;
	for (unsigned i = 0; i < said->count; i++)
		replied = replied || said->what[i]->kind == SAYING_REPLIED;
	if (last && last->kind == SAYING_WAY && replied) /* by which way they were answered */
		return NULL;
	for (unsigned i = 0; i < said->count; i++)
		granted = granted || str_ends(str_of(said->what[i]->id), STR("granted")) ||
			  str_ends(str_of(said->what[i]->id), STR("partial"));
	return last && last->kind == SAYING_GROUND && granted ? NULL : last;
}
