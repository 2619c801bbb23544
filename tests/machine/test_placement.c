/* SPDX-License-Identifier: MIT */
#include "tlblab/machine/placement.h"

#include <errno.h>

#include "machine/tree.h"
#include "support/check.h"

enum { MOST = 1024 };

/* The topology of a fixture, expanded and read once. */
static const struct topology *topology_of(const char *tree)
{
	static struct {
		const char *tree;
		struct topology t;
	} known[16];
	size_t i = 0;

	for (; i < COUNT_OF(known) && known[i].tree; i++)
		if (!strcmp(known[i].tree, tree))
			return &known[i].t;
	assert_true(i < COUNT_OF(known));
	struct scratch at;

	tree_make(&at, tree);
	assert_int_equal(topology_read(&known[i].t, at.root, NULL, NULL), 0);
	scratch_remove(&at);
	known[i].tree = tree;
	return &known[i].t;
}

/* The placement over a fixture as text, "0,8,1,9", or the error. */
static const char *placed(const char *tree, const char *text, int workers, int victims)
{
	static char out[8192];
	int cpus[MOST], distinct, length = 0;
	struct error error = {0};

	if (placement_resolve(text, topology_of(tree), workers, victims, cpus,
			      &distinct, &error))
		return error_text(&error, out, sizeof(out));
	out[0] = '\0';
	for (int i = 0; i < workers + victims; i++)
		length += snprintf(out + length, sizeof(out) - length, "%s%d",
				   i ? "," : "", cpus[i]);
	return out;
}

static void compact(void **state)
{
	(void)state;
	assert_string_equal(placed("one-cpu", "compact", 3, 1), "0,0,0,0");
	assert_string_equal(
		placed("hybrid", "compact", 20, 4),
		"0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,"
		"23");
	assert_string_equal(placed("two-sockets-snc4", "compact", 6, 0),
			    "0,128,1,129,2,130");
	assert_string_equal(placed("offline-holes", "compact", 5, 2), "0,1,3,4,7,0,1");
	assert_string_equal(placed("container", "compact", 5, 0), "9,10,3,11,13");
	assert_string_equal(placed("no-topology", "compact", 4, 0), "0,1,2,3");
	assert_string_equal(placed("lies", "compact", 4, 0), "0,1,2,3");
	assert_string_equal(placed("old-core-ids", "compact", 8, 0), "0,2,4,6,1,3,5,7");
}

static void compact_fills_a_package_before_the_next(void **state)
{
	int cpus[256];
	const struct topology *t = topology_of("two-sockets-snc4");

	(void)state;
	assert_int_equal(placement_resolve("compact", t, 256, 0, cpus, NULL, NULL), 0);
	for (int i = 0; i < 256; i++) {
		assert_int_equal(topology_cpu(t, cpus[i])->package, i / 128);
		assert_int_equal(topology_cpu(t, cpus[i])->node, i / 32);
		assert_int_equal(topology_cpu(t, cpus[i])->core, i / 2);
	}
}

static void cores(void **state)
{
	(void)state;
	assert_string_equal(
		placed("hybrid", "cores", 24, 0),
		"0,2,4,6,8,10,12,14,16,17,18,19,20,21,22,23,1,3,5,7,9,11,13,15");
	/* CPUs 9 and 10 are second siblings whose first ones are not allowed. */
	assert_string_equal(placed("container", "cores", 5, 0), "9,10,3,13,11");
	assert_string_equal(placed("offline-holes", "cores", 5, 0), "0,3,4,7,1");
	assert_string_equal(placed("old-core-ids", "cores", 8, 0), "0,4,1,5,2,6,3,7");
}

