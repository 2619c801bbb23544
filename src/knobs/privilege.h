/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_PRIVILEGE_H
#define TLBLAB_SRC_KNOBS_PRIVILEGE_H

#include <sys/types.h>

#include "tlblab/base/error.h"

/* On whose behalf root runs: sudo's SUDO_UID and SUDO_GID, pkexec's PKEXEC_UID or
 * doas's DOAS_USER, in this order. 1 found, 0 no one (or root itself, or this is not
 * root), -EINVAL with an error when they do not name a user. */
int privilege_invoking_user(uid_t *uid, gid_t *gid, struct error *error);

/* Becomes that user for good: groups, group, user, no capability left, HOME and USER
 * that user's. Verified; an error means that this process must not go on. */
int privilege_drop(uid_t uid, gid_t gid, struct error *error);

#endif
