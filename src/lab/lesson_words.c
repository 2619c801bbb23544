/* SPDX-License-Identifier: MIT */
/* What a step found, in sentences; nothing is claimed that its interval does not bear.
 */
#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/lesson_run.h"
#include "tlblab/lab/noise.h"

/* A single disturbed interval in so many does not move a median. */
enum { DISTURBED_ONE_IN = 5 };

const char *lesson_number_text(const struct lesson_step *s, double value, char *buf,
			       size_t buf_bytes)
{
	const struct lesson_measure *m = &s->measure;
	const char *unit = *m->unit ? m->unit : metric_table[m->metric].unit;

	if (!*m->unit && m->compare == LESSON_RATIO_TO)
		unit = "x";
	if (unit[0] != 'x' || unit[1])
		return text_quantity(buf, buf_bytes, value, unit);
	if (value != 0 && fabs(value) < 0.0995)
		snprintf(buf, buf_bytes, "%.2gx", value);
	else
		snprintf(buf, buf_bytes, "%.*fx", fabs(value) < 9.995 ? 2 : 1, value);
	return buf;
}

const char *lesson_measured_text(const struct lesson_step *s,
				 const struct lesson_result *r, char *buf,
				 size_t buf_bytes)
{
	const char *what = s->measure.what ? s->measure.what
					   : metric_table[s->measure.metric].title;
	char estimate[48], low[48], high[48];

	buf[0] = '\0';
	if (r->outcome == LESSON_ABSENT || r->outcome == LESSON_FAILED) {
		snprintf(buf, buf_bytes, "%s: %s.",
			 r->outcome == LESSON_ABSENT ? "Not measured here"
						     : "This step failed",
			 r->why);
		return buf;
	}
	if (r->outcome != LESSON_SHOWN || !s->measure.given)
		return buf;
	lesson_number_text(s, r->estimate, estimate, sizeof(estimate));
	snprintf(buf, buf_bytes, "%s: %s", what, estimate);
	if (!isnan(r->ci95_low) && !isnan(r->ci95_high))
		text_append(buf, buf_bytes, " (95 %% interval %s to %s, %zu intervals)",
			    lesson_number_text(s, r->ci95_low, low, sizeof(low)),
			    lesson_number_text(s, r->ci95_high, high, sizeof(high)),
			    r->n);
	else
		text_append(buf, buf_bytes, " (one interval, so no spread is known)");
	text_append(buf, buf_bytes, ".");
	return buf;
}

const char *lesson_noise_text(const struct lesson_result *r, char *buf,
			      size_t buf_bytes)
{
	buf[0] = '\0';
	if (r->outcome != LESSON_SHOWN ||
	    r->disturbed * DISTURBED_ONE_IN <= r->intervals)
		return buf;
	for (int i = 0; i < NOISE_KINDS; i++)
		if (r->noise & 1u << i)
			text_append(buf, buf_bytes, "%s%s",
				    *buf ? ", " : "Read with care: ", noise_word[i]);
	text_append(buf, buf_bytes, " in %d of %d intervals.", r->disturbed,
		    r->intervals);
	return buf;
}

const char *lesson_verdict_text(const struct lesson_step *s,
				const struct lesson_result *r, char *buf,
				size_t buf_bytes)
{
	bool close = r->answer_low != r->answer_high;

	buf[0] = '\0';
	if (r->outcome != LESSON_SHOWN || r->answer < 0)
		return buf;
	snprintf(buf, buf_bytes, "The answer: %s.", s->answers[r->answer].text);
	if (close && r->answer_low < r->answer)
		text_append(buf, buf_bytes, " The interval reaches down to: %s.",
			    s->answers[r->answer_low].text);
	if (close && r->answer_high > r->answer)
		text_append(buf, buf_bytes, " The interval reaches up to: %s.",
			    s->answers[r->answer_high].text);
	if (r->predicted < 0)
		return buf;
	if (r->predicted == r->answer)
		text_append(buf, buf_bytes, " As you said.");
	else if (r->predicted >= r->answer_low && r->predicted <= r->answer_high)
		text_append(buf, buf_bytes, " You said %s: that is not ruled out.",
			    s->answers[r->predicted].text);
	else
		text_append(buf, buf_bytes, " You said: %s.",
			    s->answers[r->predicted].text);
	return buf;
}
