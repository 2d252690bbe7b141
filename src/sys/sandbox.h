/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.h - a child process without rights that looks into untrusted bytes (sys/look.h does the work in
 * it).
 *
 * The child is this program started anew, so that no key and no page of the parent is in its memory: no
 * environment, no open file but one socket to the parent, no new privileges, no core dump, limits on memory
 * and time, and a seccomp filter that kills it for any system call but reading and writing that socket,
 * memory and its own end. Behind the filter stands Landlock, where the kernel has it: no file, no network.
 * Content is sent only after the child has said that the filter is in place. Where the system refuses the
 * filter, nothing is looked at: ERR_UNSUPPORTED. */
#pragma once
#include "base/arena.h"

struct sandbox;
/* job: what is asked (sys/look.h). ERR_UNSUPPORTED: no sandbox here. ERR_BUSY: SANDBOX_PARALLEL_MAX run, and
 * none ended for SANDBOX_WALL_S. */
enum err sandbox_start(uint8_t job, struct sandbox **ret) NODISCARD;
/* At most SANDBOX_MAX_INPUT bytes in all. A child that has died is found out at the end. */
void sandbox_feed(struct sandbox *s, struct str piece);
/* The child's answer: bytes to be distrusted. ERR_BAD_DATA: the content killed it; ERR_TIMEOUT. */
enum err sandbox_end(struct sandbox *s, struct arena *a, struct str *ret) NODISCARD;
/* Does Landlock stand behind this child's filter? */
bool sandbox_behind_both(const struct sandbox *s);
/* Takes all files and the network from this process and its children, for good. False, and nothing is taken:
 * the kernel has no Landlock. For the child, and for tests. */
bool sandbox_landlock(void);
int sandbox_running(void);                /* of this process now */
void sandbox_cleanup(struct sandbox **s); /* kills what still runs; NULL is fine */
