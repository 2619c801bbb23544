/* SPDX-License-Identifier: MIT */
/*
 * The machine view: its topology as boxes, workers and victims on their CPUs, what each
 * CPU receives as a height, the TLBs beside it. As much detail as fits; when nothing
 * does, the map scrolls with the cursor.
 */
#include "tui/app/app_map.h"
#include "tui/pages/pages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/series.h"
#include "tlblab/machine/placement.h"

enum { FOOT_ROWS = 3 };

/* Who is on which CPU, or would be: workers, then victims. */
struct map_slots {
	const int *cpus;
	int n_workers, n_victims;
	bool planned;
	const struct cpumask *program; /* in the workers' place; NULL: none */
};

struct map_drawing {
	struct canvas *c;
	const struct view *v;
	const struct cpu_map *map;
	enum map_detail detail;
	int x, y; /* where the map's (0, 0) stands */
	struct map_slots slots;
	struct cpumask workers, victims, picked;
	double top_rate;
};

struct rect page_machine_map(struct rect page)
{
	int side_w = page.w < 110 ? 32 : page.w < 170 ? 44 : 54;
	struct rect r = rect_inner(page);

	r.x++;
	r.w = page.w - side_w - 3;
	r.h -= FOOT_ROWS;
	return r;
}

/* Does what runs have CPUs of its own, which only share their numbers with these? */
static bool is_simulated(const struct snapshot *s)
{
	return s->experiment && !strcmp(s->experiment->backend, "sim");
}

/* NaN where it was not counted. */
static double cpu_rate(const struct snapshot *s, int id)
{
	if (is_simulated(s) || !s->cpu_shootdowns || id >= s->n_cpus ||
	    !(s->window.elapsed_s > 0) || s->cpu_shootdowns[id] == SERIES_CPU_ABSENT)
		return NAN;
	return (double)s->cpu_shootdowns[id] / s->window.elapsed_s;
}

/* While nothing runs, or what runs is not what was set, it is the plan that matters. */
static struct map_slots slots_of(const struct view *v)
{
	const struct snapshot *s = v->snap;
	const struct app_plan *p = &v->app->plan;

	if (p->known && (v->app->draft_waits || !s->view.cpus || !s->view.n_workers))
		return (struct map_slots){p->cpus, p->n_workers, p->n_victims, true};
	if (!s->view.cpus || is_simulated(s))
		return (struct map_slots){.n_workers = 0};
	return (struct map_slots){s->view.cpus, s->view.n_workers, s->view.n_victims,
				  false, s->view.program_cpus};
}

static void drawing_init(struct map_drawing *d, struct canvas *c, const struct view *v)
{
	const struct snapshot *s = v->snap;

	*d = (struct map_drawing){
		.c = c, .v = v, .map = &v->app->map, .slots = slots_of(v)};
	for (int i = 0; i < d->slots.n_workers + d->slots.n_victims; i++)
		cpumask_set(i < d->slots.n_workers ? &d->workers : &d->victims,
			    d->slots.cpus[i]);
	if (d->slots.program)
		d->workers = *d->slots.program;
	for (int i = 0; i < v->app->n_picks; i++)
		cpumask_set(&d->picked, v->app->picks[i]);
	for (int i = 0; i < d->map->n; i++)
		d->top_rate =
			fmax(d->top_rate, cpu_rate(s, d->map->topology->cpus[i].id));
}

static const struct cpu *place_cpu(const struct cpu_map *m, int place)
{
	return &m->topology->cpus[m->places[place].cpu];
}

/* Offline, not allowed, a worker's, a victim's, nobody's: a letter and a role. */
static char cpu_letter(const struct map_drawing *d, const struct cpu *c,
		       enum role *role)
{
	*role = ROLE_DIM;
	if (!c->online)
		return '-';
	if (cpumask_has(&d->workers, c->id)) {
		*role = ROLE_INITIATOR;
		return 'w';
	}
	if (cpumask_has(&d->victims, c->id)) {
		*role = ROLE_VICTIM;
		return 'v';
	}
	return c->allowed ? ' ' : 'x';
}

static void heat_draw(const struct map_drawing *d, const struct cpu *c, int x, int y,
		      enum role role)
{
	double rate = cpu_rate(d->v->snap, c->id);
	int level = rate > 0 ? (int)ceil(rate / d->top_rate * 8) : 0;

	if (level > 0)
		canvas_put(d->c, x, y, role == ROLE_DIM ? ROLE_NORMAL : role,
			   glyphs_level_code(d->c->glyphs, level));
	else
		canvas_put(d->c, x, y, ROLE_DIM, c->online ? 0x00B7 : '-');
}

static void dense_draw(const struct map_drawing *d, const struct cpu *c, int x, int y)
{
	enum role role;
	char letter = cpu_letter(d, c, &role);

	if (letter == ' ' || cpu_rate(d->v->snap, c->id) > 0)
		heat_draw(d, c, x, y, role);
	else
		canvas_put(d->c, x, y, role, (uint32_t)letter);
}

