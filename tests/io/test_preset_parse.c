/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

#include "io/catalogue_fixture.h"
#include "io/preset/text.h"
#include "tlblab/base/text.h"
#include "tlblab/io/preset_file.h"

#define HEAD "{ \"schema\": \"tlblab.preset/1\",\n  \"name\": \"mine\",\n"
/* The experiment's keys follow on line 4, one by one. */
#define BODY(keys) HEAD "  \"experiment\": { \"workload\": \"madvise\",\n" keys "} }\n"
/* The steps follow on line 5. */
#define LESSON(steps)                                                                  \
	HEAD "  \"experiment\": { \"workload\": \"madvise\" },\n"                      \
	     "  \"lesson\": [\n" steps "] }\n"
#define STEP(keys) LESSON("{\"title\": \"t\",\n" keys "}") /* on line 6 */
#define MEASURED                                                                       \
	"{\"title\": \"a\", \"name\": \"a\", \"measure\": {\"metric\": \"ns_per_op\"}},\n"
#define ASKED(answers)                                                                 \
	STEP("\"ask\": \"?\", \"measure\": {\"metric\": \"ns_per_op\"},\n"             \
	     "\"answers\": [\n" answers "]")
#define SWEEP(keys)                                                                    \
	HEAD "  \"experiment\": { \"workload\": \"madvise\" },\n"                      \
	     "  \"sweep\": {\n" keys "} }\n"

struct hostile {
	const char *text;
	const char *line; /* the whole error line */
};

