/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_IO_BUFFER_H
#define TLBLAB_IO_BUFFER_H

#include <stddef.h>

/*
 * Growing text. The first failure sticks: later calls do nothing, and the owner asks
 * once at the end. data is terminated whenever it is not NULL.
 */
struct buffer {
	char *data; /* malloc'd */
	size_t bytes, cap;
	int error; /* 0 or -errno */
};

void buffer_put(struct buffer *b, const char *data, size_t bytes);
void buffer_put_text(struct buffer *b, const char *text);
void buffer_put_char(struct buffer *b, char c);
void buffer_free(struct buffer *b);
/* Hands the text over to the caller and leaves *b empty; NULL after an error (then
 * everything is freed). bytes may be NULL. */
char *buffer_take(struct buffer *b, size_t *bytes);

#endif
