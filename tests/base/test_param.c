/* SPDX-License-Identifier: MIT */
#include "tlblab/base/param.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/base/stats.h"

static const char *const methods[] = {"munmap", "dontneed", "free", NULL};

/* One of each kind, as the rooms that use them declare them. */
static const struct param_desc pages = {.key = "pages",
					.kind = PARAM_INT,
					.unit = "pages",
					.min = 1,
					.max = 4096,
					.def = "1"};
static const struct param_desc size = {.key = "size_bytes",
				       .kind = PARAM_INT,
				       .unit = "bytes",
				       .min = 4096,
				       .max = 0x1p36,
				       .def = "128M",
				       .step = 1};
static const struct param_desc ceiling = {.key = "ceiling",
					  .kind = PARAM_INT,
					  .unit = "pages",
					  .min = -1,
					  .max = 1000000,
					  .def = "null",
					  .nullable = true,
					  .null_text = "kernel's"};
static const struct param_desc ops = {.key = "ops",
				      .kind = PARAM_INT,
				      .unit = "",
				      .min = 1,
				      .max = 9e18,
				      .def = "null",
				      .nullable = true};
static const struct param_desc node = {.key = "node",
				       .kind = PARAM_INT,
				       .unit = "",
				       .min = 0,
				       .max = 7,
				       .def = "0",
				       .step = 2};
static const struct param_desc duration = {.key = "duration_s",
					   .kind = PARAM_REAL,
					   .unit = "s",
					   .min = 0,
					   .max = 86400,
					   .def = "5"};
static const struct param_desc touch = {
	.key = "touch", .kind = PARAM_BOOL, .unit = "", .def = "yes"};
static const struct param_desc method = {.key = "method",
					 .kind = PARAM_CHOICE,
					 .unit = "",
					 .choices = methods,
					 .def = "munmap"};
static const struct param_desc maybe_method = {.key = "method",
					       .kind = PARAM_CHOICE,
					       .unit = "",
					       .choices = methods,
					       .def = "null",
					       .nullable = true};
static const struct param_desc command = {
	.key = "command", .kind = PARAM_TEXT, .unit = "", .def = ""};
static const struct param_desc *const all[] = {
	&pages,	   &size,  &ceiling, &ops,	    &node,
	&duration, &touch, &method,  &maybe_method, &command};

static struct param_value parsed(const struct param_desc *d, const char *text)
{
	struct param_value v = {.number = 12345};

	assert_int_equal(param_parse(d, text, &v, NULL), 0);
	return v;
}

static void parses_each_kind(void **state)
{
	(void)state;
	assert_int_equal(parsed(&pages, "33").number, 33);
	assert_true(parsed(&size, "2G").number == INT64_C(2) << 30);
	assert_true(parsed(&ops, "1M").number == 1000000);
	assert_true(parsed(&ceiling, "null").is_null);
	assert_true(parsed(&ceiling, "kernel's").is_null);
	assert_int_equal(parsed(&ceiling, "-1").number, -1);
	assert_near(parsed(&duration, "0.5").real, 0.5, 0);
	assert_int_equal(parsed(&touch, "on").number, 1);
	assert_int_equal(parsed(&touch, "no").number, 0);
	assert_int_equal(parsed(&method, "free").number, 2);
	assert_int_equal(parsed(&pages, "33 pages").number, 33);
	assert_string_equal(parsed(&command, "make -j2").text, "make -j2");
	assert_string_equal(parsed(&command, "null").text, "null");
}

static void refuse(const struct param_desc *d, const char *text, int err,
		   const char *want)
{
	struct param_value v = {.number = 77};
	struct error f = {0};
	char line[800];

	assert_int_equal(param_parse(d, text, &v, &f), -err);
	assert_int_equal(f.code, ERROR_INPUT);
	assert_string_equal(error_text(&f, line, sizeof(line)), want);
	assert_int_equal(v.number, 77);
}

static void refuses_with_what_would_be_right(void **state)
{
	char text[PARAM_TEXT_BYTES + 1];

	(void)state;
	refuse(&pages, "x", EINVAL,
	       "pages: \"x\" is not a whole number; give 1 to 4096, in pages");
	refuse(&pages, "0", ERANGE,
	       "pages: \"0\" is too small; give 1 to 4096, in pages");
	refuse(&pages, "5000", ERANGE,
	       "pages: \"5000\" is too large; give 1 to 4096, in pages");
	refuse(&pages, "null", EINVAL,
	       "pages: \"null\" is not a whole number; give 1 to 4096, in pages");
	refuse(&size, "1k", ERANGE,
	       "size_bytes: \"1k\" is too small; give 4 KiB to 64 GiB");
	refuse(&duration, "nan", EINVAL,
	       "duration_s: \"nan\" is not a number; give 0 to 86400, in s");
	refuse(&duration, "-0.1", ERANGE,
	       "duration_s: \"-0.1\" is too small; give 0 to 86400, in s");
	refuse(&pages, "33 bytes", EINVAL,
	       "pages: \"33 bytes\" is not a whole number; give 1 to 4096, in pages");
	refuse(&node, "3 ", EINVAL, "node: \"3 \" is not a whole number; give 0 to 7");
	refuse(&touch, "maybe", EINVAL,
	       "touch: \"maybe\" is neither yes nor no; give yes or no");
	refuse(&method, "dontned", EINVAL,
	       "method: \"dontned\" is not one of the choices; did you mean \"dontneed\"? "
	       "Allowed: munmap, dontneed or free");
	refuse(&method, "shootdown", EINVAL,
	       "method: \"shootdown\" is not one of the choices; give munmap, dontneed or "
	       "free");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	struct param_value v;

	assert_int_equal(param_parse(&command, text, &v, NULL), -ERANGE);
	text[PARAM_TEXT_BYTES - 1] = '\0';
	assert_int_equal(param_parse(&command, text, &v, NULL), 0);
}

