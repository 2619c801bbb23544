/* SPDX-License-Identifier: MIT */
#include "tlblab/machine/topology.h"

#include <errno.h>
#include <sched.h>

#include "machine/tree.h"
#include "support/check.h"
#include "tlblab/machine/cache.h"
#include "tlblab/machine/numa.h"

struct tree {
	struct scratch at;
	struct topology t;
};

static void tree_read(struct tree *tree, const char *name,
		      const struct cpumask *allowed)
{
	struct error error;

	tree_make(&tree->at, name);
	assert_int_equal(topology_read(&tree->t, tree->at.root, allowed, &error), 0);
}

static void tree_fini(struct tree *tree)
{
	topology_fini(&tree->t);
	scratch_remove(&tree->at);
}

static const struct cpu *cpu_of(const struct tree *tree, int id)
{
	const struct cpu *c = topology_cpu(&tree->t, id);

	assert_non_null(c);
	assert_int_equal(c->id, id);
	return c;
}

static void expect_counts(const struct topology *t, int cpus, int online, int allowed,
			  int packages, int nodes, int cores)
{
	assert_int_equal(t->n_cpus, cpus);
	assert_int_equal(t->n_online, online);
	assert_int_equal(t->n_allowed, allowed);
	assert_int_equal(cpumask_count(&t->allowed), allowed);
	assert_int_equal(t->n_packages, packages);
	assert_int_equal(t->n_nodes, nodes);
	assert_int_equal(t->n_cores, cores);
}

static void one_cpu(void **state)
{
	struct tree tree;
	const struct cpu *c;

	(void)state;
	tree_read(&tree, "one-cpu", NULL);
	expect_counts(&tree.t, 1, 1, 1, 1, 1, 1);
	c = cpu_of(&tree, 0);
	assert_true(c->online && c->allowed);
	assert_int_equal(c->package, 0);
	assert_int_equal(c->cluster, -1);
	assert_int_equal(c->core, 0);
	assert_false(tree.t.hybrid);
	assert_false(c->isolated || c->nohz_full);
	assert_null(topology_cpu(&tree.t, 1));
	assert_null(topology_cpu(&tree.t, -1));
	tree_fini(&tree);
}

static void hybrid_has_two_kinds(void **state)
{
	struct tree tree;

	(void)state;
	tree_read(&tree, "hybrid", NULL);
	expect_counts(&tree.t, 24, 24, 24, 1, 1, 16);
	assert_true(tree.t.hybrid);
	assert_int_equal(cpu_of(&tree, 15)->kind, CORE_PERFORMANCE);
	assert_int_equal(cpu_of(&tree, 15)->core, 7);
	assert_int_equal(cpu_of(&tree, 15)->smt, 1);
	assert_int_equal(cpu_of(&tree, 16)->kind, CORE_EFFICIENT);
	assert_int_equal(cpu_of(&tree, 16)->core, 8);
	assert_int_equal(cpu_of(&tree, 16)->smt, 0);
	assert_int_equal(cpu_of(&tree, 20)->cluster, 10);
	assert_true(cpu_of(&tree, 22)->isolated);
	assert_false(cpu_of(&tree, 22)->nohz_full);
	assert_true(cpu_of(&tree, 23)->nohz_full);
	tree_fini(&tree);
}

static void sub_numa_and_a_node_of_memory_only(void **state)
{
	struct tree tree;

	(void)state;
	tree_read(&tree, "two-sockets-snc4", NULL);
	expect_counts(&tree.t, 256, 256, 256, 2, 8, 128);
	assert_int_equal(cpu_of(&tree, 127)->node, 7);
	assert_int_equal(cpu_of(&tree, 255)->node, 7);
	assert_int_equal(cpu_of(&tree, 255)->core, 127);
	assert_int_equal(cpu_of(&tree, 255)->smt, 1);
	assert_int_equal(cpu_of(&tree, 255)->package, 1);
	tree_fini(&tree);
}

