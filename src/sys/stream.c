/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/limits.h"
#include "sys/crypto.h"
#include "sys/os.h"
#include "sys/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

enum {
    MAGIC = 8,
    CHUNK = 65536,
    OVERHEAD = crypto_secretstream_xchacha20poly1305_ABYTES,
    START = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    SEALED = CHUNK + OVERHEAD,
};
_Static_assert(KEY_BYTES == crypto_secretstream_xchacha20poly1305_KEYBYTES, "key");

static const char magic[MAGIC] = {'A', 'K', 'S', 'T', 'R', 'M', '1', '\n'};

typedef crypto_secretstream_xchacha20poly1305_state stream_state;

/* What is authenticated with every chunk: a hash, so that a long header costs nothing. */
static struct hash header_hash(const uint8_t prefix[MAGIC + 4], struct str header)
{
    struct hasher h;
    hasher_start(&h, NULL);
    hasher_add(&h, prefix, MAGIC + 4);
    hasher_add(&h, header.p, header.n);
    return hasher_end(&h);
}

static void buffer_free(uint8_t *p)
{
    if (!p)
        return;
    secret_wipe(p, CHUNK);
    mem_free(p);
}

/* ---- out ---- */

struct stream_out {
    struct replace file;
    stream_state *state; /* holds the key: secret memory */
    struct hash ad;
    uint8_t *plain; /* CHUNK bytes, the last ones not yet sealed */
    size_t n;
    uint8_t sealed[SEALED];
};

static enum err stream_out_head(struct stream_out *s, const uint8_t key[KEY_BYTES], struct str header)
{
    uint8_t prefix[MAGIC + 4], start[START];
    memcpy(prefix, magic, MAGIC);
    for (int i = 0; i < 4; i++)
        prefix[MAGIC + i] = (uint8_t)(header.n >> (24 - 8 * i));
    s->ad = header_hash(prefix, header);
    if (crypto_secretstream_xchacha20poly1305_init_push(s->state, start, key) != 0)
        return FAIL(ERR_INTERNAL, "a stream does not start");
    TRY(replace_write(&s->file, (struct str){(char *)prefix, sizeof(prefix)}));
    TRY(replace_write(&s->file, header));
    return replace_write(&s->file, (struct str){(char *)start, sizeof(start)});
}

enum err stream_out_open(const char *path, const uint8_t key[KEY_BYTES], struct str header,
                         struct stream_out **ret)
{
    if (header.n > STREAM_MAX_HEADER)
        return FAIL(ERR_LIMIT, "stream header over %u bytes", STREAM_MAX_HEADER);
    struct stream_out *s = mem_alloc(sizeof(*s));
    if (!s)
        return mem_fail();
    s->file.fd = -1;
    s->plain = mem_alloc(CHUNK);
    s->state = secret_alloc(sizeof(*s->state));
    enum err e = s->plain && s->state ? replace_open(&s->file, path) : mem_fail();
    if (e == OK)
        e = stream_out_head(s, key, header);
    if (e != OK) {
        stream_out_abandon(s);
        return e;
    }
    *ret = s;
    return OK;
}

static enum err stream_out_chunk(struct stream_out *s, uint8_t tag)
{
    unsigned long long n = 0;
    if (crypto_secretstream_xchacha20poly1305_push(s->state, s->sealed, &n, s->plain, s->n, s->ad.b,
                                                   sizeof(s->ad.b), tag) != 0)
        return FAIL(ERR_INTERNAL, "a chunk does not seal");
    s->n = 0;
    return replace_write(&s->file, (struct str){(char *)s->sealed, (size_t)n});
}

enum err stream_out_write(struct stream_out *s, struct str data)
{
    while (data.n > 0) {
        /* A full chunk waits until more comes, because the last one bears another tag. */
        if (s->n == CHUNK)
            TRY(stream_out_chunk(s, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE));
        size_t part = data.n < CHUNK - s->n ? data.n : CHUNK - s->n;
        memcpy(s->plain + s->n, data.p, part);
        s->n += part;
        data = (struct str){data.p + part, data.n - part};
    }
    return OK;
}

enum err stream_out_close(struct stream_out *s)
{
    enum err e = stream_out_chunk(s, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    if (e == OK)
        e = replace_publish(&s->file, 0600);
    stream_out_abandon(s); /* after a publish only memory is left to free */
    return e;
}

void stream_out_abandon(struct stream_out *s)
{
    if (!s)
        return;
    replace_abandon(&s->file);
    secret_free(s->state);
    buffer_free(s->plain);
    mem_free(s);
}

/* ---- in ---- */

struct stream_in {
    int fd;
    stream_state *state;
    struct hash ad;
    uint8_t start[START];
    bool keyed, fetched, final;
    enum err broken; /* sticky */
    uint8_t *plain;  /* the chunk being given out: from `at` to `n` */
    size_t at, n;
    size_t sealed_n;
    uint8_t sealed[SEALED];
};

/* Reads until p is full or the file ends. */
static enum err read_full(int fd, void *p, size_t n, size_t *ret_n)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = read(fd, (char *)p + have, n - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return os_fail(errno, "read a stream", NULL);
        if (got == 0)
            break;
        have += (size_t)got;
    }
    *ret_n = have;
    return OK;
}

