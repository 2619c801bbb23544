/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_JSON_DOC_H
#define TLBLAB_SRC_IO_JSON_DOC_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "io/json/scan.h"
#include "tlblab/base/error.h"

/*
 * A JSON text being read, and errors that say where in it: "mine.json:7:
 * experiment.threads". Readers keep a json_at on their stack for each level they are
 * in; the chain of them is both the key's name and the way back to its line.
 */
struct json_doc {
	char name[128]; /* what errors call the text; the end of a long path */
	const char *text;
	size_t bytes;
	size_t first_line; /* of text in its file */
	char prefix[48];   /* key of the root in its file, "" for the file's own */
	struct error *error;
	int err; /* of the first json_fail; the getters below do nothing after it */
};

struct json_at {
	const struct json_at *up; /* NULL for the root */
	const cJSON *node;
};

void json_doc_init(struct json_doc *d, const char *name, const char *text, size_t bytes,
		   struct error *error);
/* Checks all of the text, or says where it is wrong. 0 or -errno. */
int json_doc_check(struct json_doc *d);
/* The tree of a text that passed, for cJSON_Delete. 0 or -errno with an error. */
int json_doc_tree(struct json_doc *d, cJSON **root);

/* Fills the error with place, reason and remedy; returns -EINVAL. */
int json_fail(struct json_doc *d, const struct json_at *at, const char *todo,
	      const char *why, ...) __attribute__((format(printf, 4, 5)));
/* The same with the reason and remedy of another error, which may be the doc's. */
int json_fail_as(struct json_doc *d, const struct json_at *at,
		 const struct error *because);
/* What a node is, in words: "a number", "text" … */
const char *json_kind(const cJSON *node);
/* The member of an object, or NULL. */
const cJSON *json_member(const struct json_at *at, const char *key);
/* 0 when the node is what is wanted: cJSON_Object, cJSON_Array, cJSON_String,
 * cJSON_Number. */
int json_expect(struct json_doc *d, const struct json_at *at, int type);
/* Fails at the first member that is not among the n known ones, or there twice. */
int json_only_keys(struct json_doc *d, const struct json_at *at,
		   const char *const *known, int n);

/*
 * Getters for readers that take what is there: a member that is missing or null gives
 * the value for missing, one of a wrong kind fails (see json_doc.err).
 */
double json_get_number(struct json_doc *d, const struct json_at *at, const char *key);
int64_t json_get_int(struct json_doc *d, const struct json_at *at, const char *key,
		     int64_t missing);
bool json_get_bool(struct json_doc *d, const struct json_at *at, const char *key,
		   bool missing);
/* Cut to fit; "" when missing. */
void json_get_text(struct json_doc *d, const struct json_at *at, const char *key,
		   char *buf, size_t buf_bytes);
/* cJSON_Object or cJSON_Array; out->node is NULL (and false returned) when missing. */
bool json_get_container(struct json_doc *d, const struct json_at *at, const char *key,
			int type, struct json_at *out);
/* An element or member as a number; NaN for null. */
double json_number_at(struct json_doc *d, const struct json_at *at);

#endif
