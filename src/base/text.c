/* SPDX-License-Identifier: MIT */
/*
 * Strings: bounded copies that never split a character, strict whole-string parses,
 * and the nearest word for "did you mean". Numbers are read and written in the C
 * locale's form: the program takes LC_CTYPE from its surroundings, never LC_NUMERIC.
 */
#include "tlblab/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NEAREST_MAX_LENGTH = 63 };

/* The longest prefix of s within `bytes` that ends between two UTF-8 characters. */
static size_t text_cut_length(const char *s, size_t bytes)
{
	while (bytes && ((unsigned char)s[bytes] & 0xc0) == 0x80)
		bytes--;
	return bytes;
}

bool text_copy(char *dst, size_t dst_bytes, const char *src)
{
	size_t length = strlen(src);

	if (!dst_bytes)
		return false;
	size_t kept = length < dst_bytes ? length : text_cut_length(src, dst_bytes - 1);

	memmove(dst, src, kept);
	dst[kept] = '\0';
	return kept == length;
}

bool text_append(char *dst, size_t dst_bytes, const char *format, ...)
{
	size_t used = strnlen(dst, dst_bytes);
	va_list args;
	int wanted;

	if (used >= dst_bytes)
		return false;
	va_start(args, format);
	wanted = vsnprintf(dst + used, dst_bytes - used, format, args);
	va_end(args);
	if (wanted >= 0 && (size_t)wanted < dst_bytes - used)
		return true;
	/* vsnprintf cuts between bytes: drop a character that lost its end. */
	size_t end = strlen(dst), last = end;

	while (last > used && ((unsigned char)dst[last - 1] & 0xc0) == 0x80)
		last--;
	if (last > used && (unsigned char)dst[last - 1] >= 0xc0) {
		unsigned char lead = (unsigned char)dst[last - 1];
		size_t whole = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

		if (end - (last - 1) < whole)
			dst[last - 1] = '\0';
	}
	return false;
}

char *text_trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return s;
}

/* The factor a suffix stands for, 0 when it is none. Bytes may be written as the
 * screen shows them: "128 MiB". */
static int64_t text_suffix_factor(const char *s, bool binary)
{
	static const char letters[] = "kMG";
	const char *letter;
	int64_t factor = 1;

	if (!*s)
		return 1;
	if (binary && *s == ' ')
		s++;
	if (binary && !strcmp(s, "B"))
		return 1;
	letter = *s == 'K' ? letters : *s ? strchr(letters, *s) : NULL;
	if (!letter)
		return 0;
	if (s[1] && !(binary && (!strcmp(s + 1, "i") || !strcmp(s + 1, "iB"))))
		return 0;
	for (long i = letter - letters; i >= 0; i--)
		factor *= binary ? 1024 : 1000;
	return factor;
}

int text_to_int(const char *s, bool binary, int64_t *out)
{
	bool negative = *s == '-', too_large = false;
	int64_t n = 0, factor;

	if (*s == '-' || *s == '+')
		s++;
	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	for (; isdigit((unsigned char)*s); s++) {
		int digit = *s - '0';

		/* Gathered as a negative number, which reaches one further. */
		too_large |= __builtin_mul_overflow(n, (int64_t)10, &n);
		too_large |= __builtin_sub_overflow(n, (int64_t)digit, &n);
		if (s[1] == '_' && isdigit((unsigned char)s[2]))
			s++;
	}
	factor = text_suffix_factor(s, binary);
	if (!factor)
		return -EINVAL;
	too_large |= __builtin_mul_overflow(n, factor, &n);
	if (too_large || (!negative && n == INT64_MIN))
		return -ERANGE;
	*out = negative ? n : -n;
	return 0;
}

int text_to_double(const char *s, double *out)
{
	char *end;
	double value;

	/* strtod would also take blanks, "nan", "inf" and hexadecimal. */
	if (!*s || s[strspn(s, "0123456789+-.eE")])
		return -EINVAL;
	value = strtod(s, &end);
	if (end == s || *end)
		return -EINVAL;
	if (!isfinite(value))
		return -ERANGE;
	*out = value;
	return 0;
}

int text_to_bool(const char *s, bool *out)
{
	static const char *const words[][2] = {
		{"no", "yes"}, {"false", "true"}, {"off", "on"}, {"0", "1"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (int value = 0; value < 2; value++)
			if (!strcasecmp(s, words[i][value])) {
				*out = value;
				return 0;
			}
	return -EINVAL;
}

static int text_min3(int a, int b, int c)
{
	int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Edits that turn a into b: insert, delete, change, or swap two neighbours. Both are
 * at most NEAREST_MAX_LENGTH long. */
static int text_distance(const char *a, const char *b)
{
	int rows[3][NEAREST_MAX_LENGTH + 1];
	int *before = rows[0], *above = rows[1], *row = rows[2];
	int a_length = (int)strlen(a), b_length = (int)strlen(b);

	for (int j = 0; j <= b_length; j++)
		row[j] = j;
	for (int i = 1; i <= a_length; i++) {
		int *oldest = before;

		before = above;
		above = row;
		row = oldest;
		row[0] = i;
		for (int j = 1; j <= b_length; j++) {
			int x = tolower((unsigned char)a[i - 1]);
			int y = tolower((unsigned char)b[j - 1]);

			row[j] = text_min3(above[j] + 1, row[j - 1] + 1,
					   above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x != y &&
			    x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]) &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return row[b_length];
}

const char *text_nearest(const char *word, const char *const *candidates, int n)
{
	size_t length = strlen(word);
	const char *nearest = NULL;
	int nearest_distance = 1 + (int)(length + 1) / 3;

	if (!length || length > NEAREST_MAX_LENGTH)
		return NULL;
	for (int i = 0; i < n; i++) {
		if (strlen(candidates[i]) > NEAREST_MAX_LENGTH)
			continue;
		int distance = text_distance(word, candidates[i]);

		/* A word cut short is near, however much is missing. */
		if (length > 1 && !strncasecmp(word, candidates[i], length) &&
		    distance > 1)
			distance = 1;
		if (distance < nearest_distance) {
			nearest_distance = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}
