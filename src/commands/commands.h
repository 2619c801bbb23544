/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_COMMANDS_H
#define TLBLAB_SRC_COMMANDS_COMMANDS_H

#include "tlblab/commands/command.h"

extern const struct command command_open;
extern const struct command command_run;
extern const struct command command_compare;
extern const struct command command_replay;
extern const struct command command_report;
extern const struct command command_tune;
extern const struct command command_list;
extern const struct command command_machine;
extern const struct command command_doctor;
extern const struct command command_who;

#endif
