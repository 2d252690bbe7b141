/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "sys/filetype.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    struct file_look l = file_look(s);
    REQUIRE(l.type < FILE_TYPE_COUNT && l.orientation >= 1 && l.orientation <= 8);
    REQUIRE(file_type_find(str_of(file_type_word(l.type))) == (int)l.type);
    REQUIRE(!l.place || l.camera_data);
    REQUIRE(!l.macros || l.type == FILE_DOCX || l.type == FILE_XLSX || l.type == FILE_ZIP);
    int named = file_type_named(s);
    REQUIRE(named >= -1 && named < FILE_TYPE_COUNT);
    return 0;
}
