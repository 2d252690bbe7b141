/* SPDX-License-Identifier: Apache-2.0 */
/* backup.h - backup and restore, by rows, the same on both databases (a backup of one restores into the
 * other). Two encrypted streams of one read snapshot: data (all tables but compartment_key) and keys
 * (compartment_key only), in folders of their own. Key backups older than 30 days are deleted
 * (backup_expire): after that no backup of any age opens a shredded compartment. A restore writes a leaf that
 * names what the key backup no longer had. */
#pragma once
#include "core/door.h"

#define BACKUP_KEY_DAYS 30
struct backup_report {
    int64_t rows, key_rows;   /* written; of a restore: put back */
    int64_t missing, dropped; /* of a restore: key rows that the data knows and the key backup has not; the
                                 other way round */
    char data_file[256], key_file[256];
};
/* Makes the folders where they are missing; they must be two. The vault must be open (ERR_LOCKED). Leaves one
 * leaf first. */
enum err backup_make(struct door *d, const char *data_folder, const char *key_folder,
                     struct backup_report *ret) NODISCARD;
/* Into an empty store (config without one yet), all or nothing. secret opens the root in the backup:
 * ERR_UNLOCK. ERR_CRYPTO: a file was changed or cut. ERR_STATE: there is a store already. key_file NULL: none
 * is left; the data comes back, and no value of it opens. */
enum err backup_restore(const struct door_config *into, const char *data_file, const char *key_file,
                        const struct unlock *secret, struct backup_report *ret) NODISCARD;
/* By the time in the name of each file, not by when the disk says it was written. What a crashed backup left
 * goes, too. */
enum err backup_expire(const char *key_folder, int64_t now_us, int *ret_deleted) NODISCARD;
