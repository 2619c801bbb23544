/* SPDX-License-Identifier: MIT */
#include "report/markup.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/utf8.h"

void markup(struct buffer *b, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0 || n >= (int)sizeof(text)) {
		if (!b->error)
			b->error = -EOVERFLOW;
		return;
	}
	buffer_put(b, text, (size_t)n);
}

void markup_text(struct buffer *b, const char *text)
{
	for (size_t left = strlen(text), n; left; text += n, left -= n) {
		n = utf8_length(text, left);
		if (n > 1) {
			buffer_put(b, text, n);
			continue;
		}
		if (!n) { /* no text at all */
			buffer_put_text(b, "\xef\xbf\xbd");
			n = 1;
			continue;
		}
		switch (*text) {
		case '&': buffer_put_text(b, "&amp;"); break;
		case '<': buffer_put_text(b, "&lt;"); break;
		case '>': buffer_put_text(b, "&gt;"); break;
		case '"': buffer_put_text(b, "&quot;"); break;
		default:
			if ((unsigned char)*text >= ' ' || *text == '\n')
				buffer_put_char(b, *text);
			else
				buffer_put_text(b, "\xef\xbf\xbd");
		}
	}
}
