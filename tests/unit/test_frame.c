#include <check.h>
#include <string.h>

#include "proto/cause.h"
#include "proto/frame.h"
#include "suite.h"

START_TEST(round_trip)
{
	for (unsigned type = MSG_HEARTBEAT; type <= MSG_BYE; type++) {
		uint8_t bytes[FRAME_HEAD_BYTES];
		struct frame_head in = {FRAME_MAJOR,         9,
					(uint8_t)type,       (uint8_t)frame_count((uint8_t)type),
					0x0102030405060708u, 0xFFFFFFFFu};
		struct frame_head out;
		frame_encode(&in, bytes);
		ck_assert_int_eq(frame_decode(bytes, sizeof(bytes), in.frames, &out), ERR_OK);
		ck_assert_uint_eq(out.fetch_id, in.fetch_id);
		ck_assert_uint_eq(out.epoch, in.epoch);
		ck_assert(out.minor == in.minor && out.type == in.type && out.frames == in.frames);
		ck_assert_int_eq(bytes[8], 1);
		ck_assert_int_eq(bytes[15], 8);
		ck_assert_str_ne(msg_type_name((uint8_t)type), "?");
	}
}
END_TEST

START_TEST(what_is_refused)
{
	uint8_t good[FRAME_HEAD_BYTES], bad[FRAME_HEAD_BYTES];
	struct frame_head h = {FRAME_MAJOR, 0, MSG_PAGE, 3, 7, 1}, out;
	frame_encode(&h, good);
	ck_assert_int_eq(frame_decode(good, 19, 3, &out), ERR_FORMAT);
	ck_assert_int_eq(frame_decode(good, 0, 3, &out), ERR_FORMAT);
	ck_assert_int_eq(frame_decode(good, 20, 2, &out), ERR_FORMAT);
	ck_assert_int_eq(frame_decode(good, 20, 255, &out), ERR_FORMAT);
	static const struct {
		unsigned at;
		uint8_t value;
	} changes[] = {{0, 'g'}, {3, '2'}, {4, 2}, {4, 0}, {6, 0}, {6, 8}, {6, 255}, {6, MSG_BYE}, {7, 2}, {7, 0}};
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		memcpy(bad, good, sizeof(bad));
		bad[changes[i].at] = changes[i].value;
		ck_assert_msg(frame_decode(bad, sizeof(bad), 3, &out) == ERR_FORMAT, "change %zu", i);
	}
	ck_assert_uint_eq(frame_count(0), 0);
	ck_assert_uint_eq(frame_body_max(MSG_BYE), 0);
}
END_TEST

START_TEST(causes)
{
	int transient = 0, discarded = 0, parsing = 0;
	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++) {
		ck_assert_int_eq(cause_of(cause_code((enum cause)c)), c);
		ck_assert_uint_gt(strlen(cause_help((enum cause)c)), 20);
		transient += cause_attempts((enum cause)c) == 3;
		discarded += cause_is_discarded((enum cause)c);
		parsing += cause_is_parsing((enum cause)c);
	}
	ck_assert_int_eq(transient, 8);
	ck_assert_int_eq(discarded, 9);
	ck_assert_int_eq(parsing, 6);
	ck_assert_int_eq(cause_of("bad_header"), CAUSE_BAD_HEADER);
	ck_assert_int_eq(cause_of("no-such"), CAUSE_NONE);
	ck_assert_int_eq(cause_of(""), CAUSE_NONE);
	ck_assert_int_eq(cause_of(NULL), CAUSE_NONE);
	ck_assert_str_eq(cause_code(CAUSE_NONE), "");
	ck_assert(cause_is_discarded(CAUSE_ROBOTS) && !cause_is_discarded(CAUSE_TLS));
	ck_assert_int_eq(cause_attempts(CAUSE_TLS), 1);
	ck_assert_int_eq(cause_attempts(CAUSE_LEASE_LOST), 3);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("frame");
	TCase *t = tcase_create("frame");
	tcase_add_test(t, round_trip);
	tcase_add_test(t, what_is_refused);
	tcase_add_test(t, causes);
	suite_add_tcase(s, t);
	return suite_run(s);
}
