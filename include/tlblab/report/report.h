/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_REPORT_REPORT_H
#define TLBLAB_REPORT_REPORT_H

#include "tlblab/io/buffer.h"
#include "tlblab/io/result_read.h"

/*
 * Results as something to take home: one HTML file with its plots inside, which asks
 * the network for nothing, follows the reader's light or dark and prints; or the plots
 * alone as one SVG. The first result is what the others are compared to. Pure: text
 * goes into a buffer, whose error the caller looks at.
 */
struct report_file {
	const char *name; /* for people */
	const struct result_data *data;
};

void report_put_html(struct buffer *out, const struct report_file *files, int n,
		     const struct catalogue *catalogue);
void report_put_svg(struct buffer *out, const struct report_file *files, int n,
		    const struct catalogue *catalogue);

#endif