static void five_hundred_cpus(void **state)
{
	struct tree tree;

	(void)state;
	tree_read(&tree, "many-cpus", NULL);
	expect_counts(&tree.t, 512, 512, 512, 2, 2, 256);
	assert_int_equal(tree.t.max_cpu_id, 511);
	assert_int_equal(cpu_of(&tree, 511)->core, 255);
	assert_int_equal(cpu_of(&tree, 511)->node, 1);
	tree_fini(&tree);
}

/* No lists at all: folders tell the CPUs, masks what is shared. */
static void masks_serve_where_lists_are_missing(void **state)
{
	struct cache_kind caches[CACHE_KINDS_MAX];
	struct error error = {0};
	struct tree tree;
	struct numa numa;

	(void)state;
	tree_read(&tree, "masks-only", NULL);
	expect_counts(&tree.t, 40, 39, 2, 2, 2, 20);
	assert_int_equal(cpu_of(&tree, 1)->core, cpu_of(&tree, 0)->core);
	assert_int_equal(cpu_of(&tree, 33)->smt, 1);
	assert_int_equal(cpu_of(&tree, 0)->package, 0);
	assert_int_equal(cpu_of(&tree, 39)->package, 1);
	assert_int_equal(cpu_of(&tree, 31)->node, 0);
	assert_int_equal(cpu_of(&tree, 32)->node, 1);
	assert_false(cpu_of(&tree, 5)->online);
	assert_int_equal(caches_read(&tree.t, tree.at.root, caches), 1);
	assert_int_equal(caches[0].shared_cpus, 2);
	assert_int_equal(numa_read(&numa, tree.at.root, &error), 0);
	assert_int_equal(numa.n, 2);
	assert_true(numa.nodes[1].has_cpus);
	numa_fini(&numa);
	tree_fini(&tree);
}

static void offline_cpus_keep_only_their_number(void **state)
{
	struct tree tree;

	(void)state;
	tree_read(&tree, "offline-holes", NULL);
	expect_counts(&tree.t, 8, 5, 5, 1, 0, 4);
	assert_false(cpu_of(&tree, 2)->online || cpu_of(&tree, 2)->allowed);
	assert_int_equal(cpu_of(&tree, 2)->core, -1);
	assert_int_equal(cpu_of(&tree, 2)->package, -1);
	assert_int_equal(cpu_of(&tree, 3)->core, 1);
	assert_int_equal(cpu_of(&tree, 3)->smt, 0);
	assert_int_equal(cpu_of(&tree, 3)->node, -1);
	assert_int_equal(cpu_of(&tree, 7)->core, 3);
	tree_fini(&tree);
}

static void without_an_online_list_each_cpu_is_asked(void **state)
{
	struct scratch at;
	struct topology t;

	(void)state;
	tree_make(&at, "offline-holes");
	scratch_write(&at, "/sys/devices/system/cpu/online", "who knows\n");
	assert_int_equal(topology_read(&t, at.root, NULL, NULL), 0);
	assert_int_equal(t.n_online, 6); /* 2 and 6 say 0; 5 says nothing */
	assert_false(topology_cpu(&t, 2)->online);
	assert_true(topology_cpu(&t, 5)->online);
	topology_fini(&t);
	scratch_remove(&at);
}

static void container_sees_its_cpuset(void **state)
{
	struct cpumask limit = {0};
	struct tree tree;

	(void)state;
	tree_read(&tree, "container", NULL);
	expect_counts(&tree.t, 16, 16, 5, 1, 2, 8);
	assert_false(cpu_of(&tree, 0)->allowed);
	assert_true(cpu_of(&tree, 3)->allowed && cpu_of(&tree, 13)->allowed);
	tree_fini(&tree);

	cpumask_set(&limit, 0);
	cpumask_set(&limit, 99);
	tree_read(&tree, "container", &limit);
	assert_int_equal(tree.t.n_allowed, 1);
	tree_fini(&tree);
}

