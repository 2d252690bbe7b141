/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/names/dictionary.h"
#include <string.h>

/* The file as it is, between two symbols. */
__asm__(".section .rodata\n"
        ".balign 16\n"
        "name_dictionary_start:\n"
        ".incbin \"" NAME_DICTIONARY "\"\n"
        "name_dictionary_end:\n"
        ".byte 0\n"
        ".previous\n");
extern const unsigned char name_dictionary_start[], name_dictionary_end[];

#define HEAD 20

static uint32_t number(size_t at)
{
    const unsigned char *p = name_dictionary_start + at;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool is_whole(void)
{
    return name_dictionary_end - name_dictionary_start >= HEAD &&
           memcmp(name_dictionary_start, "AKND", 4) == 0;
}

bool dictionary_has_names(void)
{
    return is_whole() && number(4) > 0;
}

static bool find(struct str key, uint32_t n, uint32_t index, struct entry *ret)
{
    uint32_t low = 0, high = is_whole() ? n : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const unsigned char *p = name_dictionary_start + number(index + 4 * middle);
        int order = str_cmp((struct str){(const char *)p + 1, *p}, key);
        if (order == 0) {
            p += 1 + *p;
            *ret = (struct entry){p + 1, name_dictionary_end, *p};
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool dictionary_name(struct str key, struct entry *ret)
{
    return find(key, number(4), number(12), ret);
}

bool dictionary_character(struct str key, struct entry *ret)
{
    return find(key, number(8), number(16), ret);
}

bool entry_next_name(struct entry *e, struct entry_name *ret)
{
    if (e->left == 0)
        return false;
    e->left--;
    *ret = (struct entry_name){e->at[0], e->at + 2, e->at[1]};
    e->at += 2 + e->at[1];
    return true;
}

bool entry_next_character(struct entry *e, struct entry_character *ret)
{
    if (e->left == 0)
        return false;
    e->left--;
    *ret = (struct entry_character){e->at[0], e->at[1], {(const char *)e->at + 3, e->at[2]}};
    e->at += 3 + e->at[2];
    return true;
}
