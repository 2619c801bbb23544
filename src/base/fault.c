/* SPDX-License-Identifier: MIT */
/*
 * A fault is one printable line in three parts. Whatever a file name or a kernel
 * message brings along, no control character gets in: the line stays one line and
 * cannot drive the terminal it is printed on.
 */
#include "tlblab/base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

static void fault_copy_part(char *dst, size_t dst_bytes, const char *src)
{
	static const char ellipsis[] = "…";

	if (!text_copy(dst, dst_bytes, src ? src : "")) {
		text_copy(dst, dst_bytes - sizeof(ellipsis) + 1, src);
		memcpy(dst + strlen(dst), ellipsis, sizeof(ellipsis));
	}
	for (char *c = dst; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
}

int fault_set(struct fault *f, enum fault_code code, int err, const char *what,
	      const char *why, const char *todo)
{
	/* Built aside, because a part may be handed over from *f itself. */
	struct fault built = {.code = code};

	if (!f)
		return -err;
	fault_copy_part(built.what, sizeof(built.what), what);
	fault_copy_part(built.why, sizeof(built.why), why);
	fault_copy_part(built.todo, sizeof(built.todo), todo);
	*f = built;
	return -err;
}

int fault_setf(struct fault *f, enum fault_code code, int err, const char *what,
	       const char *todo, const char *why_format, ...)
{
	char why[2 * sizeof(f->why)];
	va_list args;

	va_start(args, why_format);
	vsnprintf(why, sizeof(why), why_format, args);
	va_end(args);
	return fault_set(f, code, err, what, why, todo);
}

void fault_clear(struct fault *f)
{
	*f = (struct fault){.code = FAULT_NONE};
}

const char *fault_text(const struct fault *f, char *buf, unsigned long buf_bytes)
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

int fault_exit_status(const struct fault *f)
{
	switch (f->code) {
	case FAULT_NONE: return 0;
	case FAULT_CHECK: return 1;
	case FAULT_INPUT: return 2;
	case FAULT_MACHINE: return 3;
	case FAULT_INTERRUPTED: return 130;
	}
	return 3;
}
