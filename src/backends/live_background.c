/* SPDX-License-Identifier: MIT */
#include "backends/live_background.h"

#include <string.h>

/* Long enough to see ten events a second more often than not, short enough that a
 * change on the screen still answers at once. */
enum { WINDOW_MS = 100 };

static const char row[] = "interrupts";

void live_background_forget(struct live_background *b)
{
	*b = (struct live_background){.known = false};
}

bool live_background_watch(struct live_background *b, struct sensor_set *sensors,
			   uint64_t now_ns)
{
	const struct availability *a = sensor_set_availability(sensors, row);
	struct sample sample;
	double elapsed_s = (double)(now_ns - b->since_ns) * 1e-9;

	if (b->known || !a || !a->available)
		return true;
	if (b->watching && elapsed_s * 1e3 < WINDOW_MS)
		return false;
	memset(&sample, 0, sizeof(sample));
	sensor_set_read_one(sensors, row, &sample);
	if (!b->watching) {
		b->watching = true;
		b->since_ns = now_ns;
		return false;
	}
	struct reading seen = sample_get(&sample, CH_SHOOTDOWNS);

	/* A count that was reset in this very moment: then none is subtracted. */
	b->per_s = reading_present(seen) ? seen.value / elapsed_s : 0;
	b->known = reading_present(seen);
	return true;
}

void live_background_put(const struct live_background *b, struct sample *sample)
{
	if (b->known && reading_present(sample_get(sample, CH_SHOOTDOWNS)))
		sample_put(sample, CH_SHOOTDOWNS_BACKGROUND,
			   b->per_s * sample->elapsed_s, QUALITY_EXACT);
}