static void checks_values_from_elsewhere(void **state)
{
	struct param_value v = {.number = 4097};
	struct error f;

	(void)state;
	assert_int_equal(param_check(&pages, &v, &f), -ERANGE);
	assert_string_equal(f.why, "\"4097\" is too large");
	v.number = 4096;
	assert_int_equal(param_check(&pages, &v, &f), 0);
	v.number = 2;
	assert_int_equal(param_check(&touch, &v, &f), -EINVAL);
	v.number = 3;
	assert_int_equal(param_check(&method, &v, &f), -EINVAL);
	v.number = -1;
	assert_int_equal(param_check(&method, &v, &f), -EINVAL);
	v.real = NAN;
	assert_int_equal(param_check(&duration, &v, &f), -EINVAL);
	v.real = INFINITY;
	assert_int_equal(param_check(&duration, &v, &f), -ERANGE);
	v.is_null = true;
	assert_int_equal(param_check(&duration, &v, &f), -EINVAL);
	assert_int_equal(param_check(&ceiling, &v, &f), 0);
	memset(&v, 'x', sizeof(v));
	v.is_null = false;
	assert_int_equal(param_check(&command, &v, &f), -ERANGE);
}

static void words_for_what_is_allowed(void **state)
{
	static const struct param_desc big = {
		.key = "big", .kind = PARAM_INT, .unit = "", .min = -9e18, .max = 9e18};
	static const struct {
		const struct param_desc *d;
		const char *want;
	} cases[] = {
		{&pages, "1 to 4096"},
		{&size, "4 KiB to 64 GiB"},
		{&ceiling, "-1 to 1000000, or null (kernel's)"},
		{&ops, "1 or more, or null"},
		{&big, "a number"},
		{&duration, "0 to 86400"},
		{&touch, "yes or no"},
		{&method, "munmap, dontneed or free"},
		{&command, "up to 1023 characters"},
	};
	char buf[128];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(param_allowed(cases[i].d, buf, sizeof(buf)),
				    cases[i].want);
}

static void expect_round_trip(const struct param_desc *d, const struct param_value *v)
{
	char buf[PARAM_TEXT_BYTES];
	struct param_value again;

	assert_int_equal(param_check(d, v, NULL), 0);
	param_text(d, v, buf, sizeof(buf));
	assert_int_equal(param_parse(d, buf, &again, NULL), 0);
	assert_true(param_equal(d, v, &again));
	param_label(d, v, buf, sizeof(buf));
	assert_int_equal(param_parse(d, buf, &again, NULL), 0);
	assert_true(param_equal(d, v, &again));
}

static void text_reads_back(void **state)
{
	struct rng r = {5};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct param_value v;

		param_default(all[i], &v);
		expect_round_trip(all[i], &v);
	}
	for (int i = 0; i < 2000; i++) {
		struct param_value v = {0};

		v.number = 4096 + (int64_t)rng_below(&r, UINT64_C(1) << 35);
		if (i % 2)
			v.number &= ~INT64_C(0xfff);
		expect_round_trip(&size, &v);
		v.number = (int64_t)rng_below(&r, 1000000) - 1;
		expect_round_trip(&ceiling, &v);
		v.number = 1 + (int64_t)rng_below(&r, UINT64_C(8000000000000000000));
		expect_round_trip(&ops, &v);
		v.real = 86400 * rng_unit(&r);
		expect_round_trip(&duration, &v);
	}
	for (int64_t choice = 0; choice < 3; choice++)
		expect_round_trip(&method, &(struct param_value){.number = choice});
}

static void expect_texts(const struct param_desc *d, const char *given,
			 const char *plain, const char *label)
{
	struct param_value v = parsed(d, given);
	char buf[PARAM_TEXT_BYTES];

	assert_string_equal(param_text(d, &v, buf, sizeof(buf)), plain);
	assert_string_equal(param_label(d, &v, buf, sizeof(buf)), label);
}

