/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_PARAM_H
#define TLBLAB_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/error.h"

/*
 * A typed, named setting with its limits and its words: what a preset may say, what
 * the form shows, what --set accepts and what help prints all come from one table of
 * these.
 */
enum param_kind {
	PARAM_INT,    /* number */
	PARAM_BOOL,   /* number 0 or 1 */
	PARAM_REAL,   /* real */
	PARAM_CHOICE, /* number is an index into choices */
	PARAM_TEXT,   /* text */
};

/* Room for a command line. */
enum { PARAM_TEXT_BYTES = 1024 };

struct param_value {
	bool is_null; /* only where the description says nullable */
	int64_t number;
	double real;
	char text[PARAM_TEXT_BYTES];
};

struct param_desc {
	const char *key;
	enum param_kind kind;
	const char *unit;	    /* "pages", "bytes", "s", "ms" or "" */
	const char *help;	    /* one line, a teacher can read it aloud */
	double min, max;	    /* inclusive, for INT and REAL */
	const char *const *choices; /* NULL-terminated, for CHOICE */
	const char *def;	    /* default, as text; "" for an empty text */
	bool nullable;
	const char *null_text; /* how null shows in the form: "kernel's" */
	/* How ◂ ▸ step a number: 0 next of 1-2-5, 1 powers of two, 2 by one. */
	int step;
};

/* Parses text into *v and checks limits; "null" where nullable, numbers also with their
 * unit. *v is unchanged on failure. The error names the key, what is allowed, and for
 * choices the nearest one. */
int param_parse(const struct param_desc *d, const char *text, struct param_value *v,
		struct error *error);
/* Checks a value that came from elsewhere (JSON). */
int param_check(const struct param_desc *d, const struct param_value *v,
		struct error *error);
/* The default; aborts on a table whose default does not parse (a programming error
 * that the unit tests catch for every table). */
void param_default(const struct param_desc *d, struct param_value *v);
/* As parse accepts it and files keep it: "yes", "33", "0.5", "munmap", "null". Returns
 * buf. */
const char *param_text(const struct param_desc *d, const struct param_value *v,
		       char *buf, size_t buf_bytes);
/* As people read it, and parse accepts it too: "33 pages", "128 MiB", "kernel's". */
const char *param_label(const struct param_desc *d, const struct param_value *v,
			char *buf, size_t buf_bytes);
/* What is allowed, in words: "1 to 4096", "yes or no", "munmap, dontneed or free". */
const char *param_allowed(const struct param_desc *d, char *buf, size_t buf_bytes);
/* The neighbour in direction +1 or -1, clamped (choices wrap round). */
void param_step(const struct param_desc *d, struct param_value *v, int direction);
bool param_equal(const struct param_desc *d, const struct param_value *a,
		 const struct param_value *b);

#endif
