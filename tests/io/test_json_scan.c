/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

#include <cjson/cJSON.h>

#include "io/json/scan.h"
#include "tlblab/base/stats.h"

/* A random document, with the line and path of every value written down on the way. */
enum { DOC_BYTES = 65536, NODES_MAX = 2000, PATH_MAX_DEPTH = 8 };

struct node {
	int path[PATH_MAX_DEPTH], depth;
	size_t line;
};

struct doc {
	char text[DOC_BYTES];
	size_t bytes, line;
	struct node nodes[NODES_MAX];
	int n_nodes;
	int path[PATH_MAX_DEPTH];
	struct rng rng;
};

static void put(struct doc *d, const char *text)
{
	for (; *text; text++) {
		d->text[d->bytes++] = *text;
		d->line += *text == '\n';
	}
}

static void put_blanks(struct doc *d)
{
	static const char *const blanks[] = {"", " ", "\n", "\t", "\r\n", "  \n\n "};

	put(d, blanks[rng_below(&d->rng, 6)]);
}

static void put_scalar(struct doc *d)
{
	static const char *const scalars[] = {
		"0",	    "-1.5e+3",	      "true",
		"null",	    "false",	      "\"\"",
		"\"a,]}\"", "\"\\\"{[\\\\\"", "\"ü\\u00e9\\ud83c\\udf88\"",
		"123456"};

	put(d, scalars[rng_below(&d->rng, 10)]);
}

static void put_value(struct doc *d, int depth);

static void put_members(struct doc *d, int depth, bool object)
{
	int n = (int)rng_below(&d->rng, 5);

	for (int i = 0; i < n; i++) {
		if (i)
			put(d, ",");
		put_blanks(d);
		d->path[depth] = i;
		d->nodes[d->n_nodes].line = d->line;
		if (object) {
			put(d, i % 2 ? "\"key \\\" : {\"" : "\"k\"");
			put_blanks(d);
			put(d, ":");
			put_blanks(d);
		}
		put_value(d, depth + 1);
		put_blanks(d);
	}
}

/* The caller has noted the line: of the key, where there is one. */
static void put_value(struct doc *d, int depth)
{
	struct node *node = &d->nodes[d->n_nodes++];
	unsigned int kind = (unsigned int)rng_below(&d->rng, 3);

	memcpy(node->path, d->path, sizeof(node->path));
	node->depth = depth;
	if (depth == PATH_MAX_DEPTH || d->n_nodes > NODES_MAX - 50 ||
	    d->bytes > DOC_BYTES / 2 || (depth && kind == 0)) {
		put_scalar(d);
		return;
	}
	put(d, kind == 1 ? "{" : "[");
	put_members(d, depth, kind == 1);
	put_blanks(d);
	put(d, kind == 1 ? "}" : "]");
}

static void test_every_value_of_a_random_document_is_found_on_its_line(void **state)
{
	struct doc *d = malloc(sizeof(*d));
	int found = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct json_error error = {0};
		cJSON *tree;

		memset(d, 0, sizeof(*d));
		d->line = 1;
		d->rng.state = seed;
		put_blanks(d);
		d->nodes[0].line = d->line;
		put_value(d, 0);
		put_blanks(d);
		if (!json_scan_check(d->text, d->bytes, &error))
			fail_msg("seed %d: %s at %zu:\n%s", (int)seed, error.why,
				 error.offset, d->text);
		tree = cJSON_ParseWithLength(d->text, d->bytes);
		assert_non_null(tree);
		cJSON_Delete(tree);
		for (int i = 0; i < d->n_nodes; i++, found++) {
			const struct node *node = &d->nodes[i];
			struct json_span span;
			size_t at;

			assert_true(json_scan_locate(d->text, d->bytes, node->path,
						     node->depth, &span));
			at = span.key_end ? span.key : span.start;
			if (json_scan_line(d->text, at) != node->line)
				fail_msg("seed %d: node %d at line %zu, not %zu:\n%s",
					 (int)seed, i, json_scan_line(d->text, at),
					 node->line, d->text);
		}
	}
	assert_true(found > 1000);
	free(d);
}

static void test_what_is_not_there_is_not_found(void **state)
{
	static const char text[] = "{\"a\": [1, 2], \"b\": 3}";
	static const int second_root[] = {2}, third[] = {0, 2}, in_scalar[] = {1, 0};
	struct json_span span;

	(void)state;
	assert_false(json_scan_locate(text, strlen(text), second_root, 1, &span));
	assert_false(json_scan_locate(text, strlen(text), third, 2, &span));
	assert_false(json_scan_locate(text, strlen(text), in_scalar, 2, &span));
}

/* Damaged documents: whatever passes the check, cJSON reads as well, and every step of
 * a walk through it stays inside. */
static void walk(const char *text, size_t bytes, const struct json_span *at, int depth)
{
	struct json_span child = {0};

	assert_true(at->start < at->end && at->end <= bytes);
	assert_true(depth <= JSON_SCAN_DEPTH);
	while (json_scan_next(text, at, &child)) {
		assert_true(child.start > at->start && child.end < at->end);
		walk(text, bytes, &child, depth + 1);
	}
}

static void test_damaged_documents_are_refused_or_read_whole(void **state)
{
	static const char good[] =
		"{\"schema\": \"x\", \"n\": [1, -2.5e3, true, null, {\"k\\u00e9\": \"\"}]}";
	struct rng rng = {7};
	int accepted = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[sizeof(good)];
		struct json_error error;
		struct json_span root;
		cJSON *tree;

		memcpy(text, good, sizeof(good));
		for (uint64_t n = rng_below(&rng, 4); n; n--)
			text[rng_below(&rng, sizeof(good) - 1)] =
				rng_below(&rng, 2)
					? good[rng_below(&rng, sizeof(good) - 1)]
					: (char)rng_below(&rng, 256);
		if (!json_scan_check(text, sizeof(good) - 1, &error)) {
			assert_true(error.offset <= sizeof(good) - 1);
			continue;
		}
		accepted++;
		root = json_scan_root(text, sizeof(good) - 1);
		walk(text, sizeof(good) - 1, &root, 0);
		tree = cJSON_ParseWithLength(text, sizeof(good) - 1);
		if (!tree)
			fail_msg("passed, but no tree: %s", text);
		cJSON_Delete(tree);
	}
	assert_true(accepted > 1000);
}

static void test_nesting_is_bounded(void **state)
{
	char text[2 * JSON_SCAN_DEPTH + 3];
	struct json_error error;

	(void)state;
	memset(text, '[', JSON_SCAN_DEPTH);
	memset(text + JSON_SCAN_DEPTH, ']', JSON_SCAN_DEPTH);
	assert_true(json_scan_check(text, 2 * JSON_SCAN_DEPTH, &error));
	memset(text, '[', JSON_SCAN_DEPTH + 1);
	memset(text + JSON_SCAN_DEPTH + 1, ']', JSON_SCAN_DEPTH + 1);
	assert_false(json_scan_check(text, 2 * JSON_SCAN_DEPTH + 2, &error));
	assert_string_equal(error.why, "nested deeper than 32 levels");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_every_value_of_a_random_document_is_found_on_its_line),
		cmocka_unit_test(test_what_is_not_there_is_not_found),
		cmocka_unit_test(test_damaged_documents_are_refused_or_read_whole),
		cmocka_unit_test(test_nesting_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
