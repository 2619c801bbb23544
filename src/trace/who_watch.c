/* SPDX-License-Identifier: MIT */
#include "tlblab/trace/who_watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/file.h"

enum { NAMES_AT_ONCE = 64 };

struct who_watch {
	const char *root;
	struct kernel_symbols *symbols; /* NULL: hidden */
	struct flush_source *source;
	struct who *who;
	uint64_t interval_ns; /* when the present one began */
};

int who_watch_open(struct who_watch **out, const struct who_watch_options *options,
		   struct error *error)
{
	struct who_watch *w = calloc(1, sizeof(*w));
	int err = w ? 0 : -ENOMEM;

	if (w) {
		w->root = options->root ? options->root : "";
		kernel_symbols_load(&w->symbols, w->root);
		w->who = who_new(options->n_cpus);
		err = w->who ? 0 : -ENOMEM;
	}
	if (err) {
		error_set(error, ERROR_MACHINE, ENOMEM, "watching the machine",
			  "out of memory", "close other programs");
	} else {
		const struct flush_source_options source = {
			.root = w->root,
			.perf = options->perf,
			.cpus = options->cpus,
			.symbols = w->symbols,
			.user_stacks = options->user_stacks,
			.whole = options->whole,
		};

		err = flush_source_open(&w->source, &source, error);
	}
	if (err) {
		who_watch_close(w);
		return err;
	}
	w->interval_ns = clock_now_ns();
	*out = w;
	return 0;
}

void who_watch_close(struct who_watch *w)
{
	if (!w)
		return;
	flush_source_close(w->source);
	kernel_symbols_free(w->symbols);
	who_free(w->who);
	free(w);
}

static void take_event(void *self, const struct flush_event *event)
{
	struct who_watch *w = self;

	who_add(w->who, event, flush_source_stacks(w->source));
}

static void take_task(void *self, const struct flush_task *task)
{
	who_task(((struct who_watch *)self)->who, task);
}

static void take_gap(void *self)
{
	who_gap(((struct who_watch *)self)->who);
}

static void look_up_names(struct who_watch *w)
{
	int tids[NAMES_AT_ONCE], n = who_nameless(w->who, tids, NAMES_AT_ONCE);

	for (int i = 0; i < n; i++) {
		char path[64], comm[32];

		snprintf(path, sizeof(path), "/proc/%d/comm", tids[i]);
		if (tids[i] == 0)
			who_name(w->who, 0, "idle");
		else if (!file_read_text(w->root, path, comm, sizeof(comm)))
			who_name(w->who, tids[i], comm);
		else
			who_name(w->who, tids[i], "?");
	}
}

int who_watch_tick(struct who_watch *w)
{
	const struct flush_sink sink = {take_event, take_task, take_gap, w};
	int wait_ms = flush_source_tick(w->source, &sink);

	look_up_names(w);
	return wait_ms;
}

void who_watch_slice(struct who_watch *w)
{
	const struct flush_sink sink = {take_event, take_task, take_gap, w};

	flush_source_slice(w->source, &sink);
	look_up_names(w);
}

void who_watch_interval(struct who_watch *w)
{
	uint64_t now_ns = clock_now_ns();

	who_interval(w->who, (double)(now_ns - w->interval_ns) * 1e-9);
	w->interval_ns = now_ns;
}

const struct who *who_watch_who(const struct who_watch *w)
{
	return w->who;
}

const struct flush_source *who_watch_source(const struct who_watch *w)
{
	return w->source;
}

const struct kernel_symbols *who_watch_symbols(const struct who_watch *w)
{
	return w->symbols;
}
