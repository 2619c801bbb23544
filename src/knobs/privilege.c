/* SPDX-License-Identifier: MIT */
#include "knobs/privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tlblab/base/text.h"
#include "tlblab/knobs/privilege.h"

static int read_id(const char *name, int64_t *out)
{
	const char *text = getenv(name);

	if (!text)
		return -ENOENT;
	if (text_to_int(text, false, out) || *out < 0 || *out >= UINT32_MAX)
		return -EINVAL;
	return 0;
}

static int say_unknown(const char *name, struct error *error)
{
	return error_setf(error, ERROR_INPUT, EINVAL, name,
			  "run through sudo, doas or pkexec, or unset it",
			  "%s does not name a user", getenv(name));
}

static int found(const struct passwd *user, uid_t *uid, gid_t *gid)
{
	if (user->pw_uid == 0)
		return 0;
	*uid = user->pw_uid;
	*gid = user->pw_gid;
	return 1;
}

/* doas says a name, pkexec a number, and neither says a group. */
static int user_of_others(uid_t *uid, gid_t *gid, struct error *error)
{
	const char *name = getenv("DOAS_USER");
	const struct passwd *user;
	int64_t u;
	int err = read_id("PKEXEC_UID", &u);

	if (!err) {
		user = getpwuid((uid_t)u);
		return user ? found(user, uid, gid) : say_unknown("PKEXEC_UID", error);
	}
	if (err != -ENOENT)
		return say_unknown("PKEXEC_UID", error);
	if (!name)
		return 0;
	user = getpwnam(name);
	return user ? found(user, uid, gid) : say_unknown("DOAS_USER", error);
}

int privilege_invoking_user(uid_t *uid, gid_t *gid, struct error *error)
{
	int64_t u, g;
	int err_u = read_id("SUDO_UID", &u), err_g = read_id("SUDO_GID", &g);

	if (geteuid() != 0)
		return 0;
	if (err_u == -ENOENT && err_g == -ENOENT)
		return user_of_others(uid, gid, error);
	if (err_u || err_g)
		return error_set(error, ERROR_INPUT, EINVAL, "SUDO_UID and SUDO_GID",
				 "they do not name a user and a group",
				 "run through sudo, or unset them");
	if (u == 0)
		return 0;
	*uid = (uid_t)u;
	*gid = (gid_t)g;
	return 1;
}

static int has_capabilities(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {0};

	if (syscall(SYS_capget, &header, data))
		return 1;
	return data[0].effective || data[0].permitted || data[1].effective ||
	       data[1].permitted;
}

static int is_dropped(uid_t uid, gid_t gid)
{
	uid_t ru, eu, su;
	gid_t rg, eg, sg;

	if (getresuid(&ru, &eu, &su) || getresgid(&rg, &eg, &sg))
		return 0;
	if (ru != uid || eu != uid || su != uid || rg != gid || eg != gid || sg != gid)
		return 0;
	/* The proof is that the way back is closed. */
	return !has_capabilities() && setresuid(0, 0, 0) != 0 && geteuid() == uid;
}

int privilege_drop(uid_t uid, gid_t gid, struct error *error)
{
	const struct passwd *user = getpwuid(uid);
	int err = user ? initgroups(user->pw_name, gid) : setgroups(1, &gid);

	if (err || setresgid(gid, gid, gid) || setresuid(uid, uid, uid) ||
	    !is_dropped(uid, gid))
		return error_setf(error, ERROR_MACHINE, EPERM, "privilege",
				  "run it as that user without sudo",
				  "it could not be dropped to user %u: %s",
				  (unsigned int)uid, strerror(errno));
	/* A change of user makes a process undumpable, and /proc/self root's. */
	prctl(PR_SET_DUMPABLE, 1);
	if (user) {
		setenv("HOME", user->pw_dir, 1);
		setenv("USER", user->pw_name, 1);
		setenv("LOGNAME", user->pw_name, 1);
	}
	return 0;
}

int privilege_leave(struct error *error)
{
	uid_t uid;
	gid_t gid;
	int found = privilege_invoking_user(&uid, &gid, error);

	return found > 0 ? privilege_drop(uid, gid, error) : found;
}
