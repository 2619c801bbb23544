/* SPDX-License-Identifier: MIT */
/* What can be measured and set here, and what cannot and why. */
#include "tui/pages/pages.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { LABEL_W = 18 };

static void count_text(const struct sample *w, enum channel c, const char *what,
		       char *buf, size_t buf_bytes)
{
	struct reading r = sample_get(w, c);

	if (reading_present(r))
		text_append(buf, buf_bytes, "%s%.0f %s", *buf ? ", " : "", r.value,
			    what);
}

/* What a sensor of the machine's own business has seen since the last change; those of
 * the plots have their plots. */
static void seen_text(const struct view *v, const char *sensor, char *buf,
		      size_t buf_bytes)
{
	const struct sample *w = &v->snap->window;
	struct reading stolen = sample_get(w, CH_STEAL_NS);
	struct reading cpus = sample_get(w, CH_CPUS_NS);
	struct reading hz = sample_get(w, CH_FREQUENCY_HZ);
	struct reading background = sample_get(w, CH_SHOOTDOWNS_BACKGROUND);
	char text[32];

	buf[0] = '\0';
	if (w->elapsed_s <= 0)
		return;
	if (strcmp(sensor, "steal") == 0 && reading_present(stolen) &&
	    reading_present(cpus) && cpus.value > 0)
		text_append(buf, buf_bytes, "%.1f %% of the CPUs in use",
			    100 * stolen.value / cpus.value);
	if (strcmp(sensor, "sched") == 0) {
		count_text(w, CH_MIGRATIONS, "migrations", buf, buf_bytes);
		count_text(w, CH_INVOLUNTARY_SWITCHES, "forced switches", buf,
			   buf_bytes);
	}
	if (strcmp(sensor, "frequency") == 0 && reading_present(hz))
		text_append(buf, buf_bytes, "%s at the lowest",
			    text_quantity(text, sizeof(text), hz.value, "Hz"));
	if (strcmp(sensor, "throttle") == 0)
		count_text(w, CH_THROTTLES, "times slowed for heat", buf, buf_bytes);
	if (strcmp(sensor, "interrupts") == 0 && reading_present(background))
		text_append(buf, buf_bytes,
			    "other programs' %s taken off, as measured before the run",
			    text_quantity(text, sizeof(text),
					  background.value / w->elapsed_s, "/s"));
}

static void availability_draw(struct scroller *s, const char *name, const char *summary,
			      const struct availability *a)
{
	bool there = a && a->available;
	char label[64];

	snprintf(label, sizeof(label), "%s %s", there ? "✓" : "–", name);
	scroller_pair(s, there ? ROLE_OK : ROLE_DIM, label, LABEL_W, ROLE_NORMAL,
		      summary);
	if (there && *a->source)
		scroller_text(s, ROLE_DIM, LABEL_W, a->source);
	if (!there)
		scroller_text(s, ROLE_WARNING, LABEL_W,
			      a && *a->reason ? a->reason : "not here");
}

static void ceiling_draw(struct scroller *s, const struct view *v)
{
	const struct snapshot *snap = v->snap;
	char text[160];

	if (snap->view.ceiling_pages >= 0)
		snprintf(text, sizeof(text),
			 "%lld pages in force (%lld before tlblab): flushes of more "
			 "pages drop the whole TLB",
			 (long long)snap->view.ceiling_pages,
			 (long long)snap->view.ceiling_original);
	else
		snprintf(text, sizeof(text),
			 "unknown here; Linux starts with 33 pages");
	availability_draw(s, "ceiling", text, snap->view.ceiling);
	scroller_gap(s);
}

/* 0 is unknown, and then not spoken of. */
static void count_append(char *buf, size_t buf_bytes, int n, const char *what)
{
	if (n > 0)
		text_append(buf, buf_bytes, ", %d %s%s", n, what, n == 1 ? "" : "s");
}

static void topology_draw(struct scroller *s, const struct machine *m)
{
	const struct topology *t = &m->topology;
	char text[256];

	scroller_pair(s, ROLE_TITLE, "machine", LABEL_W, ROLE_NORMAL,
		      machine_line(m, text, sizeof(text)));
	snprintf(text, sizeof(text), "%d of %d CPUs online may be used", t->n_allowed,
		 t->n_online);
	count_append(text, sizeof(text), t->n_cores, "core");
	count_append(text, sizeof(text), t->n_packages, "package");
	count_append(text, sizeof(text), t->n_nodes, "node");
	scroller_pair(s, ROLE_TITLE, "topology", LABEL_W, ROLE_NORMAL, text);
	scroller_gap(s);
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	const struct rect r = l->page;
	struct rect in = rect_inner(r);
	struct scroller s;

	canvas_box(c, r, ROLE_BORDER);
	frame_title(c, r, "What can be measured and set here", "", "");
	in.x += 2;
	in.w -= 4;
	scroller_begin(&s, c, in, v->app->scroll);
	if (v->app->machine)
		topology_draw(&s, v->app->machine);
	ceiling_draw(&s, v);
	for (int i = 0; i < v->snap->view.n_sensors; i++) {
		const struct session_sensor *sensor = &v->snap->view.sensors[i];

		char seen[128], text[160] = "";

		availability_draw(&s, sensor->name, sensor->summary,
				  sensor->availability);
		seen_text(v, sensor->name, seen, sizeof(seen));
		if (*seen)
			text_append(text, sizeof(text), "since the last change: %s",
				    seen);
		if (*text)
			scroller_text(&s, ROLE_ACCENT, LABEL_W, text);
		scroller_gap(&s);
	}
	return scroller_end(&s);
}

static const char *const about_sensors_checks[] = {"ceiling", "steal", NULL};

static const struct about about_sensors = {
	.name = "What can be measured and set here",
	.unit = "available, or not and why",
	.counts = "Each source of numbers, where it reads them, and whether it "
		  "works here.",
	.counts_not = "Whether what it counts is right in a virtual machine: that is "
		      "tried where it can be tried, and said.",
	.comes_from = "One attempt at the start to open each of them; d (doctor) "
		      "tells what would help with those that are missing.",
	.misleads = "Absent is not zero: what cannot be measured is left out of "
		    "every plot, file and comparison.",
	.checks = about_sensors_checks,
};

static const struct about *const abouts[] = {&about_sensors, NULL};

const struct page_desc page_sensors = {
	.name = "sensors",
	.context = CONTEXT_PAGE,
	.draw = page_draw,
	.abouts = abouts,
};
