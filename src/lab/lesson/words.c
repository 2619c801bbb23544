/* SPDX-License-Identifier: MIT */
/* What a step found, in sentences; nothing is claimed that its interval does not bear.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/lesson_run.h"
#include "tlblab/lab/noise.h"

/* A single disturbed interval in so many does not move a median. */
enum { DISTURBED_ONE_IN = 5, OPERATIONS_FEW = 5 };

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

/* The number with its interval, and by which metric where that is another one. */
static void number_append(const struct lesson_step *s, const struct lesson_result *r,
			  char *buf, size_t buf_bytes)
{
	const char *what = s->measure.what ? s->measure.what
					   : metric_table[s->measure.metric].title;
	char estimate[48], low[48], high[48];

	lesson_number_text(s, r->estimate, estimate, sizeof(estimate));
	text_append(buf, buf_bytes, "%s: %s", what, estimate);
	if (isnan(r->ci95_low) || isnan(r->ci95_high)) {
		text_append(buf, buf_bytes, " (one sample, so no interval)");
	} else {
		lesson_number_text(s, r->ci95_low, low, sizeof(low));
		lesson_number_text(s, r->ci95_high, high, sizeof(high));
		if (strcmp(low, high))
			text_append(buf, buf_bytes, " (95 %% CI %s to %s, %zu samples)",
				    low, high, r->n);
		else
			text_append(buf, buf_bytes, " (%zu equal samples)", r->n);
	}
	if (r->metric != s->measure.metric)
		text_append(buf, buf_bytes, ", measured as %s",
			    metric_table[r->metric].title);
	text_append(buf, buf_bytes, ".");
}

const char *lesson_measured_text(const struct lesson_step *s,
				 const struct lesson_result *r, char *buf,
				 size_t buf_bytes)
{
	buf[0] = '\0';
	switch (r->outcome) {
	case LESSON_NOT_MADE: return buf;
	case LESSON_FAILED:
		text_append(buf, buf_bytes, "This step failed: %s.", r->why);
		return buf;
	case LESSON_ABSENT:
		text_append(buf, buf_bytes, "Not measurable here: %s.", r->why);
		return buf;
	case LESSON_SIMULATED:
		text_append(buf, buf_bytes,
			    "Not measurable here: %s. Simulated: ", r->why);
		break;
	case LESSON_SHOWN: break;
	}
	if (s->measure.given)
		number_append(s, r, buf, buf_bytes);
	return buf;
}

const char *lesson_noise_text(const struct lesson_result *r, char *buf,
			      size_t buf_bytes)
{
	buf[0] = '\0';
	if (r->outcome == LESSON_SHOWN && r->ops > 0 && r->ops < OPERATIONS_FEW) {
		snprintf(buf, buf_bytes, "Read with care: only %.0f operation%s ended.",
			 r->ops, r->ops == 1 ? "" : "s");
		return buf;
	}
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
	if (r->outcome == LESSON_SHOWN && r->is_void)
		text_append(buf, buf_bytes, "%s: %s.",
			    s->n_answers ? "Not measurable here, so there is no answer"
					 : "Not as the step means it",
			    r->why);
	if (r->outcome == LESSON_SIMULATED && s->n_answers)
		text_append(buf, buf_bytes,
			    "A simulation says nothing about this machine, so there "
			    "is no answer.");
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

const char *lesson_cause(const struct lesson_step *s, const struct lesson_result *r)
{
	if (r->outcome != LESSON_SHOWN || r->is_void)
		return NULL;
	if (*r->refused)
		return r->refused;
	return r->answer >= 0 ? s->answers[r->answer].so : NULL;
}
