/* SPDX-License-Identifier: MIT */
/*
 * Taking write access away and giving it back, as garbage collectors and
 * copy-on-write snapshots in user space do.
 *
 * One operation makes the pages read-only, then writable again, and writes to them.
 * Taking the right away needs a flush. Giving it back always flushes before 5.19. Since
 * then the kernel may leave a flush out that only adds rights (pte_flags_need_flush in
 * arch/x86/include/asm/tlbflush.h), and since 6.2 it makes clean exclusive pages
 * writable at once (mm/mprotect.c, can_change_pte_writable); where it leaves that to a
 * error, the first write of each page takes one, which on x86 flushes nothing. So an
 * operation makes one or two flushes, as the kernel is; both were seen.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { PAGES };

struct mprotect_own {
	struct region region; /* first for the bench */
	size_t bytes;
};
_Static_assert(sizeof(struct mprotect_own) <= sizeof(((struct worker *)0)->local), "");

static int mprotect_enter(struct worker *w)
{
	struct mprotect_own *own = memset(w->local, 0, sizeof(*own));
	int64_t pages = w->params[PAGES].number;
	int err = region_init(&own->region, pages, w->failure, sizeof(w->failure));

	w->own = own;
	if (err)
		return err;
	own->bytes = (size_t)pages * REGION_PAGE_BYTES;
	region_write(own->region.pages, own->bytes);
	return 0;
}

static void mprotect_operate(struct worker *w)
{
	const struct mprotect_own *own = w->own;

	if (mprotect(own->region.pages, own->bytes, PROT_READ) ||
	    mprotect(own->region.pages, own->bytes, PROT_READ | PROT_WRITE)) {
		worker_fail(w, "mprotect");
		return;
	}
	region_write(own->region.pages, own->bytes);
}

static void mprotect_leave(struct worker *w)
{
	struct mprotect_own *own = w->own;

	region_fini(&own->region);
}

static void mprotect_expect(const struct expect_case *c, struct expectation *out)
{
	/* It holds mmap_lock for writing until its flush is done. */
	expect_one_flush(c, c->params[PAGES].number, ZAP_IN_TURN, out);
	out->flushes_per_op_high *= 2;
	out->shootdowns_per_op_high *= 2;
	snprintf(out->why, sizeof(out->why),
		 "one flush to take the right to write away, and one to give it back: "
		 "always before Linux 5.19, later where the kernel cannot skip it");
}

static const struct param_desc mprotect_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many neighbouring pages lose and regain write access",
		   .min = 1,
		   .max = 65536,
		   .def = "1"},
};

const struct workload_ops mprotect_ops = {
	.desc = {.name = "mprotect",
		 .title = "read-only and back",
		 .summary = "Makes pages read-only with mprotect, writable again, and "
			    "writes to them.",
		 .layout = REGION_LAYOUT,
		 .params = mprotect_params,
		 .n_params = sizeof(mprotect_params) / sizeof(mprotect_params[0])},
	.enter = mprotect_enter,
	.operate = mprotect_operate,
	.leave = mprotect_leave,
	.expect = mprotect_expect,
};