static void core_box_draw(const struct map_drawing *d, int place, int x, int y)
{
	const struct cpu_map *m = d->map;
	int siblings = 1;

	while (place + siblings < m->n && m->places[place + siblings].smt == siblings)
		siblings++;
	canvas_box(d->c,
		   (struct rect){x - 1, y - 1,
				 cpu_map_core_columns(MAP_BOXES, siblings) + 1, 3},
		   ROLE_BORDER);
}

static void place_draw(void *self, int place, int x, int y, bool row_starts)
{
	const struct map_drawing *d = self;
	const struct cpu *c = place_cpu(d->map, place);
	int w = cpu_map_cpu_columns(d->detail);
	enum role role;
	char letter = cpu_letter(d, c, &role);

	x += d->x;
	y += d->y;
	if (row_starts)
		canvas_textf(d->c, x - 4, y, 4, ROLE_DIM, "%3d", c->id);
	if (d->detail == MAP_BOXES) {
		if (d->map->places[place].smt == 0)
			core_box_draw(d, place, x, y);
		canvas_textf(d->c, x, y, 4, role == ROLE_DIM ? ROLE_NORMAL : role,
			     "%3d", c->id);
		heat_draw(d, c, x + 3, y, role);
		canvas_put(d->c, x + 4, y, role, (uint32_t)letter);
	} else if (d->detail == MAP_PAIRS) {
		heat_draw(d, c, x, y, role);
		canvas_put(d->c, x + 1, y, role, (uint32_t)letter);
	} else {
		dense_draw(d, c, x, y);
	}
	if (cpumask_has(&d->picked, c->id)) {
		if (d->detail == MAP_BOXES)
			canvas_put(d->c, x + 5, y, ROLE_KEY, '+');
		else
			canvas_put(d->c, x, y, ROLE_KEY, '+');
	}
	if (place == d->v->app->map_cursor)
		canvas_paint(d->c, (struct rect){x, y, w == 6 ? 5 : w, 1},
			     ROLE_SELECTED);
}

static void box_draw(void *self, struct rect r, int group, int n_groups)
{
	const struct map_drawing *d = self;
	const struct map_group *g = &d->map->groups[group];
	bool alone = (group == 0 || d->map->groups[group - 1].package != g->package) &&
		     (group + 1 == d->map->n_groups ||
		      d->map->groups[group + 1].package != g->package);
	char title[96] = "";

	r.x += d->x;
	r.y += d->y;
	canvas_box(d->c, r, ROLE_BORDER);
	if (!g->online)
		text_copy(title, sizeof(title), "offline");
	else if (n_groups > 1 || alone)
		text_append(title, sizeof(title),
			    g->package < 0 ? "package ?" : "package %d", g->package);
	if (g->online && n_groups == 1 && g->node >= 0)
		text_append(title, sizeof(title), "%snode %d", *title ? ", " : "",
			    g->node);
	if (g->online && n_groups == 1 && *panel_core_kind_words(g->kind))
		text_append(title, sizeof(title), "%s%s", *title ? ", " : "",
			    panel_core_kind_words(g->kind));
	if (!*title)
		text_copy(title, sizeof(title), "node ?");
	frame_title(d->c, r, title, "", "");
}

static void cursor_find(void *self, int place, int x, int y, bool row_starts)
{
	struct map_drawing *d = self;

	(void)x;
	(void)row_starts;
	if (place == d->v->app->map_cursor)
		d->y = y;
}

/* The map, scrolled so far that the cursor's row is in sight. */
static void map_draw(struct map_drawing *d, struct rect r)
{
	struct map_visitor find = {.place = cursor_find, .self = d};
	struct map_visitor draw = {box_draw, place_draw, d};
	struct rect old = canvas_clip(d->c, r);

	d->detail = cpu_map_detail(d->map, r.w, r.h);
	d->y = 0;
	int height = cpu_map_walk(d->map, r.w, d->detail, &find);
	int first = d->y - r.h / 2, last = height - r.h;

	first = first > last ? last : first;
	first = first < 0 ? 0 : first;
	d->x = r.x;
	d->y = r.y - first;
	cpu_map_walk(d->map, r.w, d->detail, &draw);
	if (first > 0)
		canvas_text_right(d->c, r.x + r.w - 2, r.y, 8, ROLE_KEY, " ▴ more ");
	if (first < last)
		canvas_text_right(d->c, r.x + r.w - 2, r.y + r.h - 1, 8, ROLE_KEY,
				  " ▾ more ");
	canvas_unclip(d->c, old);
}

static void add_id(char *buf, size_t bytes, const char *what, int id)
{
	if (id >= 0)
		text_append(buf, bytes, ", %s %d", what, id);
}

/* How many members have this CPU. */
static void add_members(const struct map_slots *s, int id, char *buf, size_t bytes)
{
	int workers = 0, victims = 0;

	for (int i = 0; i < s->n_workers + s->n_victims; i++)
		if (s->cpus[i] == id)
			*(i < s->n_workers ? &workers : &victims) += 1;
	if (s->program && cpumask_has(s->program, id))
		text_append(buf, bytes, "; the program");
	else if (workers && !s->program)
		text_append(buf, bytes, "; %d worker%s", workers,
			    workers > 1 ? "s" : "");
	if (victims)
		text_append(buf, bytes, "; %d victim%s", victims,
			    victims > 1 ? "s" : "");
}

