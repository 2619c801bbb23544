/* SPDX-License-Identifier: MIT */
/*
 * A worker that crashes takes its process with it, as it should; before that, the
 * handler leaves who crashed and how in the shared memory, on a stack of its own since
 * the worker's may be what broke. Then the signal is raised again with its default
 * action. Only async-signal-safe steps: atomics, signal, raise.
 */
#include "rig/crash.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

static struct rig_shared *crash_shared;
static char *crash_stacks;
static size_t crash_stack_bytes;
static _Thread_local int crash_index = BROKEN_RIG;

static void crash_handle(int signal_number)
{
	int index = crash_index;

	if (shared_break(crash_shared, index) && index >= 0)
		atomic_store(&shared_slot(crash_shared, index)->signal, signal_number);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

int crash_init(struct rig_shared *s, int n)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
	struct sigaction action = {
		.sa_handler = crash_handle,
		.sa_flags = SA_ONSTACK | SA_NODEFER,
	};
	long needed = sysconf(_SC_SIGSTKSZ); /* grows with the vector registers */

	crash_shared = s;
	crash_stack_bytes = needed > 16384 ? (size_t)needed : 16384;
	crash_stacks = mmap(NULL, crash_stack_bytes * (size_t)n, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (crash_stacks == MAP_FAILED)
		return -errno;
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		if (sigaction(crashes[i], &action, NULL))
			return -errno;
	return 0;
}

int crash_watch(int index)
{
	const stack_t stack = {
		.ss_sp = crash_stacks + crash_stack_bytes * (size_t)index,
		.ss_size = crash_stack_bytes,
	};

	crash_index = index;
	return sigaltstack(&stack, NULL) ? -errno : 0;
}
