/* SPDX-License-Identifier: MIT */
/*
 * A rig whose workers run with another allocator: it is ready only when the library
 * really took the place of glibc's (malloc.c asks for it before the first block).
 */
#include "rig/rig_test.h"
#include "tlblab/workloads/allocator.h"

enum { SKIP = 77, OPS = 50 };

static bool runs_with(enum allocator a)
{
	struct experiment e = rig_test_experiment("malloc");
	struct error error = {0};

	rig_test_set(&e, "params.allocator", allocator_names[a]);
	struct rig *rig = rig_test_start(&e);
	enum rig_state state = rig_test_wait(rig, RIG_READY, &error);

	if (state == RIG_READY) {
		rig_open_gate(rig);
		state = rig_test_wait_ops(rig, OPS);
	}
	printf("%s: %s%s\n", allocator_names[a],
	       state == RIG_RUNNING ? "runs" : "does not run: ",
	       state == RIG_RUNNING ? "" : error.why);
	rig_stop(rig);
	return state == RIG_RUNNING;
}

int main(int argc, char **argv)
{
	int missing = 0;

	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	for (int a = 0; a < ALLOCATOR_N; a++) {
		char path[128];
		bool needs = a != ALLOCATOR_GLIBC;

		if (needs &&
		    !allocator_library((enum allocator)a, path, sizeof(path))) {
			printf("%s: %s is not installed\n", allocator_names[a],
			       allocator_package((enum allocator)a));
			missing++;
		} else if (!runs_with((enum allocator)a)) {
			return 1;
		}
	}
	return missing ? SKIP : 0;
}
