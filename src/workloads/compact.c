/* SPDX-License-Identifier: MIT */
/*
 * Memory compaction, asked for through /proc/sys/vm/compact_memory: the kernel moves
 * whatever pages it may, of whatever program, to make room for large ones. It does the
 * same unasked when a huge page is wanted and memory is in pieces.
 *
 * Every page moved is unmapped and flushed first, on the CPUs of the programs that map
 * it. How many there are is the machine's affair, and once it is compact there are few;
 * the worker keeps pages of its own in memory, so that it can be among those disturbed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

#define COMPACT_PATH "/proc/sys/vm/compact_memory"

enum { PAGES };

struct compact_own {
	struct region region;
	int fd;
};
_Static_assert(sizeof(struct compact_own) <= sizeof(((struct worker *)0)->local), "");

static int compact_available(char *why, size_t why_bytes)
{
	int fd = open(COMPACT_PATH, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		return close(fd);
	if (errno == ENOENT)
		snprintf(why, why_bytes,
			 "this kernel is built without memory compaction");
	else
		snprintf(why, why_bytes,
			 "only root may ask for compaction: %s cannot be written to "
			 "(%s)",
			 COMPACT_PATH, strerror(errno));
	return -EPERM;
}

static int compact_enter(struct worker *w)
{
	struct compact_own *own = memset(w->local, 0, sizeof(w->local));

	own->fd = open(COMPACT_PATH, O_WRONLY | O_CLOEXEC);
	if (own->fd < 0) {
		worker_fail(w, COMPACT_PATH);
		return w->failed;
	}
	int err = region_init(&own->region, w->params[PAGES].number, w->failure,
			      sizeof(w->failure));

	if (err) {
		close(own->fd);
		return err;
	}
	for (int64_t i = 0; i < own->region.n_pages; i++)
		*(volatile char *)(own->region.pages + i * REGION_PAGE_BYTES) = 1;
	w->own = own;
	return 0;
}

static void compact_operate(struct worker *w)
{
	const struct compact_own *own = w->own;

	if (pwrite(own->fd, "1", 1, 0) != 1)
		worker_fail(w, COMPACT_PATH);
}

static void compact_leave(struct worker *w)
{
	struct compact_own *own = w->own;

	close(own->fd);
	region_fini(&own->region);
}

static void compact_expect(const struct expect_case *c, struct expectation *out)
{
	(void)c;
	*out = (struct expectation){
		.kind = FLUSH_EITHER,
		.flushes_per_op_high = EXPECT_ANY_NUMBER,
		.shootdowns_per_op_high = EXPECT_ANY_NUMBER,
	};
	snprintf(out->why, sizeof(out->why),
		 "every page that is moved is flushed on the CPUs of whoever maps it: "
		 "as many as there happen to be in the way, on the whole machine");
}

static const struct param_desc compact_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "pages of each worker's own that compaction may move",
		   .min = 1,
		   .max = 1048576,
		   .def = "1024"},
};

const struct workload_ops compact_ops = {
	.desc = {.name = "compact",
		 .title = "memory compaction",
		 .summary = "Has the kernel compact all memory (root): it moves pages "
			    "of every program.",
		 .layout = REGION_LAYOUT,
		 .params = compact_params,
		 .n_params = sizeof(compact_params) / sizeof(compact_params[0])},
	.available = compact_available,
	.enter = compact_enter,
	.operate = compact_operate,
	.leave = compact_leave,
	.expect = compact_expect,
};
