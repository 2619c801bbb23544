/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_IO_JSON_WRITER_H
#define TLBLAB_IO_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "tlblab/io/buffer.h"

/*
 * JSON written as it comes, without a tree: commas, indents and escapes are the
 * writer's business. Misuse (a value without its key, an end without its begin, more
 * than JSON_WRITER_DEPTH levels) and lack of memory stick as an error, so that a
 * caller checks once, when it takes the text.
 *
 *	struct json_writer w;
 *
 *	json_writer_init(&w, JSON_PRETTY);
 *	json_begin_object(&w);
 *	json_key(&w, "elapsed_s");
 *	json_number(&w, elapsed_s);
 *	json_end_object(&w);
 *	char *text = json_writer_take(&w, NULL);
 */
enum json_style {
	JSON_COMPACT, /* everything on one line */
	JSON_PRETTY,  /* two blanks a level; see json_begin_line_object */
};

enum { JSON_WRITER_DEPTH = 64, JSON_NUMBER_BYTES = 32 };

struct json_writer {
	struct buffer out;
	enum json_style style;
	int depth;
	int one_line_depth; /* levels deeper than this stay on their line */
	bool after_key;
	uint64_t in_array; /* bit d: level d is an array */
	uint64_t has_members;
};

void json_writer_init(struct json_writer *w, enum json_style style);
void json_writer_fini(struct json_writer *w);
/* The finished text, newline at the end, for the caller to free; NULL when anything
 * went wrong. The writer is empty afterwards. bytes may be NULL. */
char *json_writer_take(struct json_writer *w, size_t *bytes);

void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
/* The same, but all of its contents share one line even in the pretty style. */
void json_begin_line_object(struct json_writer *w);
void json_begin_line_array(struct json_writer *w);

void json_key(struct json_writer *w, const char *key);
/* NULL is null; bytes that are not UTF-8 become U+FFFD. */
void json_string(struct json_writer *w, const char *text);
/* The shortest decimal that reads back equal; NaN and infinities are null. */
void json_number(struct json_writer *w, double value);
void json_int(struct json_writer *w, int64_t value);
void json_uint(struct json_writer *w, uint64_t value);
void json_bool(struct json_writer *w, bool value);
void json_null(struct json_writer *w);

/* A key and its value in one call. */
void json_put_string(struct json_writer *w, const char *key, const char *text);
void json_put_number(struct json_writer *w, const char *key, double value);
void json_put_int(struct json_writer *w, const char *key, int64_t value);
void json_put_uint(struct json_writer *w, const char *key, uint64_t value);
void json_put_bool(struct json_writer *w, const char *key, bool value);
void json_put_null(struct json_writer *w, const char *key);
/* value, or null where it is negative: ids and counts whose -1 means unknown. */
void json_put_known(struct json_writer *w, const char *key, int64_t value);

/* As json_number writes it, whatever the locale: "" for NaN and infinities. buf has
 * JSON_NUMBER_BYTES; returns its length. */
size_t json_number_text(char *buf, double value);

#endif
