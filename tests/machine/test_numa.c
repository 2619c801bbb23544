/* SPDX-License-Identifier: MIT */
#include "tlblab/machine/numa.h"

#include "machine/tree.h"
#include "support/check.h"

static struct numa n;

static void read_tree(const char *name)
{
	struct scratch at;

	tree_make(&at, name);
	assert_int_equal(numa_read(&n, at.root, NULL), 0);
	scratch_remove(&at);
}

static void a_server_with_a_node_of_memory_only(void **state)
{
	(void)state;
	read_tree("server");
	assert_int_equal(n.n, 3);
	assert_true(n.nodes[0].has_cpus && n.nodes[1].has_cpus);
	assert_false(n.nodes[2].has_cpus);
	assert_int_equal(n.nodes[0].memory_bytes, 65846092LL * 1024);
	assert_int_equal(n.nodes[1].free_bytes, 2048 * 1024);
	assert_int_equal(n.nodes[2].free_bytes, 0);
	assert_int_equal(numa_node_distance(&n, 0, 1), 21);
	assert_int_equal(numa_node_distance(&n, 1, 1), 10);
	assert_int_equal(numa_node_distance(&n, 2, 0), 30);
	assert_int_equal(numa_node_distance(&n, 0, 3), -1);
	assert_int_equal(numa_node_distance(&n, -1, 0), -1);
	numa_fini(&n);
	assert_int_equal(n.n, 0);
}

static void rows_that_are_missing_are_unknown(void **state)
{
	(void)state;
	read_tree("two-sockets-snc4");
	assert_int_equal(n.n, 9);
	assert_int_equal(numa_node_distance(&n, 0, 4), 32);
	assert_int_equal(numa_node_distance(&n, 8, 0), 40);
	assert_int_equal(numa_node_distance(&n, 4, 0), -1);
	assert_int_equal(n.nodes[8].memory_bytes, 134217728LL * 1024);
	assert_int_equal(n.nodes[8].free_bytes, -1);
	assert_int_equal(n.nodes[4].memory_bytes, -1);
	numa_fini(&n);
}

static void lies_are_unknown(void **state)
{
	(void)state;
	read_tree("lies");
	assert_int_equal(n.n, 3);
	for (int i = 0; i < 9; i++)
		assert_int_equal(n.distance[i], -1);
	assert_int_equal(n.nodes[0].memory_bytes, -1);
	assert_true(n.nodes[0].has_cpus);
	assert_false(n.nodes[2].has_cpus); /* its list does not parse */
	numa_fini(&n);
	read_tree("no-topology");
	assert_int_equal(n.n, 0);
	assert_null(n.nodes);
	assert_int_equal(numa_node_distance(&n, 0, 0), -1);
	numa_fini(&n);
}

/* libnuma and sysfs tell the same story of this machine. */
static void this_machine_both_ways(void **state)
{
	struct numa by_sysfs;

	(void)state;
	assert_int_equal(numa_read(&n, "", NULL), 0);
	assert_int_equal(numa_read(&by_sysfs, "/.", NULL), 0);
	assert_int_equal(n.n, by_sysfs.n);
	for (int i = 0; i < n.n; i++) {
		assert_int_equal(n.nodes[i].id, by_sysfs.nodes[i].id);
		assert_int_equal(n.nodes[i].has_cpus, by_sysfs.nodes[i].has_cpus);
		assert_int_equal(n.nodes[i].memory_bytes > 0,
				 by_sysfs.nodes[i].memory_bytes > 0);
	}
	for (int i = 0; i < n.n * n.n; i++)
		assert_int_equal(n.distance[i], by_sysfs.distance[i]);
	numa_fini(&by_sysfs);
	numa_fini(&n);
}

/* Neither lists nor masks: the folder's entries; and where there are none it is not
 * known, which is another thing than a node of memory only. */
static void cpus_of_nodes_from_folders(void **state)
{
	struct scratch at;

	(void)state;
	scratch_make(&at);
	scratch_write(&at, "/sys/devices/system/node/node0/cpu0/online", "1\n");
	scratch_write(&at, "/sys/devices/system/node/node0/cpu3/online", "1\n");
	scratch_write(&at, "/sys/devices/system/node/node1/cpulist", "\n");
	scratch_write(&at, "/sys/devices/system/node/node2/distance", "10 20 20\n");
	assert_int_equal(numa_read(&n, at.root, NULL), 0);
	assert_int_equal(n.n, 3);
	assert_true(n.nodes[0].has_cpus && !n.nodes[0].cpus_unknown);
	assert_true(!n.nodes[1].has_cpus && !n.nodes[1].cpus_unknown);
	assert_true(!n.nodes[2].has_cpus && n.nodes[2].cpus_unknown);
	numa_fini(&n);
	scratch_remove(&at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_with_a_node_of_memory_only),
		cmocka_unit_test(rows_that_are_missing_are_unknown),
		cmocka_unit_test(lies_are_unknown),
		cmocka_unit_test(cpus_of_nodes_from_folders),
		cmocka_unit_test(this_machine_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
