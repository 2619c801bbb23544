/* SPDX-License-Identifier: MIT */
/* The plots alone, one below the other. */
#include <errno.h>
#include <stdlib.h>

#include "report/markup.h"
#include "report/plots.h"

void report_put_svg(struct buffer *out, const struct report_file *files, int n,
		    const struct catalogue *catalogue)
{
	struct chart *chart = calloc(1, sizeof(*chart));
	struct buffer body = {.data = NULL};
	int y = 0;

	(void)catalogue;
	if (!chart) {
		out->error = out->error ? out->error : -ENOMEM;
		return;
	}
	for (int f = 0; f < n; f++)
		for (int k = 0; k < plots_all_n; k++)
			for (int i = 0; plots_all[k](&files[f], i, chart); i++)
				if (chart_put(&body, chart, y + 10))
					y += CHART_H + 20;
	markup(out,
	       "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	       "viewBox=\"-10 0 %d %d\">\n<style>",
	       CHART_W + 20, y, CHART_W + 20, y > 0 ? y : 1);
	buffer_put_text(out, chart_css);
	markup(out, "</style>\n<rect x=\"-10\" width=\"100%%\" height=\"100%%\" "
		    "style=\"fill:var(--bg)\"/>\n");
	if (body.data)
		buffer_put(out, body.data, body.bytes);
	markup(out, "</svg>\n");
	if (body.error && !out->error)
		out->error = body.error;
	buffer_free(&body);
	free(chart);
}
