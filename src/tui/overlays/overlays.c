/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "tui/pages/pages.h"

static const struct overlay_desc *const overlays[OVERLAY_N] = {
	[OVERLAY_NONE] = NULL,
	[OVERLAY_HELP] = &overlay_help,
	[OVERLAY_NOTES] = &overlay_notes,
	[OVERLAY_DOCTOR] = &overlay_doctor,
	[OVERLAY_PRESETS] = &overlay_presets,
	[OVERLAY_MESSAGES] = &overlay_messages,
	[OVERLAY_ABOUT] = &overlay_about,
};

const struct overlay_desc *overlay_shown(const struct app *a)
{
	return overlays[a->overlay];
}

void overlay_open(struct app *a, enum overlay overlay)
{
	a->overlay = overlay;
	a->scroll = 0;
}

void overlay_close(struct app *a)
{
	overlay_open(a, OVERLAY_NONE);
}
