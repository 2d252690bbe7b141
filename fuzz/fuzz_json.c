/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "fuzz.h"
#include "sys/jsonin.h"

static void walk(const json_t *j, int depth)
{
    REQUIRE(depth <= JSON_MAX_DEPTH);
    if (json_is_string(j))
        REQUIRE(json_string_length(j) == strlen(json_string_value(j)));
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)j, key, value) walk(value, depth + 1);
    for (size_t i = 0; i < json_array_size(j); i++)
        walk(json_array_get(j, i), depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(json_cleanup) json_t *j = NULL;
    enum err e = json_read((struct str){(const char *)data, size}, &j);
    REQUIRE((e == OK) == (j != NULL));
    if (e == OK)
        walk(j, 0);
    else if (e == ERR_BAD_JSON)
        REQUIRE(str_starts(str_of(err_detail()), "line "));
    else
        REQUIRE(e == ERR_LIMIT);
    return 0;
}