static const struct hostile hostile[] = {
	{"", "mine.json:1: the file is empty; it must hold { … }"},
	{" \n\t\r\n ", "mine.json:1: the file is empty; it must hold { … }"},
	{"\xef\xbb\xbf{}",
	 "mine.json:1: a byte order mark at the start; save it as UTF-8 without one"},
	{"[]", "mine.json:1: is a list; an object { … } is expected"},
	{"3", "mine.json:1: is a number; an object { … } is expected"},
	{"{}",
	 "mine.json:1: \"schema\" is missing; add \"schema\": \"tlblab.preset/1\""},
	{"\n{\"schema\": 1}",
	 "mine.json:2: schema: is a number; text in double quotes is expected"},
	{"{\"schema\": \"tlblab.preset/2\"}",
	 "mine.json:1: schema: \"tlblab.preset/2\" is not known; this version reads "
	 "\"tlblab.preset/1\""},
	{"{\"schema\": \"tlblab.result/1\"}",
	 "mine.json:1: schema: this is a result, not a preset; open it with `tlblab "
	 "replay`, `report` or `compare`"},
	{"{\"schema\": \"tlblab.preset/1\"}",
	 "mine.json:1: \"name\" is missing; add \"name\": \"…\""},
	{"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\"}",
	 "mine.json:1: \"experiment\" is missing; add \"experiment\": { … }"},
	{"{\"schema\": \"tlblab.preset/1\", \"name\": \"../x\"}",
	 "mine.json:1: name: cannot be the name of a preset; use letters, digits, '-', "
	 "'_' and '.'"},
	{"{\"schema\": \"tlblab.preset/1\",\n\"nmae\": \"x\"}",
	 "mine.json:2: nmae: unknown key; did you mean \"name\"?"},
	{"{\"schema\": \"tlblab.preset/1\",\n\"zzzzzzzz\": \"x\"}",
	 "mine.json:2: zzzzzzzz: unknown key; known are schema, name, title, notes, "
	 "experiment, sweep, course, lesson"},
	{HEAD "\"name\": \"again\"}",
	 "mine.json:3: name: is given twice; keep one of them"},
	{HEAD "\"title\": \"a\\nb\"}",
	 "mine.json:3: title: holds a control character; one line of plain text is "
	 "expected"},
	{HEAD "\"notes\": \"a\"}",
	 "mine.json:3: notes: is text; a list [ … ] is expected"},
	{HEAD "\"notes\": [\"a\",\n\n1]}",
	 "mine.json:5: notes[1]: is a number; text in double quotes is expected"},
	{HEAD "\"experiment\": 3}",
	 "mine.json:3: experiment: is a number; an object { … } is expected"},
	{HEAD "\"experiment\": {\n}}",
	 "mine.json:3: experiment: \"workload\" is missing; add \"workload\": \"…\""},
	{HEAD "\"experiment\": {\n\"workload\": \"madvize\"}}",
	 "mine.json:4: experiment.workload: the live backend has no \"madvize\"; did you "
	 "mean madvise?"},
	{HEAD "\"experiment\": {\n\"workload\": null}}",
	 "mine.json:4: experiment.workload: is null; text in double quotes is expected"},
	{BODY("\"backend\": \"sim\""),
	 "mine.json:4: experiment.backend: \"sim\" does not offer these workloads; use "
	 "live"},
	{BODY("\"thraeds\": 3"),
	 "mine.json:4: experiment.thraeds: unknown key; did you mean \"threads\"?"},
	{BODY("\"threads\": 2,\n\"mode\": \"threads\",\n\"threads\": 2"),
	 "mine.json:6: experiment.threads: is given twice; keep one of them"},
	{BODY("\"thr\\u0065ads\": 2,\n\n\"threads\": 2"),
	 "mine.json:6: experiment.threads: is given twice; keep one of them"},
	{BODY("\"threads\": 9999"),
	 "mine.json:4: experiment.threads: \"9999\" is too large; give 1 to 4096"},
	{BODY("\"threads\": \"2\""),
	 "mine.json:4: experiment.threads: \"2\" is text, not a number; write it without "
	 "the quotes"},
	{BODY("\"threads\": \"two\""),
	 "mine.json:4: experiment.threads: is text; a number is expected: 1 to 4096"},
	{BODY("\"threads\": true"),
	 "mine.json:4: experiment.threads: is true or false; a number is expected: 1 to "
	 "4096"},
	{BODY("\"threads\": null"),
	 "mine.json:4: experiment.threads: \"null\" is not allowed here; give 1 to 4096"},
	{BODY("\"threads\": 2.5"),
	 "mine.json:4: experiment.threads: 2.5 is not a whole number; 1 to 4096"},
	{BODY("\"threads\": 1e300"),
	 "mine.json:4: experiment.threads: 1e+300 is far out of range; 1 to 4096"},
	{BODY("\"threads\": 1e999"),
	 "mine.json:4: experiment.threads: inf is far out of range; 1 to 4096"},
	{BODY("\"threads\": -1"),
	 "mine.json:4: experiment.threads: \"-1\" is too small; give 1 to 4096"},
	{BODY("\"duration_s\": 1e999"),
	 "mine.json:4: experiment.duration_s: \"inf\" is too large; give 0 to 604800, in "
	 "s"},
	{BODY("\"mode\": \"thread\""),
	 "mine.json:4: experiment.mode: \"thread\" is not one of the choices; did you mean "
	 "\"threads\"? Allowed: threads or processes"},
	{BODY("\"mode\": 1"),
	 "mine.json:4: experiment.mode: is a number; text in double quotes is expected: "
	 "threads or processes"},
	{BODY("\"placement\": \"\""),
	 "mine.json:4: experiment.placement: it is empty; use compact, cores, spread, smt, "
	 "node:N, cpus:LIST or none"},
	{BODY("\"threads\": 4000,\n\"victims\": 97"),
	 "mine.json:3: experiment: 4000 and 97 are more than 4096 together; ask for fewer "
	 "of either"},
	{BODY("\"interval_ms\": 1000,\n\"duration_s\": 0.5"),
	 "mine.json:5: experiment.duration_s: 0.5 s end before the first interval of 1000 "
	 "ms; measure longer or read more often"},
	{BODY("\"params\": []"),
	 "mine.json:4: experiment.params: is a list; an object { … } is expected"},
	{BODY("\"params\": {\n\"page\": 1 }"),
	 "mine.json:5: experiment.params.page: unknown key; did you mean \"pages\"?"},
	{BODY("\"params\": {\"pages\": 1,\n\"pages\": 2 }"),
	 "mine.json:5: experiment.params.pages: is given twice; keep one of them"},
	{BODY("\"params\": {\n\n\"touch\": \"yes\" }"),
	 "mine.json:6: experiment.params.touch: is text; true or false is expected"},
	{BODY("\"params\": {\"touch\": 1 }"),
	 "mine.json:4: experiment.params.touch: is a number; true or false is expected"},
	{SWEEP("\"threads\": 2"),
	 "mine.json:5: sweep.threads: is a number; write a list, such as [1, 2]"},
	{SWEEP("\"threads\": []"),
	 "mine.json:5: sweep.threads: the list is empty; give at least one value"},
	{SWEEP("\"threads\": [1,\n\"2\"]"),
	 "mine.json:6: sweep.threads[1]: \"2\" is text, not a number; write it without the "
	 "quotes"},
	{SWEEP("\"threads\": [1,\n0]"),
	 "mine.json:6: sweep.threads[1]: \"0\" is too small; give 1 to 4096"},
	{SWEEP("\"threads\": [1, 2,\n1]"),
	 "mine.json:6: sweep.threads[2]: 1 stands there twice; name each value once"},
	{SWEEP("\"threads\": [[1]]"),
	 "mine.json:5: sweep.threads[0]: is a list; a number is expected: 1 to 4096"},
	{SWEEP("\"thread\": [1]"),
	 "mine.json:5: sweep.thread: no such setting of the madvise workload; did you mean "
	 "threads?"},
	{SWEEP("\"params\": {}"),
	 "mine.json:5: sweep.params: parameters are swept one by one; write "
	 "\"params.pages\": [ … ] for one of them"},
	{SWEEP("\"params.pages\": [1],\n\"pages\": [2]"),
	 "mine.json:6: sweep.pages: is given twice; keep one of them"},
	{LESSON(""), "mine.json:4: lesson: there are 0 steps; give 1 to 24"},
	{LESSON("3"),
	 "mine.json:5: lesson[0]: is a number; an object { … } is expected"},
	{LESSON("{\"say\": \"x\"}"),
	 "mine.json:5: lesson[0]: \"title\" is missing; add \"title\": \"…\""},
	{STEP("\"sya\": \"x\""),
	 "mine.json:6: lesson[0].sya: unknown key; did you mean \"say\"?"},
	{STEP("\"say\": \"\""),
	 "mine.json:6: lesson[0].say: is empty; write it, or leave the key out"},
	{STEP("\"watch\": \"runtme\""),
	 "mine.json:6: lesson[0].watch: there is no panel \"runtme\"; known are runtime, "
	 "shootdowns, walks, full_flushes, victim_slowdown, victim_stalls, checks"},
	{STEP("\"set\": {\n\"threads\": 0}"),
	 "mine.json:7: lesson[0].set.threads: \"0\" is too small; give 1 to 4096"},
	{STEP("\"set\": {\"params.page\": 1}"),
	 "mine.json:6: lesson[0].set.params.page: no such setting of the madvise workload; "
	 "did you mean pages?"},
	{STEP("\"set\": {\"pages\": 1,\n\"params.pages\": 2}"),
	 "mine.json:7: lesson[0].set.params.pages: is given twice; keep one of them"},
	{STEP("\"set\": {\"threads\": 4000,\n\"victims\": 97}"),
	 "mine.json:6: lesson[0].set: 4000 and 97 are more than 4096 together; ask for "
	 "fewer of either"},
	{STEP("\"measure\": {}"),
	 "mine.json:6: lesson[0].measure: \"metric\" is missing; add \"metric\": "
	 "\"ns_per_op\""},
	{STEP("\"measure\": {\"metric\": \"ns_pre_op\"}"),
	 "mine.json:6: lesson[0].measure.metric: there is no metric \"ns_pre_op\"; did you "
	 "mean \"ns_per_op\"?"},
	{STEP("\"measure\": {\"metric\": \"ns_per_op\",\n\"divide\": 0}"),
	 "mine.json:7: lesson[0].measure.divide: 0 is out of range; give a number above 0"},
	{STEP("\"measure\": {\"metric\": \"ns_per_op\",\n\"ratio_to\": \"a\"}"),
	 "mine.json:7: lesson[0].measure.ratio_to: no earlier step is called \"a\"; "
	 "give the \"name\" of a step before this one"},
	{LESSON(MEASURED "{\"title\": \"b\",\n\"measure\": {\"metric\": \"ns_per_op\", "
			 "\"ratio_to\": \"a\", \"minus\": \"a\"}}"),
	 "mine.json:7: lesson[1].measure.minus: there is a ratio_to as well; keep one of "
	 "them"},
	{LESSON("{\"title\": \"a\", \"name\": \"a\"},\n{\"title\": \"b\", \"measure\": "
		"{\"metric\": \"ns_per_op\", \"ratio_to\": \"a\"}}"),
	 "mine.json:6: lesson[1].measure.ratio_to: the step \"a\" measures nothing; give it "
	 "a \"measure\""},
	{LESSON(MEASURED "{\"title\": \"b\",\n\"name\": \"a\"}"),
	 "mine.json:7: lesson[1].name: two steps are called \"a\"; give each step its own"},
	{STEP("\"ask\": \"?\""),
	 "mine.json:5: lesson[0]: a question without \"answers\"; add \"answers\": [ … ]"},
	{STEP("\"answers\": []"),
	 "mine.json:6: lesson[0].answers: there are answers, but no "
	 "\"ask\"; add it, or leave the answers out"},
	{STEP("\"ask\": \"?\", \"answers\": []"),
	 "mine.json:6: lesson[0].answers: there are answers, but no \"measure\"; add it, or "
	 "leave the answers out"},
	{ASKED("{\"text\": \"x\"}"),
	 "mine.json:7: lesson[0].answers: there are 1 answers; give 2 to 5"},
	{ASKED("{\"text\": \"x\"},\n{\"text\": \"y\"}"),
	 "mine.json:8: lesson[0].answers[0]: \"below\" is missing; add \"below\": the number "
	 "it ends before"},
	{ASKED("{\"text\": \"x\", \"below\": 1},\n{\"text\": \"y\", \"below\": 2}"),
	 "mine.json:9: lesson[0].answers[1].below: the last answer holds all that is left; "
	 "leave it out there"},
	{ASKED("{\"text\": \"x\", \"below\": 2},\n{\"text\": \"y\", \"below\": 2},\n"
	       "{\"text\": \"z\"}"),
	 "mine.json:9: lesson[0].answers[1].below: 2 is not above the answer before it; put "
	 "the answers in ascending order"},
	{STEP("\"until\": {}"), "mine.json:6: lesson[0].until: is empty; say seconds, "
				"intervals or precision_pct"},
	{STEP("\"until\": {\"intervals\": 2.5}"),
	 "mine.json:6: lesson[0].until.intervals: 2.5 is none; give a whole number up to "
	 "400"},
	{STEP("\"until\": {\"minutes\": 2}"),
	 "mine.json:6: lesson[0].until.minutes: unknown key; known are seconds, intervals, "
	 "precision_pct"},
	{HEAD "\"experiment\": {\"workload\": \"madvise\"},\n\"course\": 1}",
	 "mine.json:4: course: a place in the course without a lesson; add \"lesson\": [ … ], "
	 "or leave it out"},
	{HEAD "\"experiment\": {\"workload\": \"madvise\"},\n\"lesson\": [{\"title\": "
	      "\"t\"}], \"course\": 1.5}",
	 "mine.json:4: course: 1.5 is none; give its place in the course, 1 to 99"},
	{SWEEP("\"repeats\": [1]"),
	 "mine.json:5: sweep.repeats: every point of a sweep is repeated alike; set "
	 "repeats itself"},
	{SWEEP("\"threads\": [1], \"victims\": [1], \"seed\": [1], \"pages\": [1],\n"
	       "\"touch\": [true]"),
	 "mine.json:6: sweep.touch: there are already 4 axes; remove one with sweep.KEY="},
	{BODY("\"threads\": 2") "x",
	 "mine.json:5: more text after the end; remove what follows the closing bracket"},
	{"{\"a\": 1,\n}",
	 "mine.json:2: a comma before the closing }; such as \"threads\": 2"},
	{"{\"a\": 1\n\"b\": 2}",
	 "mine.json:1: a comma or a } is missing; check what stands here"},
	{"{\"a\" 1}",
	 "mine.json:1: a colon is missing after the key; such as \"threads\": 2"},
	{"{\"a\": \n}",
	 "mine.json:2: a value is missing before '}'; a value is expected"},
	{"{\"a\": [1,\n2,]}", "mine.json:2: a comma before the closing ]; remove it"},
	{"{\"a\": \"x\n\"}",
	 "mine.json:1: text without its closing quote; close it on its line"},
	{"{\"a\": yes}", "mine.json:1: yes is no JSON value; text wants double quotes; "
			 "else true, false or null"},
	{"{ // threads\n}", "mine.json:1: a key in double quotes is expected; such as "
			    "\"threads\": 2"},
	{"{\"a\": // x\n 1}", "mine.json:1: a comment; JSON has none; use \"notes\""},
	{"{\"a\": 007}", "mine.json:1: a number that is not written as JSON writes it; "
			 "such as 33 or 0.5"},
	{"{\"a\": 1.}", "mine.json:1: a number that is not written as JSON writes it; "
			"such as 33 or 0.5"},
	{"{\"a\": -}", "mine.json:1: a number that is not written as JSON writes it; "
		       "such as 33 or 0.5"},
	{"{\"a\": \"\\x\"}",
	 "mine.json:1: an unknown escape; a backslash is written \\\\"},
	{"{\"a\": \"\\u0000\"}",
	 "mine.json:1: a \\u escape that is no character; write "
	 "the character itself"},
	{"{\"a\": \"\\ud800\"}", "mine.json:1: half of a \\u pair; write the character "
				 "itself"},
	{"{\"a\": \"\xff\"}",
	 "mine.json:1: a byte that is not UTF-8; save the file as UTF-8"},
	{"{\"a\": 1", "mine.json:1: the text ends without a }; check what stands here"},
	{"{", "mine.json:1: the text ends inside { }; such as \"threads\": 2"},
	{"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
	 "mine.json:1: nested deeper than 32 levels; this file needs few"},
	{HEAD "\"\\u001b[31mred\": 1}",
	 "mine.json:3: ?[31mred: unknown key; known are schema, name, title, notes, "
	 "experiment, sweep, course, lesson"},
};

