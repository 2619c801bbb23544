/* SPDX-License-Identifier: MIT */
/* What every cmocka program includes, in the order cmocka wants, and close-enough. */
#ifndef TLBLAB_TESTS_SUPPORT_CHECK_H
#define TLBLAB_TESTS_SUPPORT_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define assert_near(got, want, within)                                                 \
	check_near((double)(got), (double)(want), (double)(within), #got, __FILE__,    \
		   __LINE__)

static inline void check_near(double got, double want, double within, const char *what,
			      const char *file, int line)
{
	if (fabs(got - want) <= within)
		return;
	print_error("%s is %.17g, not %.17g +/- %g\n", what, got, want, within);
	_fail(file, line);
}

#define assert_nan(got) assert_true(isnan(got))

#endif
