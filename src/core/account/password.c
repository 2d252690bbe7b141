/* SPDX-License-Identifier: Apache-2.0 */
/* password.c - Argon2id, a few at once and a few waiting: what takes 64 MiB each must not be asked for a
 * thousand times at a time. Never in the writer: it would stand still meanwhile. */
#include "core/account/own.h"
#include "sys/text.h"

#include <pthread.h>

static struct {
    pthread_mutex_t lock;
    pthread_cond_t free;
    int running, waiting;
    uint64_t calls;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .free = PTHREAD_COND_INITIALIZER};

enum err password_enter(void)
{
    enum err e = OK;
    pthread_mutex_lock(&queue.lock);
    if (queue.running >= LOGIN_PARALLEL_MAX && queue.waiting >= LOGIN_QUEUE_MAX) {
        e = FAIL(ERR_BUSY, "too many sign-ins at once");
    } else {
        queue.waiting++;
        while (queue.running >= LOGIN_PARALLEL_MAX)
            pthread_cond_wait(&queue.free, &queue.lock);
        queue.waiting--;
        queue.running++;
    }
    pthread_mutex_unlock(&queue.lock);
    return e;
}

void password_leave(void)
{
    pthread_mutex_lock(&queue.lock);
    queue.running--;
    pthread_cond_signal(&queue.free);
    pthread_mutex_unlock(&queue.lock);
}

int password_waiting(void)
{
    pthread_mutex_lock(&queue.lock);
    int n = queue.waiting;
    pthread_mutex_unlock(&queue.lock);
    return n;
}

static void count_call(void)
{
    pthread_mutex_lock(&queue.lock);
    queue.calls++;
    pthread_mutex_unlock(&queue.lock);
}

uint64_t account_password_calls(void)
{
    pthread_mutex_lock(&queue.lock);
    uint64_t n = queue.calls;
    pthread_mutex_unlock(&queue.lock);
    return n;
}

/* One person's keyboard writes a letter in one piece, another's in two: both are the same password. */
struct normal {
    struct str text;
    bool copy;
};

static struct normal normal(struct str password, struct arena *a)
{
    struct normal n = {str_sub(password, 0, PASSWORD_MAX_BYTES),
                       false}; /* what is longer is none, and costs as much */
    struct str s;
    if (password.n > PASSWORD_MAX_BYTES)
        return n;
    if (text_nfc(a, password, &s) == OK)
        return (struct normal){s, true};
    err_clear();
    return n;
}

static void forget(struct normal n)
{
    if (n.copy)
        secret_wipe((void *)(uintptr_t)n.text.p, n.text.n);
}

enum err password_hash(enum argon_cost cost, struct str password, struct arena *a, char **ret_phc)
{
    char *phc = arena_alloc(a, 128);
    if (!phc)
        return arena_err(a);
    TRY(password_enter());
    struct normal n = normal(password, a);
    enum err e = argon_password(cost, n.text, phc);
    count_call();
    password_leave();
    forget(n);
    TRY(e);
    *ret_phc = phc;
    return OK;
}

enum err password_check(enum argon_cost cost, const char *phc, struct str password, struct arena *a,
                        bool *ret_ok)
{
    TRY(password_enter());
    struct normal n = normal(password, a);
    bool ok = argon_password_ok(phc ? phc : password_decoy(cost), n.text);
    count_call();
    password_leave();
    forget(n);
    *ret_ok = ok && phc && password.n <= PASSWORD_MAX_BYTES;
    return OK;
}

/* A hash that nobody knows a password of, at the cost of a real one. */
const char *password_decoy(enum argon_cost cost)
{
#define NOBODY "$YWthcmkgZGVjb3kgc2FsdA$hUhIYn23n8SJlv2f1U0qoR9k/edIJy1LA/0nfbblLeg"
    switch (cost) {
    case ARGON_DEMO:
        return "$argon2id$v=19$m=8192,t=1,p=1" NOBODY;
    case ARGON_MODERATE:
        return "$argon2id$v=19$m=262144,t=3,p=1" NOBODY;
    case ARGON_INTERACTIVE:
        break;
    }
    return "$argon2id$v=19$m=65536,t=2,p=1" NOBODY;
#undef NOBODY
}

/* The most used passwords of ten characters and more, in small letters: lists of leaked ones agree on these.
 */
static const char *const common[] = {
    "0123456789",   "01234567890",  "0987654321",   "1029384756",   "1111111111",    "11111111111",
    "1122334455",   "1212121212",   "123123123123", "1231231231",   "1234512345",    "123456123456",
    "12345678900",  "1234567890",   "12345678901",  "123456789012", "1234567890123", "123456789a",
    "123456789q",   "1234567891",   "12345678910",  "1234567899",   "123qweasdzxc",  "147258369147",
    "1q2w3e4r5t",   "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qazxsw23edc", "2222222222",    "3333333333",
    "4444444444",   "5555555555",   "6666666666",   "7777777777",   "8888888888",    "9876543210",
    "9999999999",   "a123456789",   "a1234567890",  "aa123456789",  "aaaaaaaaaa",    "abc1234567",
    "abcd123456",   "abcd1234567",  "abcdef1234",   "abcdefghij",   "administrator", "admin123456",
    "akari12345",   "akari123456",  "asdfghjkl1",   "asdfghjkl;",   "baseball123",   "basketball",
    "butterfly1",   "changeme123",  "chocolate1",   "computer123",  "football123",   "iloveyou123",
    "jordan1234",   "letmein123",   "letmein1234",  "liverpool1",   "manchester",    "michael123",
    "mynoobpass",   "p@ssw0rd123",  "passw0rd123",  "password00",   "password01",    "password10",
    "password11",   "password12",   "password123",  "password1234", "password12345", "passwordpassword",
    "princess123",  "q1w2e3r4t5",   "q1w2e3r4t5y6", "qazwsxedc1",   "qazwsxedcrfv",  "qwer123456",
    "qwerty1234",   "qwerty12345",  "qwerty123456", "qwertyuiop",   "qwertyuiop1",   "qwertyuiop123",
    "qwertyqwerty", "sakura1234",   "starwars123",  "sunshine123",  "superman123",   "unknown123",
    "welcome123",   "welcome1234",  "zaq12wsxcde3", "zxcvbnm123",   "zxcvbnm1234",
};

static bool is_common(struct str password)
{
    char low[32];
    if (password.n >= sizeof low)
        return false;
    for (size_t i = 0; i < password.n; i++)
        low[i] = (char)tolower((unsigned char)password.p[i]);
    struct str s = {low, password.n};
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (str_is(s, common[i]))
            return true;
    return false;
}

static bool one_letter(struct str s)
{
    size_t first = str_utf8_len(s, 0);
    for (size_t i = first; first && i < s.n; i += first)
        if (i + first > s.n || memcmp(s.p, s.p + i, first) != 0)
            return false;
    return true;
}

const char *password_fault(struct str password)
{
    if (!str_utf8_ok(password))
        return "not valid UTF-8";
    if (str_utf8_count(password) < PASSWORD_MIN)
        return "shorter than 10 characters";
    if (password.n > PASSWORD_MAX_BYTES)
        return "longer than 1024 bytes";
    if (is_common(password) || one_letter(password))
        return "one of the most used passwords";
    return NULL;
}
