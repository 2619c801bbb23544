/* SPDX-License-Identifier: MIT */
/* The machine view of machines that are not here: their topology from the fixtures'
 * trees, their TLBs from CPUID dumps. UPDATE_GOLDEN=1 writes the pictures anew. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "machine/tree.h"
#include "tlblab/base/file.h"
#include "tui/keys/keymap.h"
#include "tui/scene.h"

static struct scene *scene_of(const char *tree, const char *dump, int threads,
			      int victims)
{
	struct scene_options o = {
		.threads = threads, .victims = victims, .length_s = 26};
	struct machine known;
	struct topology t;
	struct scratch at;
	char path[128];

	tree_make(&at, tree);
	assert_int_equal(topology_read(&t, at.root, NULL, NULL), 0);
	scratch_remove(&at);
	o.cpus = t.max_cpu_id + 1;
	struct scene *s = scene_new(o);

	if (dump) {
		snprintf(path, sizeof(path), "tests/fixtures/machine/cpuid/%s.txt",
			 dump);
		assert_int_equal(machine_read_cpuid_dump(&known, path, NULL), 0);
		s->machine = known;
	}
	s->machine.topology = t;
	cpu_map_fini(&s->app.map);
	cpu_map_init(&s->app.map, &s->machine.topology);
	s->app.page = PAGE_MACHINE;
	return s;
}

static void scene_end(struct scene *s)
{
	struct topology t = s->machine.topology;

	scene_free(s);
	topology_fini(&t);
}

static const struct machine_golden {
	const char *name, *tree, *dump;
	int threads, victims, cursor;
	const char *keys; /* pressed before it is drawn */
} goldens[] = {
	{"one-cpu", "one-cpu", NULL, 1, 0, 0, ""},
	{"hybrid", "hybrid", "alder-lake-hybrid", 4, 2, 17, "p"},
	{"snc4", "two-sockets-snc4", "cascade-lake", 32, 4, 200, ""},
	{"cpus512", "many-cpus", "zen4-raphael", 48, 8, 300, "pP"},
	{"holes", "offline-holes", NULL, 3, 1, 4, ""},
};

static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 50}};

static int golden_compare(struct scene *s, const char *name, int w, int h)
{
	const char *update = getenv("UPDATE_GOLDEN");
	char path[256], *expected = NULL;
	char *text = scene_dump(s, GLYPHS_BRAILLE, w, h, false);
	struct error error;
	int differs = 0;

	snprintf(path, sizeof(path), "tests/tui/golden/machine-%s-%dx%d.txt", name, w,
		 h);
	if (update && *update == '1') {
		assert_int_equal(file_write_whole(path, text, strlen(text), &error), 0);
	} else if (file_read_all(NULL, path, &expected, NULL) ||
		   strcmp(text, expected) != 0) {
		printf("%s differs; it is now:\n%s", path, text);
		differs = 1;
	}
	free(expected);
	free(text);
	return differs;
}

static void machines_look_as_they_did(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(goldens) / sizeof(goldens[0]); i++) {
		const struct machine_golden *g = &goldens[i];
		struct scene *s = scene_of(g->tree, g->dump, g->threads, g->victims);

		s->app.map_cursor = g->cursor;
		for (const char *k = g->keys; *k; k++)
			app_key(&s->app, &s->snap, *k);
		for (size_t k = 0; k < 3; k++)
			failed += golden_compare(s, g->name, sizes[k][0], sizes[k][1]);
		scene_end(s);
	}
	assert_int_equal(failed, 0);
}

/* Every CPU of every fixture has a place of its own, on every width and in every
 * detail, inside the width and the height that the walk says it takes. */
struct places {
	int x[512], y[512], n, w;
};

static void places_note(void *self, int place, int x, int y, bool row_starts)
{
	struct places *p = self;

	(void)row_starts;
	assert_int_equal(place, p->n);
	assert_in_range(x, 0, p->w - 1);
	p->x[p->n] = x;
	p->y[p->n++] = y;
}

