/* SPDX-License-Identifier: MIT */
#include "tlblab/base/utf8.h"

#include <stdint.h>
#include <string.h>

size_t utf8_length(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c;
	size_t length;

	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	length = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	if (length > n)
		return 0;
	c = u[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3f);
	}
	if (c < lowest[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return length;
}

const char *utf8_show(char *buf, size_t buf_bytes, const char *text)
{
	static const char dots[] = "…";
	size_t left = strlen(text), used = 0, room = buf_bytes - 1;

	if (left > room)
		room = room > sizeof(dots) - 1 ? room - (sizeof(dots) - 1) : 0;
	while (left) {
		size_t n = utf8_length(text, left);
		size_t take = n ? n : 1;
		unsigned char c = (unsigned char)*text;

		if (used + take > room)
			break;
		/* C0, DEL, C1 (U+0080 to U+009F) and broken bytes do things to
		 * terminals. */
		if (!n || c < ' ' || c == 0x7f ||
		    (c == 0xc2 && (unsigned char)text[1] < 0xa0))
			buf[used++] = '?';
		else {
			memcpy(buf + used, text, n);
			used += n;
		}
		text += take;
		left -= take;
	}
	if (left && buf_bytes > sizeof(dots) - 1) {
		memcpy(buf + used, dots, sizeof(dots) - 1);
		used += sizeof(dots) - 1;
	}
	buf[used] = '\0';
	return buf;
}
