/* SPDX-License-Identifier: MIT */
#include "commands/signals.h"

#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

int stop_signals_take(struct stop_signals *s, struct error *error)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &s->before);
	s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->fd >= 0)
		return 0;
	return error_set(error, ERROR_MACHINE, errno, "signalfd", strerror(errno),
			 "close some files or programs");
}

void stop_signals_give_back(struct stop_signals *s)
{
	struct signalfd_siginfo taken;

	while (read(s->fd, &taken, sizeof(taken)) > 0)
		;
	close(s->fd);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}
