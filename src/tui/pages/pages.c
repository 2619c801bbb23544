/* SPDX-License-Identifier: MIT */
#include "tui/pages/pages.h"

static const struct page_desc *const pages[PAGE_N] = {
	[PAGE_OVERVIEW] = &page_overview, [PAGE_LATENCY] = &page_latency,
	[PAGE_FLUSHES] = &page_flushes,	  [PAGE_MACHINE] = &page_machine,
	[PAGE_SENSORS] = &page_sensors,	  [PAGE_PROVENANCE] = &page_provenance,
};

const struct page_desc *page_shown(const struct app *a)
{
	switch (a->mode) {
	case MODE_SWEEP: return &page_sweep;
	case MODE_TUNE: return a->trial ? &page_trial : &page_tune;
	case MODE_BENCH: break;
	}
	if (a->zoomed && a->page == PAGE_OVERVIEW)
		return &page_zoom;
	if (app_lesson_is_on(a) && a->page == PAGE_OVERVIEW)
		return a->lesson.on_form ? &page_lesson_form : &page_lesson;
	return pages[a->page];
}
