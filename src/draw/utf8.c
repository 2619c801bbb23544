/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 in and out, and how wide things are. Widths come from wcwidth(), which knows
 * them only in a UTF-8 locale; elsewhere every character is folded to one ASCII
 * character before it is shown, so one column is right there.
 */
#include "tlblab/draw/utf8.h"

#include <wchar.h>

enum { BROKEN = 0xFFFD };

uint32_t utf8_next(const char **s)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t code = *p;
	int more = 0;

	if (code == 0)
		return 0;
	if (code < 0x80) {
		*s += 1;
		return code;
	}
	if (code >= 0xC2 && code < 0xE0) {
		more = 1;
		code &= 0x1F;
	} else if (code >= 0xE0 && code < 0xF0) {
		more = 2;
		code &= 0x0F;
	} else if (code >= 0xF0 && code < 0xF5) {
		more = 3;
		code &= 0x07;
	}
	for (int i = 1; i <= more; i++) {
		if ((p[i] & 0xC0) != 0x80) {
			more = 0;
			break;
		}
		code = code << 6 | (p[i] & 0x3F);
	}
	/* Longer than need be, half of a pair, or beyond the last character. */
	if (more == 0 || code < least[more] || (code >= 0xD800 && code < 0xE000) ||
	    code > 0x10FFFF) {
		*s += 1;
		return BROKEN;
	}
	*s += more + 1;
	return code;
}

int utf8_put(char buf[UTF8_BYTES], uint32_t code)
{
	int n = 0;

	if (code < 0x80) {
		buf[n++] = (char)code;
	} else if (code < 0x800) {
		buf[n++] = (char)(0xC0 | code >> 6);
		buf[n++] = (char)(0x80 | (code & 0x3F));
	} else if (code < 0x10000) {
		buf[n++] = (char)(0xE0 | code >> 12);
		buf[n++] = (char)(0x80 | (code >> 6 & 0x3F));
		buf[n++] = (char)(0x80 | (code & 0x3F));
	} else {
		buf[n++] = (char)(0xF0 | code >> 18);
		buf[n++] = (char)(0x80 | (code >> 12 & 0x3F));
		buf[n++] = (char)(0x80 | (code >> 6 & 0x3F));
		buf[n++] = (char)(0x80 | (code & 0x3F));
	}
	buf[n] = '\0';
	return n;
}

int utf8_columns(uint32_t code)
{
	if (code < 0x7F)
		return 1;
	int columns = wcwidth((wchar_t)code);

	return columns < 0 ? 1 : columns;
}

int utf8_text_columns(const char *s)
{
	int columns = 0;

	for (uint32_t code; (code = utf8_next(&s)) != 0;)
		columns += utf8_columns(code);
	return columns;
}
