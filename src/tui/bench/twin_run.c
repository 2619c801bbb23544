/* SPDX-License-Identifier: MIT */
#include "tui/bench/twin_run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tui/app/difference.h"

static void twin_end(struct twin **twin, struct app *a)
{
	a->twin.set = false;
	twin_free(*twin);
	*twin = NULL;
}

void twin_run_toggle(struct twin **twin, struct app *a, struct session *session)
{
	struct error error;
	char text[256];

	if (*twin) {
		twin_end(twin, a);
		app_say(a, "no simulation behind the plots any more");
		return;
	}
	if (twin_new(twin, session)) {
		error_set(&error, ERROR_MACHINE, ENOMEM, "the simulation",
			  "out of memory", "close other programs");
		app_say_error(a, &error);
		return;
	}
	snprintf(text, sizeof(text), "simulated behind the plots, with %s%s",
		 twin_view(*twin)->costs,
		 twin_view(*twin)->measured
			 ? ""
			 : "; tlblab run calibrate measures this machine's");
	app_say(a, text);
}

/* Over the same window as what is measured. */
static void twin_show(const struct twin_view *view, struct app *a,
		      const struct snapshot *snap)
{
	struct measured *m = &a->twin;
	double from_s = window_from_s(snap);

	m->experiment = *snap->experiment;
	m->series = view->series;
	m->shift_s = 0;
	m->worker_hist.total = 0;
	m->worker_latency = (struct latency_summary){.p50_ns = NAN,
						     .p90_ns = NAN,
						     .p99_ns = NAN,
						     .p999_ns = NAN,
						     .max_ns = NAN};
	snprintf(m->name, sizeof(m->name), "simulated, %s",
		 view->measured ? "this machine's costs" : "published costs");
	series_stats(view->series, from_s, m->stats);
	m->set = series_window(view->series, from_s, INFINITY, &m->window, NULL);
}

void twin_run_tick(struct twin **twin, struct app *a, struct session *session)
{
	const struct snapshot *snap = session_snapshot(session);
	const struct twin_view *view;

	if (!*twin || !snap->experiment)
		return;
	if (!twin_follow(*twin, snap))
		return;
	view = twin_view(*twin);
	if (view->error->code == ERROR_NONE) {
		twin_show(view, a, snap);
		return;
	}
	app_say_error(a, view->error);
	twin_end(twin, a);
}
