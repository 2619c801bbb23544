/* SPDX-License-Identifier: MIT */
/*
 * What drawing a frame takes of a CPU, at 200x50: the picture into the canvas, from
 * what a machine of 512 CPUs with 64 workers and a full series has measured. Sending
 * it is bench_screen.py's.
 */
#include <time.h>

#include "tui/pages/pages.h"
#include "tui/scene.h"

enum { FRAMES = 300, W = 200, H = 50 };

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(void)
{
	struct scene *s = scene_new((struct scene_options){.cpus = 512,
							   .threads = 48,
							   .victims = 16,
							   .length_s = 410,
							   .walks = true});
	struct canvas c;

	canvas_init(&c, glyphs_get(GLYPHS_BRAILLE));
	if (canvas_resize(&c, W, H))
		return 1;
	scene_size(s, W, H);
	for (int span = 0; span < 2; span++)
		for (int page = 0; page < PAGE_N && (page == 0 || span == 0); page++) {
			char name[64];

			s->app.page = (enum page)page;
			double before = cpu_ms();

			for (int i = 0; i < FRAMES; i++)
				screen_draw(&c, &s->snap, &s->app);
			snprintf(name, sizeof(name), "frame: %s%s, 200x50, 512 CPUs",
				 page_shown(&s->app).name,
				 span ? " of all the session" : "");
			printf("%-52s %10.3f %-6s %s\n", name,
			       (cpu_ms() - before) / FRAMES, "ms", "at most 1");
			for (int k = 0; page == PAGE_N - 1 && k < 20; k++)
				app_key(&s->app, &s->snap, '-');
		}
	canvas_fini(&c);
	scene_free(s);
	return 0;
}
