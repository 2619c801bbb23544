/* SPDX-License-Identifier: MIT */
/*
 * tlb:tlb_flush names the reason and the pages; include/trace/events/tlb.h. A local
 * flush of 0 pages found its CPU up to date and is none.
 *
 * Since Linux 6.6 csd:csd_queue_cpu, csd_function_entry and _exit follow each request
 * from the sender to its receiver and back (include/trace/events/csd.h), told apart by
 * the function that the receiver runs: flush_tlb_func for user addresses,
 * do_kernel_range_flush and do_flush_tlb_all for the kernel's (arch/x86/mm/tlb.c). The
 * latter make no tlb_flush event. Where there are none of these, probes on
 * flush_tlb_mm_range and flush_tlb_kernel_range tell when a flush begins and ends, but
 * not who was asked.
 */
#include "trace/flush_kinds.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

#define KPROBE_TYPE "/sys/bus/event_source/devices/kprobe/type"

static struct flush_kind *add_kind(struct flush_kinds *k, enum flush_step step,
				   const struct tracepoint *point, bool stack)
{
	struct flush_kind *kind = &k->kind[k->n];

	*kind = (struct flush_kind){.step = step};
	if (point)
		kind->point = *point;
	k->event[k->n++] = (struct trace_event){
		.type = PERF_TYPE_TRACEPOINT,
		.config = kind->point.id,
		.kernel_stack = stack,
	};
	return kind;
}

static void add_flushes(struct flush_kinds *k, const struct tracepoint *point)
{
	static const struct {
		enum flush_step step;
		const char *filter;
		bool stack;
	} steps[] = {
		{FLUSH_STEP_SENT, "reason == 4", true},
		{FLUSH_STEP_LOCAL,
		 "pages != 0 && (reason == 2 || reason == 3 || reason == 5)", true},
		{FLUSH_STEP_RECEIVED, "reason == 1 && pages != 0", false},
		{FLUSH_STEP_SWITCH, "reason == 0 && pages != 0", false},
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct flush_kind *kind =
			add_kind(k, steps[i].step, point, steps[i].stack);

		text_copy(kind->filter, sizeof(kind->filter), steps[i].filter);
	}
}

static void set_absent(struct availability *a, const char *reason)
{
	a->available = false;
	text_copy(a->reason, sizeof(a->reason), reason);
}

static void set_source(struct availability *a, const char *source)
{
	a->available = true;
	text_copy(a->source, sizeof(a->source), source);
}

/* "func == 0x… || func == 0x…" of those functions that the kernel has; "" for none. */
static void function_filter(char *filter, size_t bytes, const char *const *names, int n,
			    const struct kernel_symbols *symbols)
{
	filter[0] = '\0';
	for (int i = 0; i < n; i++) {
		uint64_t address = kernel_symbols_address(symbols, names[i]);

		if (address)
			text_append(filter, bytes, "%sfunc == 0x%llx",
				    *filter ? " || " : "", (unsigned long long)address);
	}
}

static void add_request(struct flush_kinds *k, enum flush_step step,
			const struct tracepoint *point, const char *filter,
			bool kernel_range)
{
	struct flush_kind *kind;

	if (!*filter || k->n == TRACE_EVENTS)
		return;
	kind = add_kind(k, step, point, kernel_range && step == FLUSH_STEP_QUEUED);
	kind->kernel_range = kernel_range;
	text_copy(kind->filter, sizeof(kind->filter), filter);
}

static void add_requests(struct flush_kinds *k, const struct flush_source_options *o,
			 const struct tracepoint point[3])
{
	static const char *const user[] = {"flush_tlb_func"};
	static const char *const kernel[] = {"do_kernel_range_flush",
					     "do_flush_tlb_all"};
	static const enum flush_step steps[] = {FLUSH_STEP_QUEUED, FLUSH_STEP_ENTERED,
						FLUSH_STEP_LEFT};
	char user_filter[160], kernel_filter[160];

	function_filter(user_filter, sizeof(user_filter), user, 1, o->symbols);
	function_filter(kernel_filter, sizeof(kernel_filter), kernel, 2, o->symbols);
	for (int i = 0; i < 3; i++) {
		add_request(k, steps[i], &point[i], user_filter, false);
		add_request(k, steps[i], &point[i], kernel_filter, true);
	}
	if (*user_filter) {
		set_source(&k->requests, "csd:csd_queue_cpu of flush_tlb_func");
		set_source(&k->durations, "csd:csd_queue_cpu to csd_function_exit");
	}
	if (*kernel_filter)
		set_source(&k->kernel_ranges,
			   "csd:csd_queue_cpu of do_kernel_range_flush");
}

/* Asks the process that opens the events, which may see a tracefs that this one does
 * not; else looks where tracefs is mounted. */
static int find_point(const struct flush_source_options *o, const char *event,
		      const char *const *fields, int n, struct tracepoint *out)
{
	char which[96], text[4096];

	snprintf(which, sizeof(which), "events/%s/format", event);
	if (o->perf && o->perf->read_tracepoint &&
	    !o->perf->read_tracepoint(o->perf->self, which, text, sizeof(text)))
		return tracepoint_parse(text, fields, n, out);
	return tracepoint_find(o->root, event, fields, n, out);
}

