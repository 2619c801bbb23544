/* SPDX-License-Identifier: MIT */
/*
 * An error is one printable line in three parts. Whatever a file name or a kernel
 * message brings along, no control character and no broken UTF-8 gets in: the line
 * stays one line of text and cannot drive the terminal it is printed on.
 */
#include "tlblab/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/base/utf8.h"

int error_set(struct error *f, enum error_code code, int err, const char *what,
	      const char *why, const char *todo)
{
	/* Built aside, because a part may be handed over from *f itself. */
	struct error built = {.code = code};

	if (!f)
		return -err;
	/* An argument that was empty; NULL: there is nothing to name. */
	utf8_show(built.what, sizeof(built.what),
		  !what	  ? ""
		  : *what ? what
			  : "empty name");
	utf8_show(built.why, sizeof(built.why), why ? why : "");
	utf8_show(built.todo, sizeof(built.todo), todo ? todo : "");
	*f = built;
	return -err;
}

int error_setf(struct error *f, enum error_code code, int err, const char *what,
	       const char *todo, const char *why_format, ...)
{
	char why[2 * sizeof(f->why)];
	va_list args;

	va_start(args, why_format);
	vsnprintf(why, sizeof(why), why_format, args);
	va_end(args);
	return error_set(f, code, err, what, why, todo);
}

void error_clear(struct error *f)
{
	*f = (struct error){.code = ERROR_NONE};
}

const char *error_text(const struct error *f, char *buf, unsigned long buf_bytes)
{
	const char *parts[] = {f->what, f->why, f->todo};
	const char *before[] = {"", ": ", "; "};
	bool any = false;

	if (!buf_bytes)
		return buf;
	buf[0] = '\0';
	for (int i = 0; i < 3; i++) {
		if (!parts[i][0])
			continue;
		text_append(buf, buf_bytes, "%s%s", any ? before[i] : "", parts[i]);
		any = true;
	}
	return buf;
}

int error_exit_status(const struct error *f)
{
	switch (f->code) {
	case ERROR_NONE: return 0;
	case ERROR_CHECK: return 1;
	case ERROR_INPUT: return 2;
	case ERROR_MACHINE: return 3;
	case ERROR_INTERRUPTED: return 130;
	}
	return 3;
}
