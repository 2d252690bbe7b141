/* SPDX-License-Identifier: Apache-2.0 */
/* folder.h - backup folders for tests: made, filled, searched, removed. */
#pragma once
#include "core/backup.h"
#include "support/store.h"

struct folders {
    char top[64], data[80], keys[80];
};
void folders_make(struct folders *f);
void folders_remove(struct folders *f);
size_t folder_files(const char *folder, struct arena *a, char ***ret); /* paths, sorted */
struct str file_bytes(const char *path, struct arena *a);
void write_bytes(const char *path, struct str bytes);
bool folder_has(const char *folder, const char *text); /* in a file, or in a file's name */

/* A made-up person in a case of the police: her name carries `marker`. */
struct filled {
    struct id case_, subject, name;
};
struct filled fill_case(struct store *s, const char *marker);
/* Reads her name from the rows as an agency would: OK and the marker was there, or why not. */
enum err open_name(struct store *s, const struct filled *f, const char *marker);
