/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_MAP_H
#define TLBLAB_SRC_TUI_APP_APP_MAP_H

#include "tui/pages/pages.h"

/* The model's part on the machine view: the cursor, and picking CPUs by hand into a
 * cpus: placement, in the order in which they were picked. */
page_act app_map_act;

#endif
