/* SPDX-License-Identifier: MIT */
/* Prints a scene as the screen would show it: show_scene W H [glyphs [page [cpus
 * [threads [victims [kind]]]]]], kind 0 whole, 1 absent, 2 empty, 3 walks, 4 help. */
#include "tui/scene.h"

int main(int argc, char **argv)
{
	int n[9] = {0, 120, 40, GLYPHS_BRAILLE, PAGE_OVERVIEW, 2, 2, 0, 0};

	setlocale(LC_CTYPE, "C.UTF-8");
	for (int i = 1; i < argc && i < 9; i++)
		n[i] = atoi(argv[i]);
	struct scene_options o = scene_lesson;

	o.cpus = n[5];
	o.threads = n[6];
	o.victims = n[7];
	o.absent = n[8] == 1;
	o.empty = n[8] == 2;
	o.walks = n[8] == 3;
	struct scene *s = scene_new(o);

	s->app.page = (enum page)n[4];
	if (n[8] >= 4)
		s->app.overlay = (enum overlay)(n[8] - 3);
	char *text = scene_dump(s, (enum glyph_set)n[3], n[1], n[2], getenv("ROLES"));

	fputs(text, stdout);
	free(text);
	scene_free(s);
	return 0;
}
