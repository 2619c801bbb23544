/* SPDX-License-Identifier: MIT */
#include "tui/replay/playhead.h"

/* A twentieth of the time axis shown, so that a press moves the picture alike. */
static double seek_s(const struct replay *r, double shown_s)
{
	double end = replay_end_s(r);

	return (shown_s > 0 && shown_s < end ? shown_s : end) / 20;
}

/* 1, 2, 5, 10 … up or down. */
static double speed_next(double speed, bool faster)
{
	static const double steps[] = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100};
	int n = sizeof(steps) / sizeof(steps[0]);

	for (int i = 0; i < n; i++) {
		double at = steps[faster ? i : n - 1 - i];

		if (faster ? at > speed * 1.001 : at < speed * 0.999)
			return at;
	}
	return speed;
}

bool playhead_has(enum action action)
{
	return action == ACTION_RUN ||
	       (action >= ACTION_SEEK_BACK && action <= ACTION_TO_END);
}

void playhead_act(struct replay *r, enum action action, double shown_s)
{
	double at = replay_at_s(r), end = replay_end_s(r);

	switch (action) {
	case ACTION_RUN: replay_play(r, !replay_plays(r)); break;
	case ACTION_SEEK_BACK: replay_seek(r, at - seek_s(r, shown_s)); break;
	case ACTION_SEEK_ON: replay_seek(r, at + seek_s(r, shown_s)); break;
	case ACTION_LEAP_BACK: replay_seek(r, at - end / 10); break;
	case ACTION_LEAP_ON: replay_seek(r, at + end / 10); break;
	case ACTION_STEP_BACK: replay_step(r, -1); break;
	case ACTION_STEP_ON: replay_step(r, 1); break;
	case ACTION_SKIP_BACK: replay_skip(r, -1); break;
	case ACTION_SKIP_ON: replay_skip(r, 1); break;
	case ACTION_SLOWER:
		replay_set_speed(r, speed_next(replay_speed(r), false));
		break;
	case ACTION_FASTER:
		replay_set_speed(r, speed_next(replay_speed(r), true));
		break;
	case ACTION_TO_START: replay_seek(r, 0); break;
	case ACTION_TO_END: replay_seek(r, end); break;
	default: break;
	}
}