static enum err read_exactly(int fd, void *p, size_t n)
{
    size_t got;
    TRY(read_full(fd, p, n, &got));
    return got == n ? OK : FAIL(ERR_CRYPTO, "the stream is cut off in its header");
}

static enum err stream_in_head(struct stream_in *s, struct arena *a, struct str *ret_header)
{
    uint8_t prefix[MAGIC + 4];
    TRY(read_exactly(s->fd, prefix, sizeof(prefix)));
    if (memcmp(prefix, magic, MAGIC) != 0)
        return FAIL(ERR_CRYPTO, "not a sealed stream of version 1");
    size_t n = 0;
    for (int i = 0; i < 4; i++)
        n = n << 8 | prefix[MAGIC + i];
    if (n > STREAM_MAX_HEADER)
        return FAIL(ERR_LIMIT, "stream header over %u bytes", STREAM_MAX_HEADER);
    char *header = arena_alloc(a, n + 1);
    if (!header)
        return arena_err(a);
    TRY(read_exactly(s->fd, header, n));
    TRY(read_exactly(s->fd, s->start, sizeof(s->start)));
    *ret_header = (struct str){header, n};
    s->ad = header_hash(prefix, *ret_header);
    return OK;
}

enum err stream_in_open(const char *path, struct arena *a, struct str *ret_header, struct stream_in **ret)
{
    struct stream_in *s = mem_alloc(sizeof(*s));
    if (!s)
        return mem_fail();
    struct str header;
    enum err e = OK;
    s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (s->fd < 0)
        e = os_fail(errno, "open", path);
    s->plain = mem_alloc(CHUNK);
    s->state = secret_alloc(sizeof(*s->state));
    if (e == OK && (!s->plain || !s->state))
        e = mem_fail();
    if (e == OK)
        e = stream_in_head(s, a, &header);
    if (e != OK) {
        stream_in_close(s);
        return e;
    }
    *ret_header = header;
    *ret = s;
    return OK;
}

static enum err chunk_fetch(struct stream_in *s)
{
    if (s->fetched)
        return OK;
    TRY(read_full(s->fd, s->sealed, SEALED, &s->sealed_n));
    s->fetched = true;
    return OK;
}

static enum err chunk_open(struct stream_in *s)
{
    unsigned long long n = 0;
    unsigned char tag = 0;
    if (s->sealed_n < OVERHEAD)
        return FAIL(ERR_CRYPTO, "the stream is cut off");
    if (crypto_secretstream_xchacha20poly1305_pull(s->state, s->plain, &n, &tag, s->sealed, s->sealed_n,
                                                   s->ad.b, sizeof(s->ad.b)) != 0)
        return FAIL(ERR_CRYPTO, "a chunk of the stream does not open");
    bool final = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (!final && (tag != crypto_secretstream_xchacha20poly1305_TAG_MESSAGE || n != CHUNK))
        return FAIL(ERR_CRYPTO, "the stream is cut off");
    char more;
    size_t extra = 0;
    if (final)
        TRY(read_full(s->fd, &more, 1, &extra));
    if (extra > 0)
        return FAIL(ERR_CRYPTO, "something follows the end of the stream");
    s->fetched = false;
    s->final = final;
    s->at = 0;
    s->n = (size_t)n;
    return OK;
}

enum err stream_in_key(struct stream_in *s, const uint8_t key[KEY_BYTES])
{
    if (s->keyed)
        return FAIL(ERR_STATE, "the stream has its key");
    TRY(chunk_fetch(s));
    if (crypto_secretstream_xchacha20poly1305_init_pull(s->state, s->start, key) != 0)
        return FAIL(ERR_CRYPTO, "the stream does not start");
    TRY(chunk_open(s));
    s->keyed = true;
    return OK;
}

static enum err stream_in_more(struct stream_in *s)
{
    TRY(chunk_fetch(s));
    return chunk_open(s);
}

enum err stream_in_read(struct stream_in *s, void *p, size_t n, size_t *ret_n)
{
    if (!s->keyed)
        return FAIL(ERR_STATE, "the stream has no key yet");
    size_t done = 0;
    while (done < n) {
        if (s->broken != OK)
            return FAIL(s->broken, "the stream broke before");
        if (s->at < s->n) {
            size_t part = s->n - s->at < n - done ? s->n - s->at : n - done;
            memcpy((char *)p + done, s->plain + s->at, part);
            s->at += part;
            done += part;
            continue;
        }
        if (s->final)
            break;
        enum err e = stream_in_more(s);
        if (e != OK) {
            s->broken = e;
            secret_wipe(p, n);
            return e;
        }
    }
    *ret_n = done;
    return OK;
}

void stream_in_close(struct stream_in *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    secret_free(s->state);
    buffer_free(s->plain);
    mem_free(s);
}
