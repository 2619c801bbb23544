/* SPDX-License-Identifier: MIT */
/*
 * A server that takes a snapshot: it forks, and goes on writing while the child reads.
 *
 * fork makes every private page of the parent read-only, and so must flush the whole
 * TLB of every CPU that runs it (kernel/fork.c, dup_mmap), however few pages there are.
 * Then the first write to each page copies it and flushes that one page (mm/memory.c,
 * wp_page_copy). One operation forks a child that does nothing, writes to the pages
 * while it lives, kills it and waits for its end.
 *
 * Pages that nobody asked for are copied and flushed as well: each thread's stack, and
 * what else of the program is written to meanwhile, by victims too.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { PAGES };

/* Pages of the program's own that one operation was seen to copy, at most. */
enum { OWN_PAGES = 4 };

struct fork_own {
	struct region region; /* first for the bench */
	size_t bytes;
};
_Static_assert(sizeof(struct fork_own) <= sizeof(((struct worker *)0)->local), "");

static int fork_enter(struct worker *w)
{
	struct fork_own *own = memset(w->local, 0, sizeof(*own));
	int64_t pages = w->params[PAGES].number;
	int err = region_init(&own->region, pages, w->failure, sizeof(w->failure));

	w->own = own;
	if (err)
		return err;
	own->bytes = (size_t)pages * REGION_PAGE_BYTES;
	region_write(own->region.pages, own->bytes);
	return 0;
}

/* The snapshot: dies with the thread that made it, should that be killed. */
static void fork_child(pid_t parent) __attribute__((noreturn));
static void fork_child(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (syscall(SYS_getppid) == parent)
		pause();
	_exit(0);
}

static void fork_operate(struct worker *w)
{
	const struct fork_own *own = w->own;
	pid_t parent = getpid();
	/* Not through libc, whose handlers write to pages of their own; and with no
	 * signal at its end, which would be taken for a worker's. */
	pid_t child = (pid_t)syscall(SYS_clone, 0L, NULL, NULL, NULL, NULL);

	if (child < 0) {
		worker_fail(w, "fork");
		return;
	}
	if (!child)
		fork_child(parent);
	region_write(own->region.pages, own->bytes);
	kill(child, SIGKILL);
	while (waitpid(child, NULL, __WALL) < 0)
		if (errno != EINTR) {
			worker_fail(w, "waitpid");
			return;
		}
}

static void fork_leave(struct worker *w)
{
	struct fork_own *own = w->own;

	region_fini(&own->region);
}

static void fork_expect(const struct expect_case *c, struct expectation *out)
{
	double pages = (double)c->params[PAGES].number;
	bool meet = expect_workers_meet(c);

	*out = (struct expectation){
		.kind = FLUSH_EITHER,
		.flushes_per_op_low = 1 + pages,
		/* Others' forks make pages read-only that were just copied. */
		.flushes_per_op_high =
			1 + (pages + OWN_PAGES) * (meet ? c->workers : 1),
	};
	/* Victims copy what they write to as well, once a fork. */
	expect_shootdowns(c, meet ? 0 : 0.9, out->flushes_per_op_low,
			  out->flushes_per_op_high + OWN_PAGES * c->victims, out);
	snprintf(out->why, sizeof(out->why),
		 "one full flush as fork write-protects everything, one of a page for "
		 "each page written to while the child lives, and a few for the "
		 "program's own pages");
}

static const struct param_desc fork_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages the parent writes to while the child lives",
		   .min = 1,
		   .max = 65536,
		   .def = "16"},
};

const struct workload_ops fork_ops = {
	.desc = {.name = "fork",
		 .title = "a snapshot by fork",
		 .summary =
			 "Forks a child, writes to pages while it lives, as a server "
			 "that saves itself does, and ends the child.",
		 .layout = REGION_LAYOUT,
		 .params = fork_params,
		 .n_params = sizeof(fork_params) / sizeof(fork_params[0])},
	.enter = fork_enter,
	.operate = fork_operate,
	.leave = fork_leave,
	.expect = fork_expect,
};
