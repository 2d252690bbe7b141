/* SPDX-License-Identifier: Apache-2.0 */
/* faultvfs.h - a SQLite VFS in memory with a disk that can lose power or fail (test use; linked into tests
 * only). It keeps for each file what was synced and what was only written. faultvfs_cut_at() drops or tears
 * unsynced writes (seeded: each unsynced 512-byte sector kept, lost or torn; writes after the last sync of a
 * file in any subset; file creation and deletion become durable by a sync of the file or the directory, and
 * as in SQLite's unix VFS the first sync of a new journal or WAL syncs the directory) and faultvfs_reboot()
 * then "reboots": all handles are dead.
 *
 * Two counters. An operation changes the disk: write, sync, truncate, delete. A call is anything that may
 * fail: operations, and open, read, file size, access, shared memory. Safe from many threads; the disk is one
 * for the process. */
#pragma once
#include "base/err.h"
#include <stdint.h>

enum err faultvfs_register(void) NODISCARD; /* name: "akari-fault"; again is harmless */
void faultvfs_reset(void); /* an empty disk with power and without faults; open handles are dead */
/* The power goes at the nth operation from now (1 = next); 0 = never. */
void faultvfs_cut_at(uint64_t nth_operation, uint64_t seed);
bool faultvfs_is_cut(void); /* then every call fails until the reboot */
/* The disk as it is after the cut; without a cut: as if it went now. Close the connections of before first:
 * their files are dead. */
void faultvfs_reboot(void);
uint64_t faultvfs_operations(void); /* since the reset */
/* The nth call from now that this kind can hit fails: ERR_IO any call (a sync then loses a part for good, a
 * write may be done half), ERR_DISK_FULL writes, ERR_READ_ONLY writes, truncates, deletes and creating opens.
 * sticky: all later ones too. nth 0 = no faults. Does not touch a cut. */
void faultvfs_fail_at(uint64_t nth_call, enum err kind, bool sticky);
uint64_t faultvfs_faults(void); /* how many calls failed since faultvfs_fail_at */
/* Copies a file out, for inspection. */
enum err faultvfs_export(const char *name, const char *to_path) NODISCARD;
