/* SPDX-License-Identifier: MIT */
/*
 * Boxes flow: as many beside each other as have room, of equal width, a row as high as
 * its highest box. A package with a single group is one box; with several, a frame
 * around theirs. Within a group cores stand in a grid whose rows begin at round numbers
 * of cores, so that neighbours stay neighbours on every screen.
 */
#include "tlblab/draw/cpu_map.h"

#include <stdlib.h>
#include <string.h>

enum { PACKAGE_MIN_W = 44, GROUP_MIN_W = 22, ROW_LABEL_W = 4 };

int cpu_map_cpu_columns(enum map_detail detail)
{
	static const int columns[MAP_DETAILS] = {6, 2, 1};

	return columns[detail];
}

int cpu_map_core_columns(enum map_detail detail, int smt)
{
	return smt * cpu_map_cpu_columns(detail) + (detail != MAP_DENSE);
}

static int compare_ids(int a, int b)
{
	/* What is unknown goes last. */
	if ((a < 0) != (b < 0))
		return a < 0 ? 1 : -1;
	return (a > b) - (a < b);
}

static int compare_group(const struct cpu *a, const struct cpu *b)
{
	int by = b->online - a->online;

	if (!a->online && !b->online)
		return 0;
	by = by ? by : compare_ids(a->package, b->package);
	by = by ? by : compare_ids(a->node, b->node);
	return by ? by : (int)a->kind - (int)b->kind;
}

static int compare_places(const void *a, const void *b, void *topology)
{
	const struct topology *t = topology;
	const struct cpu *x = &t->cpus[((const struct map_place *)a)->cpu];
	const struct cpu *y = &t->cpus[((const struct map_place *)b)->cpu];
	int by = compare_group(x, y);

	if (!by && x->online) {
		by = compare_ids(x->core, y->core);
		by = by ? by : compare_ids(x->smt, y->smt);
	}
	return by ? by : compare_ids(x->id, y->id);
}

/* Adds place i, the next of the order, to its group; opens one where needed. */
static void group_add(struct cpu_map *m, int i)
{
	const struct cpu *cpus = m->topology->cpus;
	struct map_place *p = &m->places[i];
	const struct cpu *c = &cpus[p->cpu],
			 *before = &cpus[m->places[i ? i - 1 : 0].cpu];
	struct map_group *g;

	if (!i || compare_group(before, c))
		m->groups[m->n_groups++] = (struct map_group){
			.package = c->online ? c->package : -1,
			.node = c->online ? c->node : -1,
			.kind = c->kind,
			.online = c->online,
			.first = i,
		};
	g = &m->groups[m->n_groups - 1];
	if (g->n && c->core >= 0 && c->core == before->core) {
		p->core = g->n_cores - 1;
		p->smt = m->places[i - 1].smt + 1;
	} else {
		p->core = g->n_cores++;
		p->smt = 0;
	}
	g->n++;
	if (p->smt >= g->smt)
		g->smt = p->smt + 1;
}

void cpu_map_init(struct cpu_map *m, const struct topology *t)
{
	*m = (struct cpu_map){.topology = t};
	if (!t || !t->cpus || t->n_cpus < 1)
		return;
	m->places = calloc((size_t)t->n_cpus, sizeof(*m->places));
	m->groups = calloc((size_t)t->n_cpus, sizeof(*m->groups));
	if (!m->places || !m->groups) {
		cpu_map_fini(m);
		return;
	}
	m->n = t->n_cpus;
	for (int i = 0; i < m->n; i++)
		m->places[i].cpu = i;
	qsort_r(m->places, (size_t)m->n, sizeof(*m->places), compare_places, (void *)t);
	for (int i = 0; i < m->n; i++)
		group_add(m, i);
}

void cpu_map_fini(struct cpu_map *m)
{
	free(m->places);
	free(m->groups);
	*m = (struct cpu_map){.topology = NULL};
}

static int cores_per_row(const struct map_group *g, int inner_w, enum map_detail detail)
{
	int room = detail == MAP_BOXES ? inner_w - 1 : inner_w - ROW_LABEL_W;
	int n = room / cpu_map_core_columns(detail, g->smt);

	if (detail != MAP_BOXES && n > 4)
		n -= n % (n > 16 ? 16 : n > 8 ? 8 : 4);
	return n > 0 ? n : 1;
}

static int group_height(const struct map_group *g, int w, enum map_detail detail)
{
	int per_row = cores_per_row(g, w - 2, detail);
	int rows = (g->n_cores + per_row - 1) / per_row;

	return (detail == MAP_BOXES ? 2 * rows + 1 : rows) + 2;
}

