/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_CALIBRATE_CALIBRATE_H
#define TLBLAB_SRC_COMMANDS_CALIBRATE_CALIBRATE_H

/* `run calibrate`: argv[0] is "calibrate". Returns the process's exit status. */
int calibrate_run(int argc, char **argv);

#endif
