/* SPDX-License-Identifier: Apache-2.0 */
/* dump_matrix.c - akari-policy-matrix: every answer of the policy, to be compared with an oracle that
 * somebody else writes from docs/policy.md. Order of the loops and layout of the answers: docs/policy.md,
 * section 19. Holds no rule itself. */
#include "policy_text.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SLICE_ANSWERS (RELATION_COUNT * 2 * PURPOSE_COUNT * BASIS_COUNT * CLASS_COUNT * LABEL_COUNT * 2 * 3)
#define SLICES        (ROLE_COUNT * VERBS_COUNT * OBJECT_COUNT)

typedef void visit(const struct policy_question *q, void *user);

/* All questions of one role, verb and object. */
static void each(struct policy_question q, visit *call, void *user)
{
    for (int i = 0; i < SLICE_ANSWERS; i++) {
        int n = i;
        q.assurance = (uint8_t)(1 + n % 3), n /= 3;
        q.break_glass = n % 2, n /= 2;
        q.label = (enum label)(n % LABEL_COUNT), n /= LABEL_COUNT;
        q.class = (enum field_class)(n % CLASS_COUNT), n /= CLASS_COUNT;
        q.basis = (enum basis)(n % BASIS_COUNT), n /= BASIS_COUNT;
        q.purpose = (enum purpose)(n % PURPOSE_COUNT), n /= PURPOSE_COUNT;
        q.need_to_know = n % 2, n /= 2;
        q.relation = (enum relation)n;
        call(&q, user);
    }
}

static struct policy_question slice(int n)
{
    return (struct policy_question){.role = (enum role)(n / OBJECT_COUNT / VERBS_COUNT),
                                    .verb = (enum verb)(n / OBJECT_COUNT % VERBS_COUNT),
                                    .object = (enum object_kind)(n % OBJECT_COUNT)};
}

static void two_bytes(const struct policy_question *q, void *user)
{
    unsigned char **at = user;
    struct policy_answer a = policy_decide(q);
    *(*at)++ = (unsigned char)(a.verdict + 8 * a.reason);
    *(*at)++ = (unsigned char)a.obligations;
}

static unsigned char bytes[2 * SLICE_ANSWERS];

static const unsigned char *slice_bytes(int n)
{
    unsigned char *at = bytes;
    each(slice(n), two_bytes, &at);
    return bytes;
}

static int stream(void)
{
    for (int n = 0; n < SLICES; n++)
        if (fwrite(slice_bytes(n), 1, sizeof bytes, stdout) != sizeof bytes)
            return 1;
    return fflush(stdout) == 0 ? 0 : 1;
}

static void put_hash(const char *what, const unsigned char digest[crypto_hash_sha256_BYTES])
{
    char hex[2 * crypto_hash_sha256_BYTES + 1];
    printf("%s%s\n", what, sodium_bin2hex(hex, sizeof hex, digest, crypto_hash_sha256_BYTES));
}

static int hash(void)
{
    crypto_hash_sha256_state all;
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&all);
    for (int n = 0; n < SLICES; n++) {
        struct policy_question q = slice(n);
        crypto_hash_sha256(digest, slice_bytes(n), sizeof bytes);
        crypto_hash_sha256_update(&all, bytes, sizeof bytes);
        printf("%s\t%s\t%s\t", role_word(q.role), verb_word(q.verb), object_word(q.object));
        put_hash("", digest);
    }
    crypto_hash_sha256_final(&all, digest);
    put_hash("all\t", digest);
    return 0;
}

static void put_answer(const struct policy_question *q, void *user)
{
    char text[OBLIGATIONS_TEXT];
    struct policy_answer a = policy_decide(q);
    (void)user;
    printf("%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\n", role_word(q->role), verb_word(q->verb),
           object_word(q->object), relation_word(q->relation), q->need_to_know, purpose_word(q->purpose),
           basis_word(q->basis), class_word(q->class), label_word(q->label), q->break_glass, q->assurance,
           verdict_word(a.verdict), policy_reason_word(a.reason), obligations_text(a.obligations, text));
}

/* Number of the slice of three words; -1 when one is no word. */
static int slice_find(char **words)
{
    int role = role_find(words[0]), verb = verb_find(words[1]), object = object_find(words[2]);
    if (role < 0 || verb < 0 || object < 0) {
        fprintf(stderr, "no such role, verb or object\n");
        return -1;
    }
    return (role * VERBS_COUNT + verb) * OBJECT_COUNT + object;
}

static int put_slice(char **words)
{
    int n = slice_find(words);
    if (n < 0)
        return 2;
    each(slice(n), put_answer, NULL);
    return 0;
}

static int put_bytes(int n_words, char **words)
{
    for (int i = 0; i < n_words; i += 3) {
        int n = slice_find(words + i);
        if (n < 0)
            return 2;
        if (fwrite(slice_bytes(n), 1, sizeof bytes, stdout) != sizeof bytes)
            return 1;
    }
    return fflush(stdout) == 0 ? 0 : 1;
}

static int ask(void)
{
    char line[1024];
    for (int number = 1; fgets(line, sizeof line, stdin); number++) {
        struct policy_question q;
        if (!question_parse(line, &q)) {
            fprintf(stderr, "line %d is not a question\n", number);
            return 2;
        }
        put_answer(&q, NULL);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "stream") == 0)
        return stream();
    if (argc == 2 && strcmp(argv[1], "hash") == 0)
        return sodium_init() < 0 ? 1 : hash();
    if (argc == 5 && strcmp(argv[1], "slice") == 0)
        return put_slice(argv + 2);
    if (argc >= 5 && argc % 3 == 2 && strcmp(argv[1], "bytes") == 0)
        return put_bytes(argc - 2, argv + 2);
    if (argc == 2 && strcmp(argv[1], "ask") == 0)
        return ask();
    if (argc == 2 && strcmp(argv[1], "size") == 0) {
        printf("%" PRId64 " questions in %d slices of %d\n", (int64_t)SLICES * SLICE_ANSWERS, SLICES,
               SLICE_ANSWERS);
        return 0;
    }
    fprintf(stderr, "usage: akari-policy-matrix stream | hash | slice ROLE VERB OBJECT | "
                    "bytes ROLE VERB OBJECT [...] | ask | size\n");
    return 2;
}