static void test_hostile_texts_are_refused_in_one_clear_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct preset p = {0};
		struct error error = {0};
		char line[768];
		int err = preset_parse(&p, &test_catalogue, hostile[i].text,
				       "mine.json", &error);

		error_text(&error, line, sizeof(line));
		if (!err || strcmp(line, hostile[i].line))
			fail_msg("%s\n     gave %d: %s\n  expected: %s",
				 hostile[i].text, err, line, hostile[i].line);
		assert_int_equal(error.code, ERROR_INPUT);
		assert_int_equal(p.n_notes, 0);
		assert_int_equal(p.n_axes, 0);
	}
}

static void test_bytes_that_are_no_text_are_refused(void **state)
{
	static const char nul[] = "{\n\0}";
	char *large = malloc(PRESET_MAX_BYTES + 1);
	struct preset p = {0};
	struct error error = {0};

	(void)state;
	assert_non_null(large);
	assert_int_not_equal(
		preset_parse_bytes(&p, &test_catalogue, nul, 4, "n.json", &error), 0);
	assert_string_equal(error.what, "n.json:2");
	assert_string_equal(error.why, "a NUL byte");
	memset(large, ' ', PRESET_MAX_BYTES + 1);
	assert_int_not_equal(preset_parse_bytes(&p, &test_catalogue, large,
						PRESET_MAX_BYTES + 1, "n.json", &error),
			     0);
	assert_string_equal(error.why, "is larger than 1 MiB");
	free(large);
}