static void cursor_text(const struct map_drawing *d, char *buf, size_t bytes)
{
	const struct cpu *c = place_cpu(d->map, d->v->app->map_cursor);
	const struct snapshot *s = d->v->snap;
	char rate[32];

	snprintf(buf, bytes, "CPU %d", c->id);
	if (!isnan(cpu_rate(s, c->id)))
		text_append(
			buf, bytes, ": %s",
			text_quantity(rate, sizeof(rate), cpu_rate(s, c->id), "/s"));
	add_members(&d->slots, c->id, buf, bytes);
	add_id(buf, bytes, "core", c->core);
	if (c->smt > 0)
		add_id(buf, bytes, "sibling", c->smt);
	add_id(buf, bytes, "node", c->node);
	add_id(buf, bytes, "package", c->package);
	if (c->isolated)
		text_append(buf, bytes, ", isolated");
	if (c->nohz_full)
		text_append(buf, bytes, ", nohz_full");
	if (!c->online)
		text_append(buf, bytes, ", offline");
	else if (!c->allowed)
		text_append(buf, bytes, ", not allowed");
}

static void foot_draw(const struct map_drawing *d, struct rect r)
{
	const struct app *a = d->v->app;
	char text[320], rate[32], list[160];

	cursor_text(d, text, sizeof(text));
	canvas_text(d->c, r.x, r.y, r.w, ROLE_NORMAL, text);
	snprintf(text, sizeof(text), "w worker, v victim, x barred");
	if (d->top_rate > 0)
		text_append(text, sizeof(text), "; █ %s",
			    text_quantity(rate, sizeof(rate), d->top_rate, "/s"));
	canvas_text(d->c, r.x, r.y + 1, r.w, ROLE_DIM, text);
	if (is_simulated(d->v->snap) && !d->slots.planned) {
		snprintf(text, sizeof(text), "simulated, on %d CPUs that are not these",
			 d->v->snap->n_cpus);
	} else if (a->n_picks) {
		placement_list_text(a->picks, a->n_picks, list, sizeof(list));
		snprintf(text, sizeof(text),
			 "picked %s: Enter places the workers there", list);
	} else {
		snprintf(text, sizeof(text), "placement %.160s", a->draft.placement);
		if (d->slots.planned || *a->plan.why)
			text_append(text, sizeof(text), ": %s",
				    app_plan_text(&a->plan, list, sizeof(list)));
		text_append(text, sizeof(text), "; p picks a CPU, P its box");
	}
	canvas_text(d->c, r.x, r.y + 2, r.w, a->n_picks ? ROLE_KEY : ROLE_DIM, text);
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	const struct rect r = l->page;
	struct rect map = page_machine_map(r);
	int side_x = map.x + map.w + 1;
	struct map_drawing d;

	drawing_init(&d, c, v);
	const char *title = d.slots.planned	    ? "Who will sit where"
			    : is_simulated(v->snap) ? "This computer"
						    : "Who sits where";

	canvas_box(c, r, ROLE_BORDER);
	canvas_vline(c, side_x - 1, r.y, r.h, ROLE_BORDER);
	frame_title(c, (struct rect){r.x, r.y, map.w + 2, 1}, title, "", "");
	if (d.map->n) {
		map_draw(&d, map);
		foot_draw(&d, (struct rect){map.x, map.y + map.h, map.w, FOOT_ROWS});
	} else {
		canvas_wrap(c, map, ROLE_DIM, "the machine's CPUs are not known");
	}
	if (!v->app->machine)
		return 0;
	return panel_tlbs_draw(
		c, (struct rect){side_x + 1, r.y + 1, r.x + r.w - 3 - side_x, r.h - 2},
		v, v->app->scroll);
}

static const char *const about_map_checks[] = {"pinned", "oversubscribed", "steal",
					       NULL};

static const struct about about_map = {
	.name = "Who sits where",
	.unit = "CPUs; colour and bars are shootdowns received per second",
	.counts = "The CPUs as the kernel groups them into cores, packages and "
		  "nodes, who of ours is pinned to each, and what each receives.",
	.counts_not = "CPUs this process may not use are shown but never taken.",
	.comes_from = "/sys/devices/system/cpu and node for the groups, the affinity "
		      "mask for what is allowed, CPUID leaves for the TLBs at the "
		      "right.",
	.misleads = "A virtual machine's groups are what its hypervisor tells: two "
		    "CPUs that look like two cores may be two threads of one, or "
		    "share it with a neighbour.",
	.sensor = "interrupts",
	.checks = about_map_checks,
};

static const struct about *const abouts[] = {&about_map, &about_cpus, NULL};

const struct page_desc page_machine = {
	.name = "machine",
	.context = CONTEXT_MAP,
	.draw = page_draw,
	.abouts = abouts,
	.act = app_map_act,
};
