/* SPDX-License-Identifier: Apache-2.0 */
/* vault_own.h - shared by vault.c and vault_root.c only. */
#pragma once
#include "base/env.h"
#include "core/vault.h"

#include <pthread.h>

#define VAULT_BUCKETS      8192
#define VAULT_SLOTS        8 /* the sealer and seven agencies */
#define VAULT_AGENCIES_MAX 512
#define VAULT_GONE_MAX     32
#define VAULT_SEALER       (-2) /* cache tag of keys used for sealing, whichever agency's wrap opened them */

struct class_key {
    uint8_t k[KEY_BYTES];
    int64_t no;
};
struct cached_key {
    struct id compartment;
    struct class_key key;
    int64_t until_us;
    int agency;
    uint8_t class;
    bool used;
};
struct agency_key {
    uint8_t public[BOX_PUBLIC_BYTES], secret[BOX_SECRET_BYTES], kek[KEY_BYTES];
};
struct held_agency {
    char name[64];
    struct agency_key key;
};
struct root_keys {
    uint8_t root[KEY_BYTES], mac[KEY_BYTES], blind[KEY_BYTES], backup[KEY_BYTES], sign[SIGN_SECRET_BYTES];
};

struct vault {
    pthread_mutex_t lock;
    pthread_mutex_t unlocking; /* one unlock at a time */
    bool unlocked;
    bool fresh;                                 /* the running transaction made keys */
    struct compartment_id gone[VAULT_GONE_MAX]; /* whose keys the running transaction took away */
    size_t ngone;                               /* one more than fit: all */
    int64_t gone_us;                            /* when the last one that did had ended */
    bool backups;                               /* only the key of the backups is there */
    unsigned turn;
    struct root_keys *keys;       /* secret memory */
    struct held_agency *agencies; /* secret memory, VAULT_AGENCIES_MAX */
    int nagencies;
    struct cached_key *cache; /* locked region where allowed */
};
void vault_cache_clear(struct vault *v);
bool vault_agency_key(struct vault *v, const char *agency, struct agency_key *ret); /* false: not open here */
int vault_agency_index(struct vault *v, const char *agency);                        /* -1: not open here */
enum err vault_agency_public(struct db *db, struct arena *a, const char *agency,
                             uint8_t ret[BOX_PUBLIC_BYTES]) NODISCARD;