static void every_cpu_has_a_place(void **state)
{
	static const char *const trees[] = {
		"one-cpu",	 "hybrid", "many-cpus",	  "two-sockets-snc4",
		"offline-holes", "lies",   "no-topology", "container"};

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		struct scene *s = scene_of(trees[i], NULL, 1, 0);
		const struct cpu_map *m = &s->app.map;

		assert_int_equal(m->n, s->machine.topology.n_cpus);
		for (int w = 44; w < 200; w += 31)
			for (int d = 0; d < MAP_DETAILS; d++) {
				struct places p = {.w = w};
				struct map_visitor v = {.place = places_note,
							.self = &p};
				int h = cpu_map_walk(m, w, (enum map_detail)d, &v);

				assert_int_equal(p.n, m->n);
				for (int a = 0; a < p.n; a++) {
					assert_in_range(p.y[a], 0, h - 1);
					for (int b = 0; b < a; b++)
						assert_false(p.x[a] == p.x[b] &&
							     p.y[a] == p.y[b]);
				}
			}
		scene_end(s);
	}
}

/* From any CPU the arrows reach any other one. */
static void arrows_reach_every_cpu(void **state)
{
	struct scene *s = scene_of("two-sockets-snc4", NULL, 1, 0);
	int steps = 0;

	(void)state;
	free(scene_dump(s, GLYPHS_BRAILLE, 120, 40, false));
	for (; s->app.map_cursor < s->app.map.n - 1 && steps < 1000; steps++)
		app_key(&s->app, &s->snap, KEY_ARROW_RIGHT);
	assert_int_equal(steps, 255);
	for (int at = -1; at != s->app.map_cursor; steps++) {
		at = s->app.map_cursor;
		app_key(&s->app, &s->snap, KEY_ARROW_UP);
	}
	/* Above everything is a CPU of the first package's first box or its neighbour.
	 */
	assert_int_equal(
		s->machine.topology.cpus[s->app.map.places[s->app.map_cursor].cpu]
			.package,
		0);
	for (int at = -1; at != s->app.map_cursor;) {
		at = s->app.map_cursor;
		app_key(&s->app, &s->snap, KEY_ARROW_DOWN);
	}
	assert_int_equal(
		s->machine.topology.cpus[s->app.map.places[s->app.map_cursor].cpu]
			.package,
		1);
	scene_end(s);
}

static void picked_cpus_become_a_placement(void **state)
{
	struct scene *s = scene_of("hybrid", NULL, 2, 0);
	struct app *a = &s->app;

	(void)state;
	free(scene_dump(s, GLYPHS_BRAILLE, 120, 40, false));
	assert_int_equal(app_key(a, &s->snap, KEY_RETURN).kind, EFFECT_NONE);
	assert_true(a->message_is_error);
	a->map_cursor = 16;
	app_key(a, &s->snap, 'p');
	a->map_cursor = 2;
	app_key(a, &s->snap, 'p');
	a->map_cursor = 3;
	app_key(a, &s->snap, 'p');
	app_key(a, &s->snap, KEY_ARROW_RIGHT);
	app_key(a, &s->snap, 'p');
	app_key(a, &s->snap, 'p'); /* and dropped again */
	assert_int_equal(app_key(a, &s->snap, KEY_RETURN).kind, EFFECT_APPLY);
	assert_string_equal(a->draft.placement, "cpus:16,2-3");
	assert_int_equal(a->n_picks, 0);
	app_key(a, &s->snap, 'P'); /* the cursor's box: the performance cores */
	assert_int_equal(a->n_picks, 16);
	app_key(a, &s->snap, KEY_ESCAPE);
	assert_int_equal(a->n_picks, 0);
	scene_end(s);
}