/* Every beginning of a good text but the whole is refused, and nothing leaks. */
static void test_a_text_cut_anywhere_is_refused(void **state)
{
	static const char text[] =
		BODY("\"threads\": 3, \"params\": { \"pages\": 33 }");
	struct preset p = {0};
	struct error error;

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 3; n++)
		assert_int_not_equal(
			preset_parse_bytes(&p, &test_catalogue, text, n, "cut", &error),
			0);
	assert_int_equal(preset_parse(&p, &test_catalogue, text, "cut", &error), 0);
	preset_fini(&p);
}

static void test_every_key_arrives(void **state)
{
	static const char text[] = HEAD
		"\"title\": \"T\", \"notes\": [\"one\", \"zwei – ü\"],\n"
		"\"experiment\": { \"params\": {\"pages\": 7, \"method\": \"free\", "
		"\"pause_us\": null, \"label\": \"a\\\"b\"}, \"backend\": \"live\", "
		"\"threads\": 3, \"mode\": \"processes\", \"placement\": "
		"\"cpus:0,2\", \"ceiling\": 34, \"victims\": 2, \"warmup_s\": 0.25, "
		"\"duration_s\": 0, \"ops\": 1000, \"interval_ms\": 50, "
		"\"repeats\": 9, \"seed\": 9007199254740991, "
		"\"workload\": \"release\" },\n"
		"\"sweep\": { \"params.method\": [\"munmap\", \"reuse\"], "
		"\"ceiling\": [null, 0] }, \"lesson\": [{\"title\": \"t\"}] }";
	struct preset p = {0};
	struct error error = {0};
	const struct experiment *e = &p.experiment;

	(void)state;
	assert_int_equal(preset_parse(&p, &test_catalogue, text, "t", &error), 0);
	assert_string_equal(p.name, "mine");
	assert_string_equal(p.title, "T");
	assert_int_equal(p.n_notes, 2);
	assert_string_equal(p.notes[1], "zwei – ü");
	assert_string_equal(e->workload, "release");
	assert_int_equal(e->params[0].number, 7);
	assert_string_equal(test_methods[e->params[1].number], "free");
	assert_true(e->params[2].is_null);
	assert_string_equal(e->params[3].text, "a\"b");
	assert_int_equal(e->threads, 3);
	assert_int_equal(e->mode, RUN_PROCESSES);
	assert_string_equal(e->placement, "cpus:0,2");
	assert_int_equal(e->ceiling_pages, 34);
	assert_int_equal(e->victims, 2);
	assert_true(e->warmup_s == 0.25);
	assert_true(e->duration_s == 0);
	assert_int_equal(e->ops, 1000);
	assert_int_equal(e->interval_ms, 50);
	assert_int_equal(e->repeats, 9);
	assert_true(e->seed == UINT64_C(9007199254740991));
	assert_int_equal(p.n_axes, 2);
	assert_string_equal(p.sweep[0].key, "params.method");
	assert_string_equal(p.sweep[0].values[1], "reuse");
	assert_string_equal(p.sweep[1].values[0], "null");
	assert_string_equal(p.sweep[1].values[1], "0");
	preset_fini(&p);
}

