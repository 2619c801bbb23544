/* SPDX-License-Identifier: MIT */
#include "tui/pages/pages.h"

#include "tui/mode.h"

static const struct page_desc *const pages[PAGE_N] = {
	[PAGE_OVERVIEW] = &page_overview, [PAGE_LATENCY] = &page_latency,
	[PAGE_FLUSHES] = &page_flushes,	  [PAGE_MACHINE] = &page_machine,
	[PAGE_SENSORS] = &page_sensors,	  [PAGE_PROVENANCE] = &page_provenance,
};

const struct page_desc *page_of_bench(const struct app *a)
{
	return a->zoomed && a->page == PAGE_OVERVIEW ? &page_zoom : pages[a->page];
}

struct page_desc page_shown(const struct app *a)
{
	return mode_table[app_mode(a)]->page(a);
}

bool page_is_for_all(enum action action)
{
	return action == ACTION_UP || action == ACTION_DOWN ||
	       action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN ||
	       action == ACTION_FIRST || action == ACTION_LAST ||
	       action == ACTION_EXPORT || action == ACTION_HELP ||
	       action == ACTION_ABOUT || action == ACTION_SCHEME ||
	       action == ACTION_MESSAGES;
}