static void without_topology_files_each_cpu_is_a_core(void **state)
{
	struct tree tree;

	(void)state;
	tree_read(&tree, "no-topology", NULL);
	expect_counts(&tree.t, 4, 4, 4, 0, 0, 0);
	for (int id = 0; id < 4; id++) {
		assert_int_equal(cpu_of(&tree, id)->core, id);
		assert_int_equal(cpu_of(&tree, id)->smt, 0);
		assert_int_equal(cpu_of(&tree, id)->package, -1);
		assert_int_equal(cpu_of(&tree, id)->die, -1);
		assert_int_equal(cpu_of(&tree, id)->node, -1);
	}
	tree_fini(&tree);
}

static void lies_become_unknown(void **state)
{
	struct tree tree;

	(void)state;
	tree_read(&tree, "lies", NULL);
	expect_counts(&tree.t, 4, 4, 4, 0, 2, 0);
	for (int id = 0; id < 4; id++) {
		assert_int_equal(cpu_of(&tree, id)->core, id);
		assert_int_equal(cpu_of(&tree, id)->smt, 0);
		assert_int_equal(cpu_of(&tree, id)->package, -1);
		assert_int_equal(cpu_of(&tree, id)->kind, CORE_UNKNOWN);
		assert_false(cpu_of(&tree, id)->isolated);
	}
	assert_int_equal(cpu_of(&tree, 1)->node, 0);
	assert_int_equal(cpu_of(&tree, 2)->node, 1);
	assert_int_equal(cpu_of(&tree, 3)->node, -1);
	assert_false(tree.t.hybrid);
	tree_fini(&tree);
}

static void core_ids_stand_in_for_sibling_lists(void **state)
{
	struct tree tree;

	(void)state;
	tree_read(&tree, "old-core-ids", NULL);
	expect_counts(&tree.t, 8, 8, 8, 2, 0, 4);
	assert_int_equal(cpu_of(&tree, 0)->core, cpu_of(&tree, 2)->core);
	assert_int_not_equal(cpu_of(&tree, 0)->core, cpu_of(&tree, 1)->core);
	assert_int_equal(cpu_of(&tree, 7)->smt, 1);
	tree_fini(&tree);
}

static void a_folder_without_sys_is_an_error(void **state)
{
	struct error error = {0};
	struct scratch at;
	struct topology t;

	(void)state;
	scratch_make(&at);
	assert_int_equal(topology_read(&t, at.root, NULL, &error), -ENOENT);
	assert_int_equal(error.code, ERROR_INPUT);
	assert_string_equal(error.what, at.root);
	assert_int_equal(t.n_cpus, 0);
	scratch_remove(&at);
}

static void this_machine_is_within_its_affinity(void **state)
{
	struct topology t;
	cpu_set_t set;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_int_equal(topology_read(&t, "", NULL, NULL), 0);
	assert_int_equal(t.n_allowed, CPU_COUNT(&set));
	for (int i = 0; i < t.n_cpus; i++)
		if (t.cpus[i].allowed)
			assert_true(CPU_ISSET(t.cpus[i].id, &set));
	topology_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_cpu),
		cmocka_unit_test(hybrid_has_two_kinds),
		cmocka_unit_test(sub_numa_and_a_node_of_memory_only),
		cmocka_unit_test(five_hundred_cpus),
		cmocka_unit_test(masks_serve_where_lists_are_missing),
		cmocka_unit_test(offline_cpus_keep_only_their_number),
		cmocka_unit_test(without_an_online_list_each_cpu_is_asked),
		cmocka_unit_test(container_sees_its_cpuset),
		cmocka_unit_test(without_topology_files_each_cpu_is_a_core),
		cmocka_unit_test(lies_become_unknown),
		cmocka_unit_test(core_ids_stand_in_for_sibling_lists),
		cmocka_unit_test(a_folder_without_sys_is_an_error),
		cmocka_unit_test(this_machine_is_within_its_affinity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
