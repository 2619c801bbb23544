/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check.h"
#include "support/scratch.h"

#include "io/catalogue_fixture.h"
#include "tlblab/base/text.h"
#include "tlblab/io/preset_file.h"

#define PRESET(name, title)                                                            \
	"{\"schema\": \"tlblab.preset/1\", \"name\": \"" name                          \
	"\", \"title\": \"" title "\", \"experiment\": {\"workload\": \"madvise\"}}"

static struct scratch scratch;
static char checkout[512]; /* where the test was started */

static char *in_scratch(const char *path)
{
	static char text[4][256];
	static int next;

	next = (next + 1) % 4;
	snprintf(text[next], sizeof(text[next]), "%s%s", scratch.root, path);
	return text[next];
}

#define LESSON_PRESET(name, course)                                                    \
	"{\"schema\": \"tlblab.preset/1\", \"name\": \"" name                          \
	"\", \"experiment\": {\"workload\": \"madvise\"}, \"course\": " course         \
	", \"lesson\": [{\"title\": \"t\"}]}"

static int setup(void **state)
{
	char listed[256];

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "/listed/one.json", PRESET("one", "listed"));
	scratch_write(&scratch, "/listed/.hidden.json", PRESET("x", "hidden"));
	scratch_write(&scratch, "/listed/notes.txt", "not a preset");
	scratch_write(&scratch, "/listed/broken.json", "{");
	scratch_write(&scratch, "/config/tlblab/presets/one.json",
		      PRESET("one", "config"));
	scratch_write(&scratch, "/config/tlblab/presets/two.json",
		      PRESET("two", "config"));
	scratch_write(&scratch, "/here/presets/two.json", PRESET("two", "here"));
	scratch_write(&scratch, "/here/presets/three.json", PRESET("three", "here"));
	scratch_write(&scratch, "/here/presets/madvise-scaling.json",
		      PRESET("madvise-scaling", "mine"));
	scratch_write(&scratch, "/here/presets/lesson-tlb.json",
		      LESSON_PRESET("lesson-tlb", "1"));
	scratch_write(&scratch, "/here/presets/a-second.json",
		      LESSON_PRESET("a-second", "2"));
	scratch_write(&scratch, "/here/presets/nested/four.json",
		      PRESET("four", "deep"));
	if (mkfifo(in_scratch("/listed/pipe.json"), 0600))
		return -1;
	snprintf(listed, sizeof(listed), ":%s:/nowhere:", in_scratch("/listed"));
	setenv("TLBLAB_PRESET_PATH", listed, 1);
	setenv("XDG_CONFIG_HOME", in_scratch("/config"), 1);
	return !getcwd(checkout, sizeof(checkout)) || chdir(in_scratch("/here"));
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return chdir(checkout);
}

static void assert_title(const char *name, const char *title)
{
	struct preset p = {0};
	struct error error = {0};

	if (preset_load(&p, &test_catalogue, name, &error))
		fail_msg("%s: %s: %s", name, error.what, error.why);
	assert_string_equal(p.title, title);
	preset_fini(&p);
}

static void test_the_first_folder_wins(void **state)
{
	(void)state;
	assert_title("one", "listed");
	assert_title("two", "config");
	assert_title("three", "here");
	assert_title("./presets/two.json", "here");
	assert_title(in_scratch("/config/tlblab/presets/one.json"), "config");
}

static void assert_refused(const char *name, const char *line)
{
	struct preset p = {0};
	struct error error = {0};
	char text[768];

	assert_int_not_equal(preset_load(&p, &test_catalogue, name, &error), 0);
	assert_string_equal(error_text(&error, text, sizeof(text)), line);
	assert_int_equal(error_exit_status(&error), 2);
}

static void test_what_cannot_be_loaded_says_why(void **state)
{
	char large[32] = "/large.json";

	(void)state;
	assert_refused("thre", "thre: there is no preset of that name; did you mean "
			       "\"three\"?");
	assert_refused("quite-another",
		       "quite-another: there is no preset of that name; "
		       "`tlblab list presets` shows all");
	assert_refused("",
		       "preset: this is no preset's name; give a name of `tlblab list "
		       "presets` or a file");
	assert_refused("../x\n", "../x?: there is no such file; check the path");
	assert_refused("..",
		       "..: this is no preset's name; give a name of `tlblab list "
		       "presets` or a file");
	assert_refused("none.json", "none.json: there is no such file; check the path");
	assert_refused("./presets", "./presets: it is a folder; name a file inside it");
	assert_refused("/dev/null",
		       "/dev/null:1: the file is empty; it must hold { … }");
	assert_refused("/dev/zero", "/dev/zero: is larger than 1 MiB; check that it is "
				    "the right one");
	scratch_write(&scratch, large, "");
	assert_int_equal(truncate(in_scratch(large), 5 << 20), 0);
	assert_int_equal(chdir(scratch.root), 0);
	assert_refused("large.json", "large.json: is larger than 1 MiB; check that it "
				     "is the right one");
	assert_int_equal(chdir("here"), 0);
}

static void test_standard_input_is_read(void **state)
{
	struct preset p = {0};
	struct error error = {0};
	int saved = dup(STDIN_FILENO), ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	dprintf(ends[1], "%s", PRESET("piped", "through"));
	close(ends[1]);
	assert_int_equal(preset_load(&p, &test_catalogue, "-", &error), 0);
	assert_string_equal(p.title, "through");
	assert_string_equal(p.path, "");
	preset_fini(&p);
	/* At its end now: empty. */
	assert_refused("-", "standard input:1: the file is empty; it must hold { … }");
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
}

