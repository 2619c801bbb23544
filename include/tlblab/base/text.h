/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_TEXT_H
#define TLBLAB_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Always terminates dst; returns false when src did not fit. */
bool text_copy(char *dst, size_t dst_bytes, const char *src);
/* snprintf that appends to dst; returns false when it did not fit. */
bool text_append(char *dst, size_t dst_bytes, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Removes blanks at both ends, in place; returns the first kept character. */
char *text_trim(char *s);

/* Whole-string parses: 0, or -EINVAL (not a number), -ERANGE. Integers accept the
 * suffixes k, M, G (1024-based when `binary`, where "128 MiB" is understood as well)
 * and
 * "_" between digits. Decimal points are points: LC_NUMERIC stays "C". */
int text_to_int(const char *s, bool binary, int64_t *out);
int text_to_double(const char *s, double *out);
int text_to_bool(const char *s, bool *out); /* yes/no/true/false/on/off/1/0 */

/* A value for a narrow place: three significant digits, SI prefix, unit.
 * text_quantity(b, n, 14900, "ns") "14.9 µs"; (…, 134000, "") "134 k";
 * (…, 0.021, "%") "0.021 %"; (…, 2e6, "/s") "2.00 M/s". Times ("ns", "us", "ms", "s",
 * "ns/page") move between ns, µs, ms and s; "%" takes no prefix. NaN gives "–", only an
 * exact zero "0", what is too small to show "<0.001". */
const char *text_quantity(char *buf, size_t buf_bytes, double value, const char *unit);
/* Bytes in binary units: "128 MiB", "1.50 GiB". */
const char *text_bytes(char *buf, size_t buf_bytes, double bytes);
/* Seconds as "00:12.4" or "1:02:03". */
const char *text_elapsed(char *buf, size_t buf_bytes, double seconds);

/* The candidate nearest to `word` by edit distance (a beginning of it counts as near),
 * or NULL when none is near. */
const char *text_nearest(const char *word, const char *const *candidates, int n);

#endif
