/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_contact_times.c - safe times as people type them: spans within a day, or nothing at all. */
#include "fuzz.h"
#include "registry/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct contact_window w[CONTACT_WINDOWS_MAX];
    struct str text = {(const char *)data, size};
    size_t n = 0;
    struct contact_wish wish = {.way = "sns", .times = text};
    if (!contact_times(text, w, &n)) {
        if (text.n)
            REQUIRE(contact_rule(&wish, "sns_chat", 0) == CONTACT_TIMES_UNREAD);
        return 0;
    }
    REQUIRE(n > 0 && n <= CONTACT_WINDOWS_MAX);
    for (size_t i = 0; i < n; i++) {
        REQUIRE(w[i].from >= 0 && w[i].from <= 1440 && w[i].until >= 0 && w[i].until <= 1440);
        REQUIRE(w[i].from != w[i].until);
        if (w[i].from < 1440)
            REQUIRE(contact_rule(&wish, "sns_chat", w[i].from) == CONTACT_AGREED);
    }
    return 0;
}
