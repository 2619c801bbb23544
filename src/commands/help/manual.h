/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_HELP_MANUAL_H
#define TLBLAB_SRC_COMMANDS_HELP_MANUAL_H

/* The word by which the Makefile asks for what is installed beside the program. */
#define MANUAL_WORD "--manual"

/* Prints the man page ("man") or a shell's completions ("bash", "zsh", "fish"), made
 * of the tables that print --help. Returns the exit status. */
int manual_print(const char *kind);

/* The shells. */
void completions_bash(void);
void completions_zsh(void);
void completions_fish(void);

#endif
