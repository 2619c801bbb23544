/* SPDX-License-Identifier: MIT */
#include "io/json/doc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/base/utf8.h"

enum { WHERE_BYTES = 256 };

void json_doc_init(struct json_doc *d, const char *name, const char *text, size_t bytes,
		   struct error *error)
{
	size_t length = strlen(name);

	*d = (struct json_doc){
		.text = text, .bytes = bytes, .first_line = 1, .error = error};
	if (length < sizeof(d->name))
		text_copy(d->name, sizeof(d->name), name);
	else
		snprintf(d->name, sizeof(d->name), "…%s",
			 name + length - (sizeof(d->name) - 4));
}

int json_doc_check(struct json_doc *d)
{
	struct json_error error;
	char what[WHERE_BYTES];

	if (json_scan_check(d->text, d->bytes, &error))
		return 0;
	snprintf(what, sizeof(what), "%s:%zu", d->name,
		 d->first_line - 1 + json_scan_line(d->text, error.offset));
	return error_set(d->error, ERROR_INPUT, EINVAL, what, error.why, error.todo);
}

int json_doc_tree(struct json_doc *d, cJSON **root)
{
	*root = cJSON_ParseWithLength(d->text, d->bytes);
	if (*root)
		return 0;
	return error_set(d->error, ERROR_MACHINE, ENOMEM, d->name,
			 "there is not enough memory to read it", "free some memory");
}

/* Position of the node among its parent's members or elements. */
static int json_at_index(const struct json_at *at)
{
	int i = 0;

	for (const cJSON *n = at->up->node->child; n && n != at->node; n = n->next)
		i++;
	return i;
}

static int json_at_depth(const struct json_at *at)
{
	int depth = 0;

	for (; at && at->up; at = at->up)
		depth++;
	return depth;
}

/* "experiment.threads", "sweep.threads[2]" */
static void json_at_text(const struct json_doc *d, const struct json_at *at, char *buf,
			 size_t buf_bytes)
{
	char shown[64];

	if (!at || !at->up) {
		text_copy(buf, buf_bytes, d->prefix);
		return;
	}
	json_at_text(d, at->up, buf, buf_bytes);
	if (cJSON_IsArray(at->up->node))
		text_append(buf, buf_bytes, "[%d]", json_at_index(at));
	else
		text_append(buf, buf_bytes, "%s%s", *buf ? "." : "",
			    utf8_show(shown, sizeof(shown), at->node->string));
}

static size_t json_at_line(const struct json_doc *d, const struct json_at *at)
{
	int path[JSON_SCAN_DEPTH + 1], depth = json_at_depth(at);
	struct json_span span;
	size_t offset = 0;

	for (int i = depth - 1; i >= 0; i--, at = at->up)
		path[i] = json_at_index(at);
	if (json_scan_locate(d->text, d->bytes, path, depth, &span))
		offset = span.key_end ? span.key : span.start;
	return d->first_line - 1 + json_scan_line(d->text, offset);
}

static void json_where(const struct json_doc *d, const struct json_at *at, char *what)
{
	char key[112] = "";

	if (at)
		json_at_text(d, at, key, sizeof(key));
	snprintf(what, WHERE_BYTES, "%s:%zu%s%s", d->name, json_at_line(d, at),
		 *key ? ": " : "", key);
}

int json_fail(struct json_doc *d, const struct json_at *at, const char *todo,
	      const char *why, ...)
{
	char what[WHERE_BYTES], reason[256];
	va_list args;

	json_where(d, at, what);
	va_start(args, why);
	vsnprintf(reason, sizeof(reason), why, args);
	va_end(args);
	return d->err = error_set(d->error, ERROR_INPUT, EINVAL, what, reason, todo);
}

int json_fail_as(struct json_doc *d, const struct json_at *at,
		 const struct error *because)
{
	char what[WHERE_BYTES];

	json_where(d, at, what);
	return d->err = error_set(d->error, ERROR_INPUT, EINVAL, what, because->why,
				  because->todo);
}

const char *json_kind(const cJSON *node)
{
	switch (node->type & 0xff) {
	case cJSON_False:
	case cJSON_True: return "true or false";
	case cJSON_NULL: return "null";
	case cJSON_Number: return "a number";
	case cJSON_String: return "text";
	case cJSON_Array: return "a list";
	default: return "an object";
	}
}

const cJSON *json_member(const struct json_at *at, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(at->node, key);
}

int json_expect(struct json_doc *d, const struct json_at *at, int type)
{
	const char *wanted = type == cJSON_Object  ? "an object { … } is expected"
			     : type == cJSON_Array ? "a list [ … ] is expected"
			     : type == cJSON_String
				     ? "text in double quotes is expected"
				     : "a number is expected";

	if ((at->node->type & 0xff) == type)
		return 0;
	return json_fail(d, at, wanted, "is %s", json_kind(at->node));
}

int json_only_keys(struct json_doc *d, const struct json_at *at,
		   const char *const *known, int n)
{
	for (const cJSON *m = at->node->child; m; m = m->next) {
		struct json_at member = {at, m};
		char todo[160] = "known are";
		const char *near;
		int i = 0;

		while (i < n && strcmp(known[i], m->string))
			i++;
		if (i < n && json_member(at, m->string) != m)
			return json_fail(d, &member, "keep one of them",
					 "is given twice");
		if (i < n)
			continue;
		near = text_nearest(m->string, known, n);
		if (near)
			snprintf(todo, sizeof(todo), "did you mean \"%s\"?", near);
		for (i = 0; !near && i < n; i++)
			text_append(todo, sizeof(todo), "%s %s", i ? "," : "",
				    known[i]);
		return json_fail(d, &member, todo, "unknown key");
	}
	return 0;
}