/* false: this kernel has not all three. */
static bool find_requests(const struct flush_source_options *o,
			  struct tracepoint point[3])
{
	static const char *const queue_fields[] = {"cpu", "func", "csd"};
	static const char *const run_fields[] = {"func", "func", "csd"};

	return !find_point(o, "csd/csd_queue_cpu", queue_fields, 3, &point[0]) &&
	       !find_point(o, "csd/csd_function_entry", run_fields, 3, &point[1]) &&
	       !find_point(o, "csd/csd_function_exit", run_fields, 3, &point[2]);
}

static void add_probe(struct flush_kinds *k, long type, enum flush_step step,
		      const char *function)
{
	bool kernel_range = step == FLUSH_STEP_SENT;
	struct flush_kind *kind = add_kind(k, step, NULL, kernel_range);
	struct trace_event *event = &k->event[k->n - 1];

	kind->kernel_range = kernel_range;
	event->type = (uint32_t)type;
	event->config = step == FLUSH_STEP_ENDED; /* a return probe */
	event->config1 = (uint64_t)(uintptr_t)function;
}

static void add_probes(struct flush_kinds *k, const struct flush_source_options *o)
{
	long type;

	if (file_read_long(o->root, KPROBE_TYPE, &type)) {
		static const char absent[] =
			"this kernel has neither csd trace events (Linux 6.6 and "
			"later) nor kprobes (CONFIG_KPROBE_EVENTS)";

		set_absent(&k->requests, absent);
		set_absent(&k->durations, absent);
		set_absent(&k->kernel_ranges, absent);
		return;
	}
	add_probe(k, type, FLUSH_STEP_BEGUN, "flush_tlb_mm_range");
	add_probe(k, type, FLUSH_STEP_ENDED, "flush_tlb_mm_range");
	add_probe(k, type, FLUSH_STEP_SENT, "flush_tlb_kernel_range");
	set_source(&k->durations, "probes on flush_tlb_mm_range, entry to return");
	set_source(&k->kernel_ranges, "a probe on flush_tlb_kernel_range");
	set_absent(&k->requests,
		   "this kernel has no csd trace events (Linux 6.6 and later): who was "
		   "asked is told by who answered");
}

static int refuse(struct error *error, int err)
{
	if (err == -EACCES || err == -EPERM || geteuid() != 0)
		return error_set(error, ERROR_MACHINE, -err, "tracing the machine",
				 "only root may read the kernel's trace events",
				 "run it with sudo");
	return error_set(error, ERROR_MACHINE, -err, "tracing the machine",
			 "this kernel shows no tlb:tlb_flush event",
			 "as root: mount -t tracefs none /sys/kernel/tracing");
}

int flush_kinds_find(struct flush_kinds *k, const struct flush_source_options *options,
		     struct error *error)
{
	static const char *const fields[] = {"reason", "pages"};
	struct tracepoint flush, request[3];
	int err = find_point(options, "tlb/tlb_flush", fields, 2, &flush);

	memset(k, 0, sizeof(*k));
	if (err)
		return refuse(error, err);
	add_flushes(k, &flush);
	if (find_requests(options, request))
		add_requests(k, options, request);
	else
		add_probes(k, options);
	if (!k->kernel_ranges.available && !*k->kernel_ranges.reason)
		set_absent(&k->kernel_ranges,
			   "kernel symbols are hidden: set kernel.kptr_restrict=0, or "
			   "run with sudo");
	if (!k->requests.available && !*k->requests.reason) {
		k->requests = k->kernel_ranges;
		k->durations = k->kernel_ranges;
	}
	for (int i = 0; i < k->n; i++) {
		k->event[i].filter = *k->kind[i].filter ? k->kind[i].filter : NULL;
		k->event[i].user_stack =
			options->user_stacks && k->event[i].kernel_stack;
	}
	return 0;
}

void flush_kinds_decode(const struct flush_kinds *k, int event,
			const struct trace_record *record, struct flush_event *out)
{
	const struct flush_kind *kind = &k->kind[event];
	const struct tracepoint_field *field = kind->point.field;
	int64_t value;

	out->step = kind->step;
	out->kernel_range = kind->kernel_range;
	out->pages = 0;
	out->target_cpu = -1;
	out->request = 0;
	switch (kind->step) {
	case FLUSH_STEP_QUEUED:
	case FLUSH_STEP_ENTERED:
	case FLUSH_STEP_LEFT:
		tracepoint_value(&field[2], record->raw, record->raw_bytes, &value);
		out->request = (uint64_t)value;
		tracepoint_value(&field[0], record->raw, record->raw_bytes, &value);
		out->target_cpu =
			kind->step == FLUSH_STEP_QUEUED ? (int)value : record->cpu;
		break;
	default:
		tracepoint_value(&field[1], record->raw, record->raw_bytes,
				 &out->pages);
		break;
	}
}
