/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "support/check.h"
#include "support/scratch.h"
#include "tlblab/base/file.h"
#include "tui/lesson/course.h"

/* A full disk cut the last line; what is noted behind it must be found again. */
static void a_line_that_was_cut_off_takes_no_other_with_it(void **state)
{
	struct scratch scratch;
	char *text = NULL;
	size_t bytes = 0;

	(void)state;
	scratch_make(&scratch);
	setenv("XDG_STATE_HOME", scratch.root, 1);
	scratch_write(&scratch, "/tlblab/course", "\nlesson-sh");
	course_note_done("lesson-tlb");
	course_note_done("lesson-tlb");
	assert_int_equal(file_read_all(scratch.root, "/tlblab/course", &text, &bytes),
			 0);
	assert_string_equal(text, "\nlesson-sh\nlesson-tlb\n");
	free(text);
	scratch_remove(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_that_was_cut_off_takes_no_other_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