static void assert_presets_equal(const struct preset *a, const struct preset *b)
{
	char key[64];

	experiment_diff(&a->experiment, &b->experiment, &test_catalogue, key,
			sizeof(key));
	assert_string_equal(key, "");
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->title, b->title);
	assert_int_equal(a->n_notes, b->n_notes);
	for (int i = 0; i < a->n_notes; i++)
		assert_string_equal(a->notes[i], b->notes[i]);
	assert_int_equal(a->n_axes, b->n_axes);
	for (int i = 0; i < a->n_axes; i++) {
		assert_string_equal(a->sweep[i].key, b->sweep[i].key);
		assert_int_equal(a->sweep[i].n, b->sweep[i].n);
		for (int k = 0; k < a->sweep[i].n; k++)
			assert_string_equal(a->sweep[i].values[k],
					    b->sweep[i].values[k]);
	}
}

static void test_what_is_printed_reads_back_equal(void **state)
{
	static const char *const assignments[] = {"workload=release",
						  "params.method=lazyfree",
						  "pause_us=0.1",
						  "label=tab and \"quotes\" and \\",
						  "threads=4096",
						  "ceiling=0",
						  "warmup_s=0.3333333333333333",
						  "ops=1000000000000000",
						  "seed=12345678901",
						  "sweep.ceiling=null,1,33",
						  "sweep.method=munmap,free",
						  "sweep.warmup_s=0.1,2",
						  "sweep.placement=cpus:0,1;compact"};
	struct preset p = {.name = "round"};
	struct error error = {0};

	(void)state;
	assert_int_equal(experiment_init(&p.experiment, &test_catalogue, NULL, &error),
			 0);
	p.notes[p.n_notes++] = strdup("a note");
	text_copy(p.title, sizeof(p.title), "über \xf0\x9f\x8e\x88");
	for (size_t i = 0; i < sizeof(assignments) / sizeof(assignments[0]); i++) {
		struct preset back = {0};
		char *text;

		assert_int_equal(
			preset_set(&p, &test_catalogue, assignments[i], &error), 0);
		text = preset_print(&p, &test_catalogue);
		assert_non_null(text);
		if (preset_parse(&back, &test_catalogue, text, "back", &error))
			fail_msg("%s: %s: %s", error.what, error.why, text);
		assert_presets_equal(&p, &back);
		preset_fini(&back);
		free(text);
	}
	preset_fini(&p);
}

