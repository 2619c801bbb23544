/* SPDX-License-Identifier: MIT */
/*
 * bench_replay STREAM: opens it, jumps to a hundred moments, and says what that took:
 * of an hour at 10 Hz of 512 CPUs (make_recording.py) under 1 s, 50 ms and 64 MB.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tlblab/backends/replay.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/stats.h"
#include "tlblab/io/recording_read.h"

static double now_ms(void)
{
	return (double)clock_now_ns() * 1e-6;
}

int main(int argc, char **argv)
{
	struct catalogue catalogues[2];
	const struct catalogue *c = backends_catalogue(catalogues);
	struct recording_reader *reader;
	struct replay *replay;
	struct error error = {.code = ERROR_NONE};
	struct rng rng = {1};
	struct rusage usage;
	char text[800];
	int fd;
	double began_ms = now_ms(), worst_ms = 0, sum_ms = 0;

	if (argc < 2)
		return 77;
	if (recording_reader_open(&reader, c, argv[1], &fd, &error) || fd >= 0) {
		fprintf(stderr, "%s\n", error_text(&error, text, sizeof(text)));
		return 1;
	}
	struct result_data *d = recording_reader_data(reader);
	const struct replay_source source = {
		.recording = recording_reader_recording(reader),
		.machine = &d->machine,
		.catalogue = c,
		.experiment = &d->preset.experiment,
		.runs = d->runs,
		.n_runs = d->n_runs,
		.complete = true,
	};

	if (replay_new(&replay, &source))
		return 1;
	replay_snapshot(replay);
	double open_ms = now_ms() - began_ms, end_s = replay_end_s(replay);

	for (int i = 0; i < 100; i++) {
		double from_ms = now_ms(), took_ms;

		replay_seek(replay, rng_unit(&rng) * end_s);
		replay_snapshot(replay);
		took_ms = now_ms() - from_ms;
		sum_ms += took_ms;
		worst_ms = took_ms > worst_ms ? took_ms : worst_ms;
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("replay: intervals        %10d\n",
	       recording_count(source.recording) *
		       recording_thinning(source.recording));
	printf("replay: open             %10.1f ms   under 1000\n", open_ms);
	printf("replay: seek, mean       %10.2f ms\n", sum_ms / 100);
	printf("replay: seek, worst      %10.2f ms   under 50\n", worst_ms);
	printf("replay: memory           %10.1f MB   under 64\n",
	       (double)usage.ru_maxrss / 1024);
	replay_free(replay);
	recording_reader_free(reader);
	return 0;
}
