/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_JSON_SCAN_H
#define TLBLAB_SRC_IO_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where things are in a JSON text. cJSON builds trees but knows no lines, forgives
 * what RFC 8259 forbids (leading zeros, raw line breaks in strings, a zero character
 * that cuts a key short), so a text is first checked here, strictly; then a node of
 * the tree is found again in the text by its position: second member of the root,
 * third element of that, and so on. Pure, no allocation; every function stays inside
 * [text, text + bytes).
 */
enum { JSON_SCAN_DEPTH = 32 };

struct json_error {
	size_t offset;
	char why[128];
	char todo[96];
};

/* One value; a member's value has its key before it. Offsets into the text. */
struct json_span {
	size_t key, key_end; /* the quotes included; both 0 in an array */
	size_t start, end;
};

/* True when text is one JSON value and nothing else. */
bool json_scan_check(const char *text, size_t bytes, struct json_error *error);

/* The functions below want a text that passed the check. */

/* The whole text's value. */
struct json_span json_scan_root(const char *text, size_t bytes);
/* Steps through the members or elements of container: *child is zeroed first, then
 * handed back. False at the end, or when container holds none. */
bool json_scan_next(const char *text, const struct json_span *container,
		    struct json_span *child);
/* path[i] counts members or elements from 0. False when there is no such value. */
bool json_scan_locate(const char *text, size_t bytes, const int *path, int depth,
		      struct json_span *out);
/* 1 for the first line. */
size_t json_scan_line(const char *text, size_t offset);

#endif