static void test_the_printed_form_is_for_people(void **state)
{
	static const char expected[] =
		"{\n"
		"  \"schema\": \"tlblab.preset/1\",\n"
		"  \"name\": \"golden\",\n"
		"  \"title\": \"Golden\",\n"
		"  \"notes\": [],\n"
		"  \"experiment\": {\n"
		"    \"backend\": \"live\",\n"
		"    \"workload\": \"madvise\",\n"
		"    \"params\": {\"pages\": 1, \"touch\": true, \"shared\": false},\n"
		"    \"threads\": 2,\n"
		"    \"mode\": \"threads\",\n"
		"    \"placement\": \"compact\",\n"
		"    \"ceiling\": null,\n"
		"    \"victims\": 0,\n"
		"    \"warmup_s\": 1,\n"
		"    \"duration_s\": 5,\n"
		"    \"ops\": null,\n"
		"    \"interval_ms\": 100,\n"
		"    \"repeats\": 5,\n"
		"    \"seed\": 1\n"
		"  },\n"
		"  \"sweep\": {\n"
		"    \"threads\": [1, 2, 4, 8]\n"
		"  }\n"
		"}\n";
	struct preset p = {.name = "golden", .title = "Golden"};
	struct error error = {0};
	char *text;

	(void)state;
	assert_int_equal(experiment_init(&p.experiment, &test_catalogue, NULL, &error),
			 0);
	assert_int_equal(
		preset_set(&p, &test_catalogue, "sweep.threads=1,2,4,8", &error), 0);
	text = preset_print(&p, &test_catalogue);
	assert_string_equal(text, expected);
	free(text);
	preset_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_texts_are_refused_in_one_clear_line),
		cmocka_unit_test(test_bytes_that_are_no_text_are_refused),
		cmocka_unit_test(test_a_text_cut_anywhere_is_refused),
		cmocka_unit_test(test_every_key_arrives),
		cmocka_unit_test(test_what_is_printed_reads_back_equal),
		cmocka_unit_test(test_the_printed_form_is_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
