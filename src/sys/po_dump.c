/* SPDX-License-Identifier: Apache-2.0 */
/* For test_po_gettext.py: reads the .po file named by argv[1]; prints JSON of what po.h answers, or "refused"
 * and why. */
#include "base/json.h"
#include "sys/po.h"

static void plural_forms(struct json *j, const struct po *po, const struct po_entry *e)
{
    static const unsigned long large[] = {1000000, 4294967295, 1000000001};
    json_key(j, "by_n");
    json_array(j);
    for (unsigned long n = 0; n <= 1100; n++)
        json_c(j, po_plural(po, e->context, e->msgid, n));
    for (size_t i = 0; i < sizeof(large) / sizeof(*large); i++)
        json_c(j, po_plural(po, e->context, e->msgid, large[i]));
    json_end(j);
}

int main(int argc, char **argv)
{
    CLEANUP(po_cleanup) struct po *po = NULL;
    CLEANUP(buf_free) struct buf out = {0};
    struct json j = json_to(&out);
    size_t n = 0;
    enum err e = argc == 2 ? po_load(argv[1], &po) : ERR_USAGE;
    json_object(&j);
    if (e != OK)
        json_kv(&j, "refused", err_detail());
    const struct po_entry *entries = po ? po_entries(po, &n) : NULL;
    json_key(&j, "entries");
    json_array(&j);
    for (size_t i = 0; i < n; i++) {
        json_object(&j);
        json_kv(&j, "context", entries[i].context);
        json_kv(&j, "msgid", entries[i].msgid);
        json_kv(&j, "msgid_plural", entries[i].msgid_plural);
        json_kv(&j, "text", po_text(po, entries[i].context, entries[i].msgid));
        if (entries[i].nforms > 0)
            plural_forms(&j, po, &entries[i]);
        json_end(&j);
    }
    json_end(&j);
    json_end(&j);
    /* lint-ok logging: a program for a test, not part of the library */
    return buf_err(&out) == OK && puts(out.p) >= 0 ? 0 : 1;
}
