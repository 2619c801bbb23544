/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tui/keys/keymap.h"

static const enum context contexts[] = {CONTEXT_BENCH, CONTEXT_PAGE, CONTEXT_LIST,
					CONTEXT_TEXT,  CONTEXT_READ, CONTEXT_SMALL};
enum { N_CONTEXTS = sizeof(contexts) / sizeof(contexts[0]) };

static bool binds(const struct binding *b, int key)
{
	for (int i = 0; i < BINDING_KEYS && b->keys[i]; i++)
		if (b->keys[i] == key)
			return true;
	return false;
}

static void a_key_means_one_thing_in_a_context(void **state)
{
	(void)state;
	for (int i = 0; keymap_at(i); i++)
		for (int k = 0; k < i; k++) {
			const struct binding *a = keymap_at(i), *b = keymap_at(k);

			if (!(a->contexts & b->contexts))
				continue;
			for (int n = 0; n < BINDING_KEYS && a->keys[n]; n++)
				assert_false(binds(b, a->keys[n]));
		}
}

static void every_action_has_a_key(void **state)
{
	(void)state;
	for (int action = ACTION_NONE + 1; action < ACTION_N; action++) {
		bool bound = false;

		for (int i = 0; keymap_at(i); i++)
			bound |= keymap_at(i)->action == (enum action)action &&
				 keymap_at(i)->keys[0] != 0;
		assert_true(bound);
	}
}

static void every_context_has_a_way_out(void **state)
{
	(void)state;
	for (int i = 0; i < N_CONTEXTS; i++) {
		enum action q = keymap_action(contexts[i], 'q');
		enum action escape = keymap_action(contexts[i], KEY_ESCAPE);

		assert_true(q == ACTION_QUIT || q == ACTION_CANCEL ||
			    escape == ACTION_CANCEL);
	}
}

static void main_actions_are_in_the_help(void **state)
{
	(void)state;
	for (int i = 0; keymap_at(i); i++) {
		const struct binding *b = keymap_at(i);

		assert_non_null(b->keys_text);
		if (b->contexts & CONTEXT_BENCH)
			assert_non_null(b->help);
	}
}

/* The contract's keys, whatever the table says. */
static void the_contract_is_kept(void **state)
{
	static const struct {
		int key;
		enum action action;
	} promised[] = {{' ', ACTION_RUN},	     {KEY_RETURN, ACTION_EDIT},
			{'o', ACTION_OPEN},	     {'s', ACTION_SAVE},
			{'e', ACTION_EXPORT},	     {'b', ACTION_BASELINE},
			{'l', ACTION_NOTES},	     {'?', ACTION_HELP},
			{'q', ACTION_QUIT},	     {'h', ACTION_LESS},
			{'j', ACTION_DOWN},	     {'k', ACTION_UP},
			{KEY_TAB, ACTION_VIEW_NEXT}, {KEY_ARROW_RIGHT, ACTION_MORE}};

	(void)state;
	for (size_t i = 0; i < sizeof(promised) / sizeof(promised[0]); i++)
		assert_int_equal(keymap_action(CONTEXT_BENCH, promised[i].key),
				 promised[i].action);
	assert_int_equal(keymap_action(CONTEXT_BENCH, 'X'), ACTION_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_means_one_thing_in_a_context),
		cmocka_unit_test(every_action_has_a_key),
		cmocka_unit_test(every_context_has_a_way_out),
		cmocka_unit_test(main_actions_are_in_the_help),
		cmocka_unit_test(the_contract_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
