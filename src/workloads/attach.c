/* SPDX-License-Identifier: MIT */
/*
 * Any running process as the workload: nothing is done to it, it is only watched, and
 * an operation is so much of what it does by itself: CPU time, page faults, or waits.
 * The worker sleeps between looks; it shares neither memory nor flushes with the
 * process.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/clock.h"
#include "tlblab/workloads/watch.h"
#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"

enum { PID, COUNTER, EVERY };
enum counter { CPU_MS, MINOR_FAULTS, SWITCHES };
/* Looking takes no more than a tenth of a CPU, however many threads there are. */
enum { LOOK_US = 10000, LOOK_SHARE = 9 };

static const unsigned int attach_wanted[] = {
	[CPU_MS] = WATCH_COUNTERS,
	[MINOR_FAULTS] = WATCH_COUNTERS,
	[SWITCHES] = WATCH_COUNTERS | WATCH_SWITCHES,
};

struct attach_own {
	struct watch watch;
	uint64_t look_ns; /* what the last one took */
	uint64_t done;	  /* of the counter, in operations already told */
};

static int attach_available(char *why, size_t why_bytes)
{
	if (!access("/proc/self/task", R_OK))
		return 0;
	snprintf(why, why_bytes, "/proc is not mounted: no process can be watched");
	return -ENOTSUP;
}

static int attach_check(const struct experiment *e, const struct param_value *params,
			struct error *error)
{
	struct family_says says;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%lld/task", (long long)params[PID].number);
	if (!family_read((pid_t)params[PID].number, false, &says) &&
	    family_has_ended(&says))
		return error_setf(error, ERROR_INPUT, ESRCH, "pid",
				  "name a process that still runs (--attach PID)",
				  "process %lld has ended; its parent has not waited "
				  "for it",
				  (long long)params[PID].number);
	if (!access(path, R_OK))
		return e->threads == 1
			       ? 0
			       : error_set(error, ERROR_INPUT, EINVAL, "threads",
					   "one worker watches a process",
					   "set threads=1; its own are found");
	return error_setf(error, ERROR_INPUT, ESRCH, "pid",
			  "name a running process that you may watch (--attach PID)",
			  "there is no process %lld, or it is not shown to you",
			  (long long)params[PID].number);
}

static uint64_t attach_counter(const struct worker *w, const struct watch *watch)
{
	switch ((enum counter)w->params[COUNTER].number) {
	case CPU_MS: return watch->cpu_ms;
	case MINOR_FAULTS: return watch->minor_faults;
	case SWITCHES: break;
	}
	return watch->switches;
}

static int attach_enter(struct worker *w)
{
	struct attach_own *own = calloc(1, sizeof(*own));
	int err = own ? watch_begin(&own->watch, (pid_t)w->params[PID].number,
				    attach_wanted[w->params[COUNTER].number])
		      : -ENOMEM;

	if (err) {
		free(own);
		return err;
	}
	own->done = attach_counter(w, &own->watch);
	w->own = own;
	watch_publish(&own->watch, w);
	return 0;
}

static int attach_look(struct attach_own *own)
{
	uint64_t pause_us = own->look_ns * LOOK_SHARE / 1000;

	usleep((useconds_t)(pause_us > LOOK_US ? pause_us : LOOK_US));
	uint64_t begin_ns = clock_now_ns();
	int err = watch_look(&own->watch);

	own->look_ns = clock_now_ns() - begin_ns;
	return err;
}

/* What it did since it was last looked at is told one operation at a time. */
static void attach_operate(struct worker *w)
{
	struct attach_own *own = w->own;
	uint64_t every = (uint64_t)w->params[EVERY].number;

	while (attach_counter(w, &own->watch) < own->done + every) {
		if (worker_must_stop(w))
			return;
		if (attach_look(own)) {
			snprintf(w->failure, sizeof(w->failure),
				 "the process that was watched has ended");
			w->failed = -ESRCH;
			return;
		}
		watch_publish(&own->watch, w);
	}
	own->done += every;
}

static void attach_leave(struct worker *w)
{
	struct attach_own *own = w->own;

	watch_end(&own->watch);
	free(own);
}

static void attach_expect(const struct expect_case *c, struct expectation *out)
{
	(void)c;
	*out = (struct expectation){
		.kind = FLUSH_EITHER,
		.flushes_per_op_high = EXPECT_ANY_NUMBER,
		.shootdowns_per_op_high = EXPECT_ANY_NUMBER,
	};
	snprintf(out->why, sizeof(out->why),
		 "what a program of yours flushes is what you want to know: nothing is "
		 "expected of it");
}

static const char *const attach_counters[] = {
	[CPU_MS] = "cpu_ms",
	[MINOR_FAULTS] = "minor_faults",
	[SWITCHES] = "switches",
	NULL,
};

static const struct param_desc attach_params[] = {
	[PID] = {.key = "pid",
		 .kind = PARAM_INT,
		 .unit = "",
		 .help = "the process to watch",
		 .min = 1,
		 .max = 4194304,
		 .def = "1",
		 .step = 2},
	[COUNTER] = {.key = "counter",
		     .kind = PARAM_CHOICE,
		     .unit = "",
		     .help = "what an operation is made of: CPU time in ms, page "
			     "faults, or times it went to sleep",
		     .choices = attach_counters,
		     .def = "cpu_ms"},
	[EVERY] = {.key = "every",
		   .kind = PARAM_INT,
		   .unit = "",
		   .help = "how much of it is one operation",
		   .min = 1,
		   .max = 1000000000,
		   .def = "10"},
};

const struct workload_ops attach_ops = {
	.desc = {.name = "attach",
		 .title = "a running process",
		 .summary =
			 "Watches a process: an operation is so much CPU time, or so "
			 "many page faults, of its own.",
		 .params = attach_params,
		 .n_params = sizeof(attach_params) / sizeof(attach_params[0]),
		 .program = true,
		 .extras = watch_extras,
		 .n_extras = WATCH_EXTRAS},
	.available = attach_available,
	.check = attach_check,
	.enter = attach_enter,
	.operate = attach_operate,
	.leave = attach_leave,
	.expect = attach_expect,
};
