/* SPDX-License-Identifier: MIT */
#include "tui/app/line_edit.h"

#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"

void line_edit_start(struct line_edit *e, const char *text)
{
	text_copy(e->text, sizeof(e->text), text);
	e->cursor = strlen(e->text);
	e->selected = false;
}

void line_edit_offer(struct line_edit *e, const char *text)
{
	line_edit_start(e, text);
	e->selected = *e->text != '\0';
}

static size_t char_before(const struct line_edit *e)
{
	size_t at = e->cursor;

	while (at > 0 && ((unsigned char)e->text[--at] & 0xC0) == 0x80)
		;
	return at;
}

static size_t char_after(const struct line_edit *e)
{
	const char *s = e->text + e->cursor;

	utf8_next(&s);
	return (size_t)(s - e->text);
}

static void cut(struct line_edit *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, strlen(e->text + to) + 1);
	e->cursor = from;
}

void line_edit_act(struct line_edit *e, enum action action)
{
	bool selected = e->selected;

	e->selected = false;
	if (selected && (action == ACTION_ERASE || action == ACTION_DELETE))
		action = ACTION_ERASE_ALL;
	switch (action) {
	case ACTION_CURSOR_LEFT: e->cursor = char_before(e); break;
	case ACTION_CURSOR_RIGHT: e->cursor = char_after(e); break;
	case ACTION_CURSOR_START: e->cursor = 0; break;
	case ACTION_CURSOR_END: e->cursor = strlen(e->text); break;
	case ACTION_ERASE: cut(e, char_before(e), e->cursor); break;
	case ACTION_DELETE: cut(e, e->cursor, char_after(e)); break;
	case ACTION_ERASE_ALL: cut(e, 0, strlen(e->text)); break;
	default: break;
	}
}

void line_edit_type(struct line_edit *e, uint32_t code)
{
	char bytes[UTF8_BYTES];
	size_t length;

	if (code < ' ' || code == 0x7F || code > 0x10FFFF)
		return;
	if (e->selected)
		line_edit_act(e, ACTION_ERASE_ALL);
	length = strlen(e->text);
	size_t n = (size_t)utf8_put(bytes, code);

	if (length + n >= sizeof(e->text))
		return;
	memmove(e->text + e->cursor + n, e->text + e->cursor, length - e->cursor + 1);
	memcpy(e->text + e->cursor, bytes, n);
	e->cursor += n;
}