/* Before a run, or when another waits, the map shows who would sit where. */
static void a_plan_is_seen_before_it_runs(void **state)
{
	struct scene *s = scene_of("hybrid", NULL, 2, 0);
	char text[160], *screen;

	(void)state;
	s->app.draft.threads = 3;
	s->app.draft.victims = 1;
	text_copy(s->app.draft.placement, sizeof(s->app.draft.placement),
		  "cpus:16,4-6");
	s->app.draft_waits = true;
	app_plan_refresh(&s->app.plan, &s->app.draft, s->app.machine);
	assert_string_equal(app_plan_text(&s->app.plan, text, sizeof(text)),
			    "CPUs 16,4-5, victims on 6");
	screen = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);
	assert_non_null(strstr(screen, "Who will sit where"));
	assert_non_null(strstr(screen, "placement cpus:16,4-6: CPUs 16,4-5, victims"));
	free(screen);
	s->app.draft_waits = false; /* it runs */
	screen = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);
	assert_non_null(strstr(screen, "Who sits where"));
	free(screen);
	text_copy(s->app.draft.placement, sizeof(s->app.draft.placement), "node:9");
	app_plan_refresh(&s->app.plan, &s->app.draft, s->app.machine);
	assert_false(s->app.plan.known);
	assert_non_null(strstr(app_plan_text(&s->app.plan, text, sizeof(text)), "9"));
	text_copy(s->app.draft.placement, sizeof(s->app.draft.placement), "none");
	app_plan_refresh(&s->app.plan, &s->app.draft, s->app.machine);
	assert_string_equal(app_plan_text(&s->app.plan, text, sizeof(text)),
			    "any CPU that is free");
	scene_end(s);
}

/* CPU 0 of a simulation is not this machine's. */
static void what_is_simulated_is_not_drawn_on_these_cpus(void **state)
{
	struct scene *s = scene_of("many-cpus", NULL, 2, 0);
	struct experiment e = *s->snap.experiment;
	char *screen = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);

	(void)state;
	assert_non_null(strstr(screen, "Who sits where"));
	assert_non_null(strstr(screen, "CPU 0: "));
	free(screen);
	text_copy(e.backend, sizeof(e.backend), "sim");
	s->snap.experiment = &e;
	screen = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);
	assert_null(strstr(screen, "Who sits where"));
	assert_null(strstr(screen, "CPU 0: "));
	assert_non_null(strstr(screen, "simulated, on 512 CPUs that are not these"));
	free(screen);
	scene_end(s);
}

/* What may not be used cannot be picked, and too long a list is refused in words. */
static void what_cannot_be_placed_is_refused(void **state)
{
	struct scene *s = scene_of("offline-holes", NULL, 2, 0);

	(void)state;
	free(scene_dump(s, GLYPHS_BRAILLE, 80, 24, false));
	s->app.map_cursor = s->app.map.n - 1; /* offline ones come last */
	app_key(&s->app, &s->snap, 'p');
	assert_int_equal(s->app.n_picks, 0);
	assert_non_null(strstr(s->app.message, "offline"));
	scene_end(s);
	s = scene_of("many-cpus", NULL, 2, 0);
	free(scene_dump(s, GLYPHS_BRAILLE, 80, 24, false));
	for (int i = 0; i < 509; i++) {
		s->app.map_cursor = i * 7 % 509;
		app_key(&s->app, &s->snap, 'p');
	}
	char before[PARAM_TEXT_BYTES];

	text_copy(before, sizeof(before), s->app.draft.placement);
	assert_int_equal(app_key(&s->app, &s->snap, KEY_RETURN).kind, EFFECT_NONE);
	assert_non_null(strstr(s->app.message, "too long"));
	assert_string_equal(s->app.draft.placement, before);
	scene_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_look_as_they_did),
		cmocka_unit_test(every_cpu_has_a_place),
		cmocka_unit_test(arrows_reach_every_cpu),
		cmocka_unit_test(picked_cpus_become_a_placement),
		cmocka_unit_test(a_plan_is_seen_before_it_runs),
		cmocka_unit_test(what_is_simulated_is_not_drawn_on_these_cpus),
		cmocka_unit_test(what_cannot_be_placed_is_refused),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