static void test_the_list_has_each_name_once_and_lessons_first(void **state)
{
	struct preset_entry *entries;
	int n = preset_list(&entries, &test_catalogue), broken = 0, ones = 0;

	(void)state;
	assert_true(n >= 5);
	assert_string_equal(entries[0].name, PRESET_DEFAULT);
	assert_int_equal(entries[0].course, 1);
	assert_string_equal(entries[1].name, "a-second");
	assert_int_equal(entries[1].course, 2);
	for (int i = 0; i < n; i++) {
		assert_true(i < 2 || entries[i].course == 0);
		if (i > 2)
			assert_true(strcmp(entries[i - 1].name, entries[i].name) < 0);
		assert_string_not_equal(entries[i].name, ".hidden");
		assert_string_not_equal(entries[i].name, "pipe");
		assert_string_not_equal(entries[i].name, "four");
		if (!strcmp(entries[i].name, "one")) {
			assert_string_equal(entries[i].title, "listed");
			ones++;
		}
		if (strcmp(entries[i].name, "broken"))
			continue;
		broken++;
		assert_non_null(
			strstr(entries[i].broken, "broken.json:1: the text ends"));
	}
	assert_int_equal(ones, 1);
	assert_int_equal(broken, 1);
	free(entries);
}

static void test_a_name_is_saved_where_it_is_found_again(void **state)
{
	struct preset p = {.name = "old", .title = "Saved"}, back = {0};
	struct error error = {0};
	struct stat st;

	(void)state;
	setenv("XDG_CONFIG_HOME", in_scratch("/new/home"), 1);
	assert_int_equal(mkdir(in_scratch("/new"), 0755), 0);
	assert_int_equal(experiment_init(&p.experiment, &test_catalogue, NULL, &error),
			 0);
	assert_int_equal(preset_save(&p, &test_catalogue, "fresh", &error), 0);
	assert_string_equal(p.path, in_scratch("/new/home/tlblab/presets/fresh.json"));
	assert_string_equal(p.name, "fresh");
	assert_int_equal(stat(in_scratch("/new/home"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_title("fresh", "Saved");
	text_copy(p.title, sizeof(p.title), "Again");
	assert_int_equal(preset_save(&p, &test_catalogue, "fresh.json", &error), 0);
	assert_int_equal(preset_load(&back, &test_catalogue, "fresh", &error), 0);
	assert_string_equal(back.title, "Again");
	assert_string_equal(back.path, p.path);
	preset_fini(&back);
	setenv("XDG_CONFIG_HOME", in_scratch("/config"), 1);
}

static void test_a_path_is_saved_where_it_says(void **state)
{
	struct preset p = {.name = "kept", .title = "T"};
	struct error error = {0};

	(void)state;
	assert_int_equal(experiment_init(&p.experiment, &test_catalogue, NULL, &error),
			 0);
	assert_int_equal(preset_save(&p, &test_catalogue, "./by-path.json", &error), 0);
	assert_string_equal(p.name, "kept");
	assert_string_equal(p.path, "./by-path.json");
	assert_title("./by-path.json", "T");
	assert_int_not_equal(
		preset_save(&p, &test_catalogue, "/nowhere/at/all.json", &error), 0);
	assert_string_equal(error.why, "the folder does not exist");
	assert_string_equal(p.path, "./by-path.json");
	assert_int_not_equal(preset_save(&p, &test_catalogue, "bad name", &error), 0);
	assert_string_equal(error.why, "cannot be the name of a preset");
}

static void test_without_any_preset_the_folder_is_asked_for(void **state)
{
	char *listed = strdup(getenv("TLBLAB_PRESET_PATH"));

	(void)state;
	unsetenv("TLBLAB_PRESET_PATH");
	setenv("XDG_CONFIG_HOME", "relative/is/ignored", 1);
	setenv("HOME", scratch.root, 1);
	assert_int_equal(chdir(in_scratch("/listed")), 0);
	assert_refused("one", "one: there is no preset of that name; no presets were "
			      "found; set TLBLAB_PRESET_PATH to their folder");
	/* What is in the user's own folder is found by way of $HOME. */
	scratch_write(&scratch, "/.config/tlblab/presets/own.json",
		      PRESET("own", "home"));
	assert_title("own", "home");
	assert_int_equal(chdir(in_scratch("/here")), 0);
	setenv("TLBLAB_PRESET_PATH", listed, 1);
	setenv("XDG_CONFIG_HOME", in_scratch("/config"), 1);
	free(listed);
}

/* The presets in the checkout, each read under its own name. */
static void test_shipped_presets_are_read(void **state)
{
	static const char *const names[] = {"madvise-scaling", "madvise-classic",
					    "mmap1-processes", "free-vs-reuse",
					    "ceiling-flip"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct preset p = {0};
		struct error error = {0};
		char path[600];

		snprintf(path, sizeof(path), "%s/presets/%s.json", checkout, names[i]);
		if (preset_load(&p, &test_catalogue, path, &error))
			fail_msg("%s: %s; %s", error.what, error.why, error.todo);
		assert_string_equal(p.name, names[i]);
		assert_true(p.n_notes >= 3);
		assert_int_equal(p.n_axes, 1);
		preset_fini(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_folder_wins),
		cmocka_unit_test(test_what_cannot_be_loaded_says_why),
		cmocka_unit_test(test_standard_input_is_read),
		cmocka_unit_test(test_the_list_has_each_name_once_and_lessons_first),
		cmocka_unit_test(test_a_name_is_saved_where_it_is_found_again),
		cmocka_unit_test(test_a_path_is_saved_where_it_says),
		cmocka_unit_test(test_without_any_preset_the_folder_is_asked_for),
		cmocka_unit_test(test_shipped_presets_are_read),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
