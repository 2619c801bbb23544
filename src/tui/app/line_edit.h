/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_LINE_EDIT_H
#define TLBLAB_SRC_TUI_APP_LINE_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/keys/keymap.h"

/* One line of text being typed. Always well-formed UTF-8, always terminated. */
enum { LINE_EDIT_BYTES = 1024 };

struct line_edit {
	char text[LINE_EDIT_BYTES];
	size_t cursor; /* byte offset, at a character */
	bool selected; /* all of it: what is typed first replaces it */
};

void line_edit_start(struct line_edit *e, const char *text);
/* The same, and the text is selected. */
void line_edit_offer(struct line_edit *e, const char *text);
void line_edit_act(struct line_edit *e, enum action action);
/* Types a character; control characters and what does not fit are left out. */
void line_edit_type(struct line_edit *e, uint32_t code);

#endif
