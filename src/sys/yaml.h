/* SPDX-License-Identifier: Apache-2.0 */
/* yaml.h - libyaml into a tree that keeps positions. Duplicate keys, anchors, aliases, tags, several documents and merge
 * keys are refused with file:line. Scalars stay text; plain `null`/`~`/empty is YAML_NULL. */
#pragma once
#include "base/arena.h"

enum yaml_type { YAML_NULL, YAML_SCALAR, YAML_LIST, YAML_MAP };
struct yaml {
    enum yaml_type type;
    const char *file;
    int line, column;         /* 1-based */
    bool quoted;
    struct str text;          /* scalar, NUL-terminated */
    struct yaml **items;      /* list items, or map values */
    struct str *keys;         /* map keys, same order as items */
    int *key_lines;
    size_t n;
};
enum err yaml_parse(struct arena *a, const char *file, struct str text, struct yaml **ret) NODISCARD; /* ERR_BAD_YAML "file:line: ..." */
enum err yaml_load(struct arena *a, const char *path, const char *shown_as, struct yaml **ret) NODISCARD;
const struct yaml *yaml_get(const struct yaml *map, const char *key); /* NULL if absent or not a map */