static void group_walk(const struct cpu_map *m, int group, struct rect r,
		       enum map_detail detail, const struct map_visitor *v)
{
	const struct map_group *g = &m->groups[group];
	int per_row = cores_per_row(g, r.w - 2, detail);
	int core_w = cpu_map_core_columns(detail, g->smt);
	bool boxes = detail == MAP_BOXES;

	if (v->box)
		v->box(v->self, r, group, 1);
	for (int i = g->first; i < g->first + g->n; i++) {
		const struct map_place *p = &m->places[i];
		int column = p->core % per_row, row = p->core / per_row;
		int x = r.x + 1 + (boxes ? 1 : ROW_LABEL_W) + column * core_w +
			p->smt * cpu_map_cpu_columns(detail);

		v->place(v->self, i, x, r.y + 1 + (boxes ? 1 + 2 * row : row),
			 !boxes && column == 0 && p->smt == 0);
	}
}

/* As many columns as have room, then as few as the same number of rows needs. */
static int columns_of(int n, int w, int min_w)
{
	int k = w / min_w;

	if (n < 1)
		return 1;
	k = k < 1 ? 1 : k < n ? k : n;
	int rows = (n + k - 1) / k;

	return (n + rows - 1) / rows;
}

/* How many groups from `first` on share its package. */
static int package_groups(const struct cpu_map *m, int first)
{
	int n = 1;

	while (first + n < m->n_groups &&
	       m->groups[first + n].online == m->groups[first].online &&
	       m->groups[first + n].package == m->groups[first].package)
		n++;
	return n;
}

static const struct map_visitor measure_only;

/* A package at r (its height is found here); returns the height. */
static int package_walk(const struct cpu_map *m, int first, int n, struct rect r,
			enum map_detail detail, const struct map_visitor *v)
{
	int w = n > 1 ? r.w - 2 : r.w, k = columns_of(n, w, GROUP_MIN_W);
	int y = r.y + (n > 1);

	for (int i = 0; i < n; i += k) {
		int high = 0;

		for (int j = i; j < n && j < i + k; j++) {
			int h = group_height(&m->groups[first + j], w / k, detail);

			high = h > high ? h : high;
		}
		for (int j = i; j < n && j < i + k && v->place; j++)
			group_walk(m, first + j,
				   (struct rect){r.x + (n > 1) + (j - i) * (w / k), y,
						 w / k, high},
				   detail, v);
		y += high;
	}
	r.h = y - r.y + (n > 1);
	if (n > 1 && v->box)
		v->box(v->self, r, first, n);
	return r.h;
}

int cpu_map_walk(const struct cpu_map *m, int w, enum map_detail detail,
		 const struct map_visitor *v)
{
	int n_packages = 0, y = 0, column = 0, high = 0;

	for (int g = 0; g < m->n_groups; g += package_groups(m, g))
		n_packages++;
	int k = columns_of(n_packages, w, PACKAGE_MIN_W);

	for (int g = 0; g < m->n_groups;) {
		int n = package_groups(m, g);
		int h = package_walk(m, g, n,
				     (struct rect){column * (w / k), y, w / k, 0},
				     detail, v);

		high = h > high ? h : high;
		g += n;
		if (++column == k || g == m->n_groups) {
			y += high;
			column = high = 0;
		}
	}
	return y;
}

enum map_detail cpu_map_detail(const struct cpu_map *m, int w, int h)
{
	for (int detail = MAP_BOXES; detail < MAP_DENSE; detail++)
		if (cpu_map_walk(m, w, (enum map_detail)detail, &measure_only) <= h)
			return (enum map_detail)detail;
	return MAP_DENSE;
}

struct vertical {
	int place, by;	/* from where, which way */
	int x, y;	/* of that place; -1 not met yet */
	int best, cost; /* the nearest so far */
};

static void vertical_find(void *self, int place, int x, int y, bool row_starts)
{
	struct vertical *s = self;

	(void)row_starts;
	if (place == s->place) {
		s->x = x;
		s->y = y;
	}
}

static void vertical_choose(void *self, int place, int x, int y, bool row_starts)
{
	struct vertical *s = self;
	int down = (y - s->y) * s->by, cost = down * 16 + abs(x - s->x);

	(void)row_starts;
	if (down > 0 && cost < s->cost) {
		s->cost = cost;
		s->best = place;
	}
}

int cpu_map_vertical(const struct cpu_map *m, int w, enum map_detail detail, int place,
		     int by)
{
	struct vertical s = {place, by, -1, -1, place, 1 << 30};
	struct map_visitor find = {.place = vertical_find, .self = &s};
	struct map_visitor choose = {.place = vertical_choose, .self = &s};

	cpu_map_walk(m, w, detail, &find);
	if (s.y >= 0)
		cpu_map_walk(m, w, detail, &choose);
	return s.best;
}
