/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "fuzz.h"
#include "sys/yaml.h"

static int walk(const struct yaml *y, int depth, int line)
{
    REQUIRE(depth <= YAML_MAX_DEPTH);
    REQUIRE(y->line >= line && y->column >= 1);
    REQUIRE(strcmp(y->file, "fuzz.yaml") == 0);
    REQUIRE(y->type == YAML_LIST || y->type == YAML_MAP || y->n == 0);
    REQUIRE(y->type != YAML_SCALAR || (str_utf8_ok(y->text) && y->text.p[y->text.n] == '\0'));
    int nodes = 1;
    for (size_t i = 0; i < y->n; i++) {
        if (y->type == YAML_MAP) {
            REQUIRE(str_utf8_ok(y->keys[i]) && y->keys[i].p[y->keys[i].n] == '\0');
            REQUIRE(y->key_lines[i] >= y->line && y->key_lines[i] <= y->items[i]->line);
            REQUIRE(y->n > 100 || yaml_get(y, y->keys[i].p) == y->items[i]);
        }
        nodes += walk(y->items[i], depth + 1, y->line);
    }
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct yaml *y = NULL;
    enum err e = yaml_parse(a, "fuzz.yaml", (struct str){(const char *)data, size}, &y);
    REQUIRE((e == OK) == (y != NULL));
    if (e == OK)
        REQUIRE(walk(y, 0, 1) <= YAML_MAX_NODES);
    else if (e == ERR_BAD_YAML)
        REQUIRE(str_starts(str_of(err_detail()), "fuzz.yaml:"));
    else
        REQUIRE(e == ERR_LIMIT);
    return 0;
}
