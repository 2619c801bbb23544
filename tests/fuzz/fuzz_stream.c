/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what a replay plays, arriving in pieces: refused with an error, or a
 * recording whose times run forwards; and in pieces of another size the same one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/catalogue_fixture.h"
#include "tlblab/io/recording_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

struct played {
	bool refused;
	long skipped;
	bool has_recording;
};

static struct played play(const char *text, size_t bytes, size_t piece)
{
	struct recording_reader *r = recording_reader_new(&test_catalogue, "fuzz");
	struct played out = {0};
	struct error error = {0};
	const struct error *why = NULL;
	int err = 0;

	if (!r)
		abort();
	for (size_t at = 0; at < bytes && !err; at += piece)
		err = recording_reader_feed(
			r, text + at, piece < bytes - at ? piece : bytes - at, &error);
	if (!err)
		err = recording_reader_finish(r, &error);
	if (err && (error.code == ERROR_NONE || !*error.what || !*error.why))
		abort();
	out.refused = err != 0;
	out.skipped = recording_reader_skipped(r, &why);
	if (out.skipped < 0 || (out.skipped > 0) != (why != NULL))
		abort();
	out.has_recording = !err && recording_reader_recording(r);
	recording_reader_free(r);
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1);
	struct played whole, pieces;

	if (!text)
		abort();
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	whole = play(text, bytes, bytes + 1);
	pieces = play(text, bytes, bytes ? 1 + data[0] % 61 : 1);
	if (whole.refused != pieces.refused || whole.skipped != pieces.skipped ||
	    whole.has_recording != pieces.has_recording)
		abort();
	free(text);
	return 0;
}
