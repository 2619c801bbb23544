/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_TRACES_TRACES_H
#define TLBLAB_SRC_TUI_TRACES_TRACES_H

#include <stdbool.h>

#include "tlblab/draw/theme.h"
#include "tlblab/lab/metric.h"
#include "tui/panels/about.h"

/*
 * What can be plotted: each trace has its place on the screen whether it can be
 * measured or not. It shows the first of its metrics that is there; when none is, the
 * reason of the sensor that would fill it.
 */
enum trace_id {
	TRACE_RUNTIME,
	TRACE_SHOOTDOWNS,
	TRACE_WALKS,
	TRACE_FLUSHES,
	TRACE_SLOWDOWN,
	TRACE_STALLS,
	TRACE_N
};

enum { TRACE_METRICS = 2, TRACE_BEHIND = 4 };

struct trace {
	enum trace_id id;
	const char *title;
	struct {
		enum metric metric;
		const char *title; /* NULL: the trace's */
		const char *words; /* unit and meaning, for the frame: "per second" */
		const char *unit;  /* for text_quantity */
	} choice[TRACE_METRICS];
	int n_choices;
	/* Drawn behind it, of its unit; the figures beside the plot tell them apart. */
	enum channel behind[TRACE_BEHIND];
	int n_behind;
	const char *sensor; /* as sensors are named; "" for the rig's own counters */
	enum role role;
	bool log;
	bool needs_victims;
	const char *work_title; /* of victims with work of their own; NULL: the same */
	struct about about;
};

extern const struct trace *const trace_table[TRACE_N];

extern const struct trace trace_runtime;
extern const struct trace trace_shootdowns;
extern const struct trace trace_walks;
extern const struct trace trace_flushes;
extern const struct trace trace_slowdown;
extern const struct trace trace_stalls;

#endif
