/* SPDX-License-Identifier: Apache-2.0 */
/* replace.h - inside sys only: a file written beside its final name and renamed over it, so that readers and
 * a power cut see the old content or the new one, never a half. */
#pragma once
#include "base/str.h"

struct replace {
    int fd;     /* write here; -1 when closed */
    char *path; /* owned */
    char *tmp;  /* owned; path + ".tmp-" + random hex, mode 0600, created exclusively */
};
enum err replace_open(struct replace *r, const char *path) NODISCARD;
enum err replace_write(struct replace *r, struct str data) NODISCARD;
/* mode, fsync, rename, fsync of the directory. On failure the old file stays. Ends r in both cases. */
enum err replace_publish(struct replace *r, int mode) NODISCARD;
void replace_abandon(struct replace *r); /* removes the temporary file; harmless on an ended r */

/* errno as a registered error. doing: a constant such as "write"; path may be NULL. */
enum err os_fail(int errnum, const char *doing, const char *path) NODISCARD;
