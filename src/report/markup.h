/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_REPORT_MARKUP_H
#define TLBLAB_SRC_REPORT_MARKUP_H

#include "tlblab/io/buffer.h"

/* printf into the buffer: for markup and numbers, never for text from a file. */
void markup(struct buffer *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Text from anywhere: what HTML and XML would take for markup is escaped, and control
 * characters, which XML forbids, become U+FFFD. */
void markup_text(struct buffer *b, const char *text);

#endif
