/* SPDX-License-Identifier: Apache-2.0 */
/* policy_words.c - the words of the enumerations in policy.h, made from its lists. */
#include "core/policy.h"
#include <string.h>

static int find(const char *const *words, int n, const char *word)
{
    for (int i = 0; word && i < n; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

#define WORD(id, word) [id] = word,
#define WORDS(name, type, count, list)                       \
    static const char *const name##_words[] = {list(WORD)};  \
    const char *name##_word(enum type v)                     \
    {                                                        \
        return (unsigned)v < count ? name##_words[v] : NULL; \
    }                                                        \
    int name##_find(const char *word)                        \
    {                                                        \
        return find(name##_words, count, word);              \
    }

WORDS(role, role, ROLE_COUNT, ROLE_LIST)
WORDS(relation, relation, RELATION_COUNT, RELATION_LIST)
WORDS(purpose, purpose, PURPOSE_COUNT, PURPOSE_LIST)
WORDS(basis, basis, BASIS_COUNT, BASIS_LIST)
WORDS(class, field_class, CLASS_COUNT, CLASS_LIST)
WORDS(label, label, LABEL_COUNT, LABEL_LIST)
WORDS(object, object_kind, OBJECT_COUNT, OBJECT_LIST)
WORDS(verb, verb, VERBS_COUNT, VERB_LIST)
WORDS(verdict, verdict, VERDICT_COUNT, VERDICT_LIST)
WORDS(policy_reason, policy_reason, REASON_COUNT, REASON_LIST)

static const char *const obligation_words[] = {"audit",  "notify_owner",  "notify_oversight",
                                               "review", "second_person", "generalise"};
#define OBLIGATIONS (int)(sizeof obligation_words / sizeof *obligation_words)

const char *obligation_word(enum obligation bit)
{
    for (int i = 0; i < OBLIGATIONS; i++)
        if ((unsigned)bit == 1u << i)
            return obligation_words[i];
    return NULL;
}

int obligation_find(const char *word)
{
    int i = find(obligation_words, OBLIGATIONS, word);
    return i < 0 ? -1 : 1 << i;
}
