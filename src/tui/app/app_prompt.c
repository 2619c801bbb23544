/* SPDX-License-Identifier: MIT */
/* What is typed in the last row: a value, a name, the axes of a sweep. */
#include "tui/app/app_prompt.h"

#include <stdio.h>

#include "tlblab/base/text.h"
#include "tui/app/app_fields.h"
#include "tui/mode.h"
#include "tui/pages/pages.h"

void app_prompt_name(struct app *a, enum prompt prompt)
{
	char name[LINE_EDIT_BYTES] = "", stamp[32] = "";
	const char *mode = mode_table[app_mode(a)]->export_name;

	if (prompt == PROMPT_SAVE) {
		text_copy(name, sizeof(name), a->preset->name);
	} else { /* without what shells and other file systems dislike */
		for (size_t i = 0, n = 0; a->utc[i] && n < sizeof(stamp) - 1; i++)
			if (a->utc[i] != '-' && a->utc[i] != ':')
				stamp[n++] = a->utc[i];
		snprintf(name, sizeof(name), "tlblab-%s-%s.json",
			 mode		    ? mode
			 : *a->preset->name ? a->preset->name
					    : "bench",
			 stamp);
	}
	line_edit_start(&a->edit, name);
	a->prompt = prompt;
}

static struct effect prompt_accept(struct app *a, const struct snapshot *snap)
{
	enum prompt prompt = a->prompt;

	if (prompt == PROMPT_FIELD)
		return app_field_accept(a, snap);
	if (prompt == PROMPT_MODE)
		return mode_table[a->asking]->prompt->accept(a);
	if (!*a->edit.text)
		return effect_of(EFFECT_NONE, "");
	a->prompt = PROMPT_NONE;
	return effect_of(prompt == PROMPT_SAVE ? EFFECT_SAVE_PRESET : EFFECT_EXPORT,
			 a->edit.text);
}

struct effect app_prompt_act(struct app *a, const struct snapshot *snap,
			     enum action action, int key)
{
	if (a->prompt == PROMPT_SEARCH)
		return presets_search(a, action, key);
	if (action == ACTION_ACCEPT)
		return prompt_accept(a, snap);
	if (action == ACTION_CANCEL)
		a->prompt = PROMPT_NONE;
	else if (action == ACTION_NONE && key >= ' ')
		line_edit_type(&a->edit, (uint32_t)key);
	else
		line_edit_act(&a->edit, action);
	return effect_of(EFFECT_NONE, "");
}
