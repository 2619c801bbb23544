/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_FRAME_TERMINAL_H
#define TLBLAB_SRC_TUI_FRAME_TERMINAL_H

#include <stdio.h>

#include "tlblab/base/error.h"
#include "tlblab/base/reading.h"
#include "tlblab/draw/canvas.h"
#include "tui/frame/mouse.h"

/* The one real terminal. Between open and close it is in the program's hands; close
 * gives it back as it was, and so does a crash. */
struct terminal;

/* keys: standard input, or the terminal itself where that carries something else; it
 * stays the caller's. It and standard output must be a terminal that can move its
 * cursor; if not, the error says what to use instead. */
int terminal_open(struct terminal **out, FILE *keys, struct error *error);
/* Whether TERM names a terminal that can be drawn on, and with what characters. */
void terminal_availability(struct availability *out);
void terminal_close(struct terminal *t); /* NULL is fine */
/* What the locale, TERM and TLBLAB_GLYPHS ask for. */
const struct glyphs *terminal_glyphs(const struct terminal *t);
/* False where NO_COLOR is set or the terminal has none: every scheme is mono then. */
bool terminal_has_colours(const struct terminal *t);
/* What is shown from now on has this scheme, and what is drawn on c its strokes. */
void terminal_dress(struct terminal *t, struct canvas *c, enum scheme scheme);
void terminal_size(const struct terminal *t, int *w, int *h);
/* The next key as keymap.h names it, KEY_NOTHING when none waits. After
 * KEY_SIZE_CHANGED the size is a new one, after KEY_POINTED terminal_pointed tells
 * where and how. */
int terminal_read_key(struct terminal *t);
struct mouse_event terminal_pointed(const struct terminal *t);
/* Sends what differs from the picture shown before. */
int terminal_show(struct terminal *t, const struct canvas *c);

#endif
