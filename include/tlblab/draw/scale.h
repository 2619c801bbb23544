/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_SCALE_H
#define TLBLAB_DRAW_SCALE_H

#include <stdbool.h>
#include <stddef.h>

/* From values to dots: an axis whose ends and ticks are round (1-2-5) numbers. */
struct scale {
	bool log;
	double low, high;
	int dots;
};

/* The nearest 1, 2 or 5 times a power of ten at or above (below) x > 0. */
double scale_round_up(double x);
double scale_round_down(double x);
/* Ends for values from min to max. Linear axes begin at 0 (or at a round negative);
 * logarithmic ones hold what is above 0 and span at least a factor of four. */
void scale_fit(struct scale *s, bool log, double min, double max, int dots);
/* 0 is the lowest dot; values outside are held at the ends. */
int scale_dot(const struct scale *s, double value);
/* Round values for labels, ascending, at least `apart` dots from each other; the
 * count, at most max. */
int scale_ticks(const struct scale *s, int apart, double *ticks, int max);

/* text_quantity of a round number, without the digits that say nothing: "5 µs". */
const char *scale_label(char *buf, size_t buf_bytes, double value, const char *unit);

/* The part of the session that is drawn, and its labels. */
struct time_axis {
	double from_s, to_s;
};

/*
 * The axis for a span in seconds (0: all of the session). It widens in steps while the
 * session is younger than the span; later it stands still while data grow into it and
 * turns a quarter page when they reach its end. So a picture is added to rather than
 * moved: quiet for the eye, and cheap for the terminal.
 */
struct time_axis time_axis_of(double now_s, double span_s);
/* A round distance between labels so that they are `columns` or more apart. */
double time_axis_step(const struct time_axis *a, int width, int columns);
/* "0:05", "12:30", "1:02:03": returns buf. */
const char *time_axis_text(char *buf, size_t buf_bytes, double t_s);

#endif
