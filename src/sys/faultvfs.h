/* SPDX-License-Identifier: Apache-2.0 */
/* faultvfs.h - a SQLite VFS in memory with a disk that can lose power or fail (test use; linked into tests only).
 * It keeps for each file what was synced and what was only written. faultvfs_power_cut() drops or tears unsynced writes
 * (seeded: each unsynced 512-byte sector kept, lost or torn; writes after the last sync of a file in any subset; file
 * creation and deletion become durable by a sync of the file or the directory) and then "reboots": all handles are dead. */
#pragma once
#include "base/err.h"
#include <stdint.h>

enum err faultvfs_register(void) NODISCARD;   /* name: "akari-fault" */
void faultvfs_reset(void);                     /* an empty disk */
void faultvfs_cut_at(uint64_t nth_operation, uint64_t seed); /* power goes at the nth write/sync/truncate/delete; 0 = never */
bool faultvfs_is_cut(void);
void faultvfs_reboot(void);                    /* the disk as it is after the cut; handles of before are invalid */
uint64_t faultvfs_operations(void);            /* since the reset */
void faultvfs_fail_at(uint64_t nth_operation, enum err kind, bool sticky); /* ERR_IO, ERR_DISK_FULL, ERR_READ_ONLY */
enum err faultvfs_export(const char *name, const char *to_path) NODISCARD; /* copy a file out, for inspection */
