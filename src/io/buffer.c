/* SPDX-License-Identifier: MIT */
#include "tlblab/io/buffer.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int buffer_reserve(struct buffer *b, size_t more)
{
	size_t need, cap;
	char *grown;

	if (b->error)
		return b->error;
	if (__builtin_add_overflow(b->bytes, more, &need) || need >= SIZE_MAX / 2)
		return b->error = -ENOMEM;
	if (need < b->cap)
		return 0;
	cap = b->cap ? b->cap : 256;
	while (cap <= need)
		cap *= 2;
	grown = realloc(b->data, cap);
	if (!grown)
		return b->error = -ENOMEM;
	b->data = grown;
	b->cap = cap;
	return 0;
}

void buffer_put(struct buffer *b, const char *data, size_t bytes)
{
	if (buffer_reserve(b, bytes))
		return;
	memcpy(b->data + b->bytes, data, bytes);
	b->bytes += bytes;
	b->data[b->bytes] = '\0';
}

void buffer_put_text(struct buffer *b, const char *text)
{
	buffer_put(b, text, strlen(text));
}

void buffer_put_char(struct buffer *b, char c)
{
	buffer_put(b, &c, 1);
}

void buffer_free(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){0};
}

char *buffer_take(struct buffer *b, size_t *bytes)
{
	char *data;

	buffer_put(b, "", 0); /* so that an empty text is a text */
	if (b->error) {
		buffer_free(b);
		return NULL;
	}
	data = b->data;
	if (bytes)
		*bytes = b->bytes;
	*b = (struct buffer){0};
	return data;
}