static void files_get_plain_texts_and_people_labels(void **state)
{
	(void)state;
	expect_texts(&duration, "0.1", "0.1", "0.1 s");
	expect_texts(&duration, "86400", "86400", "86400 s");
	expect_texts(&pages, "33", "33", "33 pages");
	expect_texts(&node, "3", "3", "3");
	expect_texts(&size, "128M", "134217728", "128 MiB");
	expect_texts(&size, "1536k", "1572864", "1536 KiB");
	expect_texts(&size, "4097", "4097", "4097 bytes");
	expect_texts(&touch, "on", "yes", "yes");
	expect_texts(&method, "free", "free", "free");
	expect_texts(&ceiling, "null", "null", "kernel's");
	expect_texts(&ops, "null", "null", "null");
	expect_texts(&command, "make", "make", "make");
}

/* Steps from a value and joins where it comes to: "1 2 5 10". */
static void expect_walk(const struct param_desc *d, const char *from, int direction,
			const char *want)
{
	struct param_value v = parsed(d, from);
	char walked[256] = "", buf[PARAM_TEXT_BYTES];
	size_t stops = 1;

	for (const char *c = want; *c; c++)
		stops += *c == ' ';
	for (size_t i = 0; i < stops; i++) {
		param_step(d, &v, direction);
		assert_int_equal(param_check(d, &v, NULL), 0);
		if (i)
			strcat(walked, " ");
		strcat(walked, param_text(d, &v, buf, sizeof(buf)));
	}
	assert_string_equal(walked, want);
}

static void steps_along_the_ladders(void **state)
{
	(void)state;
	expect_walk(&pages, "1", 1, "2 5 10 20 50 100 200 500 1000 2000 4096 4096");
	expect_walk(&pages, "4096", -1, "2000 1000 500");
	expect_walk(&pages, "33", 1, "50 100");
	expect_walk(&pages, "33", -1, "20 10 5 2 1 1");
	expect_walk(&ceiling, "2", -1, "1 0 -1 null null");
	expect_walk(&ceiling, "null", 1, "-1 0 1 2 5");
	expect_walk(&ceiling, "500000", 1, "1000000 1000000");
	expect_walk(&size, "4096", 1, "8192 16384");
	expect_walk(&size, "5000", 1, "8192");
	expect_walk(&size, "5000", -1, "4096 4096");
	expect_walk(&size, "32G", 1, "68719476736 68719476736");
	expect_walk(&node, "0", 1, "1 2 3 4 5 6 7 7");
	expect_walk(&node, "2", -1, "1 0 0");
	expect_walk(&duration, "5", -1, "2 1 0.5 0.2 0.1 0 0");
	expect_walk(&duration, "0", 1, "0.1 0.2 0.5 1 2 5 10");
	expect_walk(&duration, "0.05", 1, "0.1");
	expect_walk(&duration, "50000", 1, "86400 86400");
}

static void steps_round_the_rings(void **state)
{
	(void)state;
	expect_walk(&method, "munmap", 1, "dontneed free munmap");
	expect_walk(&method, "munmap", -1, "free dontneed munmap");
	expect_walk(&maybe_method, "null", 1, "munmap dontneed free null");
	expect_walk(&maybe_method, "null", -1, "free");
	expect_walk(&touch, "yes", 1, "no yes");
	expect_walk(&touch, "yes", -1, "no yes");
	expect_walk(&command, "make", 1, "make");
}

static void steps_through_limits_off_the_ladder(void **state)
{
	static const struct param_desc odd = {
		.key = "odd", .kind = PARAM_INT, .unit = "", .min = 33, .max = 70};
	static const struct param_desc below = {.key = "below",
						.kind = PARAM_INT,
						.unit = "",
						.min = -30,
						.max = -3,
						.step = 1};
	static const struct param_desc fine = {
		.key = "fine", .kind = PARAM_REAL, .unit = "s", .min = 0.001, .max = 1};

	(void)state;
	expect_walk(&odd, "33", 1, "50 70 70");
	expect_walk(&odd, "70", -1, "50 33 33");
	expect_walk(&below, "-30", 1, "-16 -8 -4 -3 -3");
	expect_walk(&below, "-3", -1, "-4 -8 -16 -30 -30");
	expect_walk(&fine, "0.2", -1, "0.1 0.001 0.001");
}

static void tells_values_apart(void **state)
{
	struct param_value a = parsed(&ceiling, "null"), b = parsed(&ceiling, "33");

	(void)state;
	assert_false(param_equal(&ceiling, &a, &b));
	b.is_null = true; /* whatever number it held */
	assert_true(param_equal(&ceiling, &a, &b));
	a = parsed(&duration, "0.5");
	b = parsed(&duration, "0.50");
	assert_true(param_equal(&duration, &a, &b));
	a = parsed(&command, "a");
	b = parsed(&command, "b");
	assert_false(param_equal(&command, &a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_each_kind),
		cmocka_unit_test(refuses_with_what_would_be_right),
		cmocka_unit_test(checks_values_from_elsewhere),
		cmocka_unit_test(words_for_what_is_allowed),
		cmocka_unit_test(text_reads_back),
		cmocka_unit_test(files_get_plain_texts_and_people_labels),
		cmocka_unit_test(steps_along_the_ladders),
		cmocka_unit_test(steps_round_the_rings),
		cmocka_unit_test(steps_through_limits_off_the_ladder),
		cmocka_unit_test(tells_values_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
