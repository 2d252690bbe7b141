/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "sys/po.h"

static void look_up(const struct po *po)
{
    size_t n, translated = 0;
    const struct po_entry *entries = po_entries(po, &n);
    for (size_t i = 0; i < n; i++) {
        const struct po_entry *e = &entries[i];
        const char *text = po_text(po, e->context, e->msgid);
        REQUIRE(e->line >= 1);
        REQUIRE(text ? strcmp(text, e->msgstr) == 0 : !*e->msgstr);
        REQUIRE((e->nforms > 0) == (e->msgid_plural != NULL));
        translated += text != NULL;
        static const unsigned long counts[] = {0, 1, 2, 5, 11, 21, 101, 1000000, (unsigned long)-1};
        for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++) {
            const char *plural = po_plural(po, e->context, e->msgid, counts[k]);
            REQUIRE(!plural || str_utf8_ok(str_of(plural)));
        }
    }
    REQUIRE(translated == po_count(po));
    po_header(po, "plural-forms");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(po_cleanup) struct po *po = NULL;
    enum err e = po_parse("fuzz.po", (struct str){(const char *)data, size}, &po);
    REQUIRE((e == OK) == (po != NULL));
    if (e == OK)
        look_up(po);
    else if (e == ERR_BAD_DATA)
        REQUIRE(str_starts(str_of(err_detail()), "fuzz.po:"));
    else
        REQUIRE(e == ERR_LIMIT);
    return 0;
}
