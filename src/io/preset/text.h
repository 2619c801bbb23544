/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_PRESET_TEXT_H
#define TLBLAB_SRC_IO_PRESET_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "io/json/doc.h"
#include "tlblab/io/json_writer.h"
#include "tlblab/lab/preset.h"

#define PRESET_SCHEMA "tlblab.preset/1"
enum { PRESET_MAX_BYTES = 1 << 20 };

/* preset_parse for a text of known length, which may hold anything. */
int preset_parse_bytes(struct preset *p, const struct catalogue *c, const char *text,
		       size_t bytes, const char *name, struct error *error);
/* From a tree that is part of a larger document. p must be zeroed. */
int preset_read(struct json_doc *d, const struct json_at *at, const struct catalogue *c,
		struct preset *p);
/* "sweep" into p, whose experiment is read already. */
int preset_read_sweep(struct json_doc *d, const struct json_at *at,
		      const struct catalogue *c, struct preset *p);
/* "lesson" and "course" into p, whose experiment is read already, in that order. */
int preset_read_lesson(struct json_doc *d, const struct json_at *at,
		       const struct catalogue *c, struct preset *p);
int preset_read_course(struct json_doc *d, const struct json_at *at, struct preset *p);
/* Text that will be shown as one line, shorter than max_bytes. */
int preset_read_line(struct json_doc *d, const struct json_at *at, size_t max_bytes);
/* One setting's JSON value, its kind and limits checked. */
int preset_read_value(struct json_doc *d, const struct json_at *at,
		      const struct param_desc *desc, struct param_value *v);
/* A preset's name is also a file's: letters, digits, '.', '_' and '-', no '.' first. */
bool preset_name_valid(const char *name);

/* The preset, or its experiment alone, as one JSON object. */
void preset_put(struct json_writer *w, const struct preset *p,
		const struct catalogue *c);
void preset_put_lesson(struct json_writer *w, const struct preset *p,
		       const struct catalogue *c);
void preset_put_value(struct json_writer *w, const struct param_desc *d,
		      const struct param_value *v);
void experiment_put_json(struct json_writer *w, const struct experiment *e,
			 const struct catalogue *c);

#endif
