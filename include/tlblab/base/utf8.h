/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_UTF8_H
#define TLBLAB_BASE_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed UTF-8 character at s, of which n bytes are there (n > 0);
 * 0 when it is none: overlong, a surrogate, beyond U+10FFFF, or cut short. */
size_t utf8_length(const char *s, size_t n);

/* text for an error line: control characters become '?', and what is longer than the
 * buffer is cut at a character with "…". Returns buf. */
const char *utf8_show(char *buf, size_t buf_bytes, const char *text);

#endif