static void spread(void **state)
{
	(void)state;
	assert_string_equal(placed("two-sockets-snc4", "spread", 17, 1),
			    "0,16,32,48,64,80,96,112,1,17,33,49,65,81,97,113,2,18");
	assert_string_equal(placed("many-cpus", "spread", 4, 1), "0,128,1,129,2");
	/* Nodes unknown: the packages take turns, one CPU of each core first. */
	assert_string_equal(placed("old-core-ids", "spread", 8, 0), "0,1,4,5,2,3,6,7");
	assert_string_equal(placed("container", "spread", 5, 0), "9,13,10,3,11");
	assert_string_equal(placed("no-topology", "spread", 4, 0), "0,1,2,3");
	assert_string_equal(placed("one-cpu", "spread", 2, 0), "0,0");
}

static void spread_reaches_second_siblings_last(void **state)
{
	int cpus[512];
	const struct topology *t = topology_of("many-cpus");

	(void)state;
	assert_int_equal(placement_resolve("spread", t, 512, 0, cpus, NULL, NULL), 0);
	for (int i = 0; i < 512; i++) {
		assert_int_equal(topology_cpu(t, cpus[i])->smt, i / 256);
		assert_int_equal(topology_cpu(t, cpus[i])->node, i % 2);
	}
}

static void smt(void **state)
{
	(void)state;
	assert_string_equal(placed("hybrid", "smt", 18, 0),
			    "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,0,1");
	assert_string_equal(placed("two-sockets-snc4", "smt", 4, 0), "0,128,1,129");
	assert_string_equal(placed("container", "smt", 3, 0), "3,11,3");
	assert_string_equal(placed("offline-holes", "smt", 2, 0), "0,1");
	assert_string_equal(
		placed("one-cpu", "smt", 1, 0),
		"placement smt: no two online CPUs of this machine share a core; "
		"use compact or cores");
	assert_string_equal(
		placed("no-topology", "smt", 1, 0),
		"placement smt: no two online CPUs of this machine share a core; "
		"use compact or cores");
}

static void smt_needs_both_siblings_allowed(void **state)
{
	struct cpumask limit = {0};
	struct error error = {0};
	struct scratch at;
	struct topology t;
	int cpu;

	(void)state;
	cpumask_parse(&limit, "0-7");
	tree_make(&at, "container");
	assert_int_equal(topology_read(&t, at.root, &limit, NULL), 0);
	assert_int_equal(placement_resolve("smt", &t, 1, 0, &cpu, NULL, &error),
			 -ENODEV);
	assert_string_equal(error.why,
			    "no core has two siblings that this process may use");
	topology_fini(&t);
	scratch_remove(&at);
}

static void node(void **state)
{
	(void)state;
	assert_string_equal(
		placed("two-sockets-snc4", "node:7", 18, 0),
		"112,113,114,115,116,117,118,119,120,121,122,123,124,125,126,127,"
		"240,241");
	assert_string_equal(placed("container", "node:1", 2, 0), "13,13");
	assert_string_equal(
		placed("two-sockets-snc4", "node:8", 1, 0),
		"placement node:8: it has no CPU that this process may use; nodes "
		"that have: 0-7; choose one of those");
	assert_string_equal(
		placed("offline-holes", "node:0", 1, 0),
		"placement node:0: this machine shows no NUMA nodes; use compact");
}

static void cpus_in_their_order(void **state)
{
	(void)state;
	assert_string_equal(placed("hybrid", "cpus:7,0,2,4-6", 5, 3),
			    "7,0,2,4,5,6,7,0");
	assert_string_equal(placed("many-cpus", "cpus:500-511:4,0", 4, 0),
			    "500,504,508,0");
	assert_string_equal(
		placed("offline-holes", "cpus:0,2", 1, 0),
		"placement cpus:LIST: CPU 2 is offline; choose from 0-1,3-4,7");
	assert_string_equal(
		placed("offline-holes", "cpus:9", 1, 0),
		"placement cpus:LIST: CPU 9 does not exist here; choose from "
		"0-1,3-4,7");
	assert_string_equal(
		placed("container", "cpus:0", 1, 0),
		"placement cpus:LIST: CPU 0 is outside the CPUs this process may "
		"use; choose from 3,9-11,13");
	assert_string_equal(
		placed("hybrid", "cpus:0,3,1-4", 1, 0),
		"placement cpus:LIST: CPU 3 is listed twice; name each CPU once");
}

