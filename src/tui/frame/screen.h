/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_FRAME_SCREEN_H
#define TLBLAB_SRC_TUI_FRAME_SCREEN_H

#include "tlblab/draw/canvas.h"
#include "tui/app/app.h"

/* Draws everything, on the whole canvas. Returns how far the page or overlay can be
 * scrolled. */
int screen_draw(struct canvas *c, const struct snapshot *snap, const struct app *app);

#endif