static void none_pins_nothing(void **state)
{
	(void)state;
	assert_string_equal(placed("hybrid", "none", 2, 1), "-1,-1,-1");
}

static void oversubscription_is_seen(void **state)
{
	int cpus[MOST], distinct;
	const struct topology *t = topology_of("many-cpus");

	(void)state;
	assert_int_equal(placement_resolve("cores", t, 1000, 24, cpus, &distinct, NULL),
			 0);
	assert_int_equal(distinct, 512);
	assert_int_equal(cpus[512], cpus[0]);
	assert_int_equal(placement_resolve("cores", t, 3, 1, cpus, &distinct, NULL), 0);
	assert_int_equal(distinct, 4);
	assert_int_equal(placement_resolve("none", t, 3, 1, cpus, &distinct, NULL), 0);
	assert_int_equal(distinct, 0);
}

static void no_usable_cpu_is_an_error(void **state)
{
	struct cpumask nothing = {0};
	struct error error = {0};
	struct scratch at;
	struct topology t;
	int cpu;

	(void)state;
	tree_make(&at, "hybrid");
	assert_int_equal(topology_read(&t, at.root, &nothing, NULL), 0);
	for (int i = 0; placement_table[i] != NULL; i++) {
		static const char *const texts[] = {"compact", "cores",	 "spread",
						    "smt",     "node:0", "cpus:0",
						    "none"};
		int err = placement_resolve(texts[i], &t, 1, 0, &cpu, NULL, &error);

		assert_int_equal(err, strcmp(texts[i], "none") ? -ENODEV : 0);
	}
	topology_fini(&t);
	scratch_remove(&at);
}

static void texts_are_checked_without_a_machine(void **state)
{
	static const char *const good[] = {
		"compact",   "cores",  "spread",   "smt",      "none",	       "node:0",
		"node:1023", "cpus:0", "cpus:3,1", "cpus:0-3", "cpus:0-8190:2"};
	static const char *const bad[] = {
		"",
		"Compact",
		"compact:",
		"compact:1",
		"node",
		"node:",
		"node:x",
		"node:-1",
		"node:9000",
		"cpus",
		"cpus:",
		"cpus:,1",
		"cpus:1,",
		"cpus:3-1",
		"cpus:1-",
		"cpus:0-4:0",
		"cpus:99999",
		"cpus:1,1",
		"cpus:0 1",
		"none:0",
		"node :0",
		"cpus:1;2",
		"a-name-so-long-that-no-placement-could-ever-bear-it"};
	struct error error;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_int_equal(placement_check(good[i], &error), 0);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		error_clear(&error);
		if (!placement_check(bad[i], &error))
			fail_msg("\"%s\" was accepted", bad[i]);
		assert_int_equal(error.code, ERROR_INPUT);
		assert_true(error.what[0] && error.why[0] && error.todo[0]);
	}
	placement_check("compct", &error);
	assert_string_equal(error.why, "no such placement (did you mean compact?)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compact),
		cmocka_unit_test(compact_fills_a_package_before_the_next),
		cmocka_unit_test(cores),
		cmocka_unit_test(spread),
		cmocka_unit_test(spread_reaches_second_siblings_last),
		cmocka_unit_test(smt),
		cmocka_unit_test(smt_needs_both_siblings_allowed),
		cmocka_unit_test(node),
		cmocka_unit_test(cpus_in_their_order),
		cmocka_unit_test(none_pins_nothing),
		cmocka_unit_test(oversubscription_is_seen),
		cmocka_unit_test(no_usable_cpu_is_an_error),
		cmocka_unit_test(texts_are_checked_without_a_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
