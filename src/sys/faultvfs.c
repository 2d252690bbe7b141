/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/faultvfs.h"
#include "base/alloc.h"
#include "sys/db.h"
#include "sys/faultdisk.h"
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>

#define NAME_MAX_LEN 255
#define FILES_MAX    64

/* ---- files ---- */

#define SHM_LOCKS SQLITE_SHM_NLOCK
struct shm {
    int refs;
    void **regions;
    int n_regions;
    struct handle *exclusive[SHM_LOCKS];
    int shared[SHM_LOCKS];
};

struct file {
    int refs; /* handles and directory entries */
    struct disk_file disk;
    int n_shared; /* locks of the database file, as in SQLite's unix VFS */
    struct handle *reserved, *pending, *exclusive;
    struct shm *shm;
};

/* A name in the one directory. Either may be NULL: created and not yet durable, or deleted and not yet
 * durable. */
struct entry {
    char name[NAME_MAX_LEN + 1];
    struct file *now, *durable;
};

struct handle {
    sqlite3_file base;
    struct file *file;
    struct shm *shm;
    uint16_t shm_shared, shm_exclusive; /* masks of held locks */
    uint64_t boot;
    int lock;
    bool sync_directory; /* a journal or WAL that was opened for creation */
};

static struct {
    pthread_mutex_t lock;
    struct entry entries[FILES_MAX];
    uint64_t boot; /* handles of an earlier boot are dead */
    uint64_t operations, cut_at, cut_seed;
    bool cut;
    uint64_t fail_at, faults;
    enum err fail_kind;
    bool fail_sticky;
    int last_errno;
    sqlite3_vfs *real; /* for time, sleep and randomness */
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void unlock_disk(int *unused)
{
    (void)unused;
    pthread_mutex_unlock(&disk.lock);
}
/* Until the end of the scope. */
#define WITH_DISK CLEANUP(unlock_disk) UNUSED int with_disk_ = pthread_mutex_lock(&disk.lock)

static void shm_unref(struct shm *s)
{
    if (!s || --s->refs > 0)
        return;
    for (int i = 0; i < s->n_regions; i++)
        mem_free(s->regions[i]);
    mem_free(s->regions);
    mem_free(s);
}

static void file_unref(struct file *f)
{
    if (!f || --f->refs > 0)
        return;
    disk_file_free(&f->disk);
    mem_free(f);
}

static struct file *file_ref(struct file *f)
{
    if (f)
        f->refs++;
    return f;
}

static void entry_set(struct file **slot, struct file *f)
{
    struct file *old = *slot;
    *slot = file_ref(f);
    file_unref(old);
}

static struct entry *entry_find(const char *name)
{
    for (size_t i = 0; i < FILES_MAX; i++)
        if ((disk.entries[i].now || disk.entries[i].durable) && strcmp(disk.entries[i].name, name) == 0)
            return &disk.entries[i];
    return NULL;
}

static struct entry *entry_new(const char *name)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        struct entry *e = &disk.entries[i];
        if (e->now || e->durable)
            continue;
        snprintf(e->name, sizeof e->name, "%s", name);
        return e;
    }
    return NULL;
}

static void sync_directory(void)
{
    for (size_t i = 0; i < FILES_MAX; i++)
        entry_set(&disk.entries[i].durable, disk.entries[i].now);
}

/* ---- the power comes back ---- */

static void entry_reboot(struct entry *e, uint64_t *seed)
{
    struct file *f = e->durable;
    if (e->now != e->durable && disk_random(seed) % 2)
        f = e->now;
    file_ref(f);
    entry_set(&e->durable, f);
    entry_set(&e->now, f);
    file_unref(f);
    if (!f)
        return;
    disk_file_cut(&f->disk, seed);
    f->n_shared = 0;
    f->reserved = f->pending = f->exclusive = NULL;
    f->shm = NULL; /* belongs to the dead handles */
}

/* ---- counting and failing ---- */

enum call { CALL_OTHER, CALL_WRITE, CALL_SYNC, CALL_TRUNCATE, CALL_DELETE, CALL_CREATE, CALL_SHM };

static bool fault_can_hit(enum call call)
{
    switch (disk.fail_kind) {
    case ERR_DISK_FULL:
        return call == CALL_WRITE || call == CALL_CREATE || call == CALL_SHM;
    case ERR_READ_ONLY:
        return call == CALL_WRITE || call == CALL_TRUNCATE || call == CALL_DELETE || call == CALL_CREATE;
    default:
        return true;
    }
}

static bool fault_hits(enum call call)
{
    if (disk.fail_at == 0 || !fault_can_hit(call))
        return false;
    if (disk.fail_at > 1) {
        disk.fail_at--;
        return false;
    }
    if (!disk.fail_sticky)
        disk.fail_at = 0;
    disk.faults++;
    return true;
}

static int fault_code(int io_code)
{
    bool full = disk.fail_kind == ERR_DISK_FULL, read_only = disk.fail_kind == ERR_READ_ONLY;
    disk.last_errno = full ? ENOSPC : read_only ? EROFS : EIO;
    if (io_code == SQLITE_CANTOPEN ||
        io_code == SQLITE_IOERR_SHMMAP) /* the unix VFS leaves the reason to errno */
        return io_code;
    return full ? SQLITE_FULL : read_only ? SQLITE_READONLY : io_code;
}

/* At the start of each call: SQLITE_OK, or how it fails. *ret_cut: the power went during this very operation.
 */
static int enter(enum call call, int io_code, bool *ret_cut)
{
    bool operation = call == CALL_WRITE || call == CALL_SYNC || call == CALL_TRUNCATE || call == CALL_DELETE;
    if (ret_cut)
        *ret_cut = false;
    if (disk.cut)
        return io_code;
    if (operation) {
        disk.operations++;
        if (disk.cut_at && --disk.cut_at == 0) {
            disk.cut = true;
            if (ret_cut)
                *ret_cut = true;
            return io_code;
        }
    }
    return fault_hits(call) ? fault_code(io_code) : SQLITE_OK;
}

static bool is_dead(const struct handle *h)
{
    return h->boot != disk.boot;
}

/* ---- file methods ---- */

static void unlock_to(struct handle *h, int level)
{
    struct file *f = h->file;
    if (is_dead(h) || h->lock <= level)
        return;
    if (f->exclusive == h)
        f->exclusive = NULL;
    if (f->pending == h)
        f->pending = NULL;
    if (f->reserved == h)
        f->reserved = NULL;
    if (level == SQLITE_LOCK_NONE)
        f->n_shared--;
    h->lock = level;
}

static void shm_detach(struct handle *h)
{
    struct shm *s = h->shm;
    if (!s)
        return;
    for (int i = 0; i < SHM_LOCKS; i++) {
        if (h->shm_shared & 1u << i)
            s->shared[i]--;
        if (h->shm_exclusive & 1u << i)
            s->exclusive[i] = NULL;
    }
    h->shm_shared = h->shm_exclusive = 0;
    h->shm = NULL;
    if (s->refs == 1 && h->file->shm == s)
        h->file->shm =
            NULL; /* nobody is left: the next one starts with zeros and recovers, as in the unix VFS */
    shm_unref(s);
}

static int x_close(sqlite3_file *file)
{
    struct handle *h = (struct handle *)file;
    WITH_DISK;
    shm_detach(h);
    unlock_to(h, SQLITE_LOCK_NONE);
    file_unref(h->file);
    h->file = NULL;
    return SQLITE_OK;
}

static int x_read(sqlite3_file *file, void *to, int n, sqlite3_int64 offset)
{
    struct handle *h = (struct handle *)file;
    WITH_DISK;
    int rc = is_dead(h) ? SQLITE_IOERR_READ : enter(CALL_OTHER, SQLITE_IOERR_READ, NULL);
    if (rc != SQLITE_OK)
        return rc;
    int64_t there = h->file->disk.now.n - offset;
    if (there >= n) {
        memcpy(to, h->file->disk.now.p + offset, (size_t)n);
        return SQLITE_OK;
    }
    memset(to, 0, (size_t)n);
    if (there > 0)
        memcpy(to, h->file->disk.now.p + offset, (size_t)there);
    return SQLITE_IOERR_SHORT_READ;
}

static int x_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 offset)
{
    struct handle *h = (struct handle *)file;
    bool cut;
    WITH_DISK;
    if (is_dead(h))
        return SQLITE_IOERR_WRITE;
    int rc = enter(CALL_WRITE, SQLITE_IOERR_WRITE, &cut);
    if (rc != SQLITE_OK && !cut)
        n = disk.cut || disk.fail_kind == ERR_READ_ONLY ? 0 : n / 2; /* a failing write may have begun */
    if (n > 0 && !disk_file_write(&h->file->disk, offset, p, n))
        return SQLITE_IOERR_NOMEM;
    return rc;
}

static int x_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *h = (struct handle *)file;
    bool cut;
    WITH_DISK;
    if (is_dead(h))
        return SQLITE_IOERR_TRUNCATE;
    int rc = enter(CALL_TRUNCATE, SQLITE_IOERR_TRUNCATE, &cut);
    if ((rc == SQLITE_OK || cut) && !disk_file_truncate(&h->file->disk, size))
        return SQLITE_IOERR_NOMEM;
    return rc;
}

static void make_durable(struct handle *h)
{
    disk_file_sync(&h->file->disk);
    for (size_t i = 0; i < FILES_MAX; i++)
        if (disk.entries[i].now == h->file)
            entry_set(&disk.entries[i].durable, h->file);
    if (h->sync_directory)
        sync_directory();
    h->sync_directory = false;
}

static int x_sync(sqlite3_file *file, int flags)
{
    struct handle *h = (struct handle *)file;
    bool cut;
    (void)flags;
    WITH_DISK;
    if (is_dead(h))
        return SQLITE_IOERR_FSYNC;
    int rc = enter(CALL_SYNC, SQLITE_IOERR_FSYNC, &cut);
    if (rc == SQLITE_OK)
        make_durable(h);
    else if (!disk.cut)
        disk_file_sync_fails(&h->file->disk, disk.operations);
    return rc;
}

static int x_file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    struct handle *h = (struct handle *)file;
    WITH_DISK;
    int rc = is_dead(h) ? SQLITE_IOERR_FSTAT : enter(CALL_OTHER, SQLITE_IOERR_FSTAT, NULL);
    if (rc == SQLITE_OK)
        *ret = h->file->disk.now.n;
    return rc;
}

static int x_lock(sqlite3_file *file, int level)
{
    struct handle *h = (struct handle *)file;
    struct file *f = h->file;
    WITH_DISK;
    if (is_dead(h) || disk.cut)
        return SQLITE_IOERR_LOCK;
    if (h->lock >= level)
        return SQLITE_OK;
    if (h->lock == SQLITE_LOCK_NONE) {
        if (f->pending || f->exclusive)
            return SQLITE_BUSY;
        f->n_shared++;
        h->lock = SQLITE_LOCK_SHARED;
    }
    if (level == SQLITE_LOCK_SHARED)
        return SQLITE_OK;
    if (f->reserved && f->reserved != h)
        return SQLITE_BUSY;
    if (level == SQLITE_LOCK_RESERVED) {
        f->reserved = h;
        h->lock = level;
        return SQLITE_OK;
    }
    if (f->pending && f->pending != h)
        return SQLITE_BUSY;
    f->pending = h;
    h->lock = SQLITE_LOCK_PENDING;
    if (f->n_shared > 1)
        return SQLITE_BUSY;
    f->exclusive = h;
    h->lock = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
}

static int x_unlock(sqlite3_file *file, int level)
{
    WITH_DISK;
    unlock_to((struct handle *)file, level);
    return SQLITE_OK;
}

static int x_check_reserved(sqlite3_file *file, int *ret)
{
    struct handle *h = (struct handle *)file;
    WITH_DISK;
    *ret = !is_dead(h) && h->file->reserved != NULL;
    return is_dead(h) || disk.cut ? SQLITE_IOERR_CHECKRESERVEDLOCK : SQLITE_OK;
}

static int x_file_control(sqlite3_file *file, int op, void *arg)
{
    (void)file;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int x_sector_size(sqlite3_file *file)
{
    (void)file;
    return 4096; /* what the unix VFS says; the disk tears smaller */
}

static int x_device_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* ---- shared memory of the WAL index ---- */

static int shm_attach(struct handle *h)
{
    if (!h->file->shm) {
        h->file->shm = mem_alloc(sizeof *h->file->shm);
        if (!h->file->shm)
            return SQLITE_IOERR_NOMEM;
    }
    h->shm = h->file->shm;
    h->shm->refs++;
    return SQLITE_OK;
}

static int shm_grow(struct shm *s, int region, int size)
{
    while (s->n_regions <= region) {
        void **more = mem_resize(s->regions, (size_t)(s->n_regions + 1) * sizeof *more);
        if (!more)
            return SQLITE_IOERR_NOMEM;
        s->regions = more;
        more[s->n_regions] = mem_alloc((size_t)size);
        if (!more[s->n_regions])
            return SQLITE_IOERR_NOMEM;
        s->n_regions++;
    }
    return SQLITE_OK;
}

static int x_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret)
{
    struct handle *h = (struct handle *)file;
    WITH_DISK;
    *ret = NULL;
    int rc =
        is_dead(h) ? SQLITE_IOERR_SHMMAP : enter(extend ? CALL_SHM : CALL_OTHER, SQLITE_IOERR_SHMMAP, NULL);
    if (rc == SQLITE_OK && !h->shm)
        rc = shm_attach(h);
    if (rc == SQLITE_OK && extend)
        rc = shm_grow(h->shm, region, size);
    if (rc == SQLITE_OK && region < h->shm->n_regions)
        *ret = h->shm->regions[region];
    return rc;
}

static bool shm_lock_is_free(const struct handle *h, int i, bool exclusive)
{
    const struct shm *s = h->shm;
    if (s->exclusive[i] && s->exclusive[i] != h)
        return false;
    return !exclusive || s->shared[i] == (h->shm_shared >> i & 1);
}

static void shm_set(struct handle *h, int i, int flags)
{
    struct shm *s = h->shm;
    uint16_t bit = (uint16_t)(1u << i);
    if (flags & SQLITE_SHM_UNLOCK) {
        if (h->shm_shared & bit)
            s->shared[i]--;
        if (h->shm_exclusive & bit)
            s->exclusive[i] = NULL;
        h->shm_shared &= (uint16_t)~bit;
        h->shm_exclusive &= (uint16_t)~bit;
    } else if (flags & SQLITE_SHM_EXCLUSIVE) {
        s->exclusive[i] = h;
        h->shm_exclusive |= bit;
    } else if (!(h->shm_shared & bit)) {
        s->shared[i]++;
        h->shm_shared |= bit;
    }
}

static int x_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    struct handle *h = (struct handle *)file;
    WITH_DISK;
    if (!h->shm)
        return SQLITE_IOERR_SHMLOCK;
    if (!(flags & SQLITE_SHM_UNLOCK)) {
        if (is_dead(h) || disk.cut)
            return SQLITE_IOERR_SHMLOCK;
        for (int i = offset; i < offset + n; i++)
            if (!shm_lock_is_free(h, i, flags & SQLITE_SHM_EXCLUSIVE))
                return SQLITE_BUSY;
    }
    for (int i = offset; i < offset + n; i++)
        shm_set(h, i, flags);
    return SQLITE_OK;
}

static void x_shm_barrier(sqlite3_file *file)
{
    static int barrier; /* a fence that ThreadSanitizer understands */
    (void)file;
    __atomic_fetch_add(&barrier, 1, __ATOMIC_SEQ_CST);
}

static int x_shm_unmap(sqlite3_file *file, int delete_it)
{
    (void)delete_it; /* it is gone with its last user anyway */
    WITH_DISK;
    shm_detach((struct handle *)file);
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_file_size,
    .xLock = x_lock,
    .xUnlock = x_unlock,
    .xCheckReservedLock = x_check_reserved,
    .xFileControl = x_file_control,
    .xSectorSize = x_sector_size,
    .xDeviceCharacteristics = x_device_characteristics,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};

/* ---- VFS methods ---- */

static int open_file(const char *name, int flags, struct handle *h)
{
    struct entry *e = name ? entry_find(name) : NULL;
    bool create = !e || !e->now;
    if (create && !(flags & SQLITE_OPEN_CREATE))
        return SQLITE_CANTOPEN;
    int rc = enter(create ? CALL_CREATE : CALL_OTHER, SQLITE_CANTOPEN, NULL);
    if (rc != SQLITE_OK)
        return rc;
    struct file *f = create ? mem_alloc(sizeof *f) : e->now;
    if (!f)
        return SQLITE_NOMEM;
    if (create && name) {
        e = e ? e : entry_new(name);
        if (!e) {
            mem_free(f);
            return SQLITE_FULL;
        }
        entry_set(&e->now, f);
    }
    h->file = file_ref(f);
    return SQLITE_OK;
}

static int x_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *ret_flags)
{
    struct handle *h = (struct handle *)file;
    (void)vfs;
    WITH_DISK;
    *h = (struct handle){.boot = disk.boot};
    int rc = name && strlen(name) > NAME_MAX_LEN ? SQLITE_CANTOPEN : open_file(name, flags, h);
    if (rc != SQLITE_OK)
        return rc;
    h->base.pMethods = &methods;
    h->sync_directory = (flags & SQLITE_OPEN_CREATE) &&
                        (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL));
    if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int x_delete(sqlite3_vfs *vfs, const char *name, int with_directory)
{
    bool cut;
    (void)vfs;
    WITH_DISK;
    struct entry *e = entry_find(name);
    if (!disk.cut && (!e || !e->now))
        return SQLITE_IOERR_DELETE_NOENT;
    int rc = enter(CALL_DELETE, SQLITE_IOERR_DELETE, &cut);
    if (rc != SQLITE_OK && !cut)
        return rc;
    entry_set(&e->now, NULL);
    if (rc == SQLITE_OK && with_directory)
        sync_directory();
    return rc;
}

static int x_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    (void)vfs;
    WITH_DISK;
    struct entry *e = entry_find(name);
    int rc = enter(CALL_OTHER, SQLITE_IOERR_ACCESS, NULL);
    *ret = e && e->now &&
           (flags != SQLITE_ACCESS_EXISTS || e->now->disk.now.n > 0); /* as unix: an empty file is none */
    return rc;
}

static int x_full_pathname(sqlite3_vfs *vfs, const char *name, int n, char *ret)
{
    (void)vfs;
    return snprintf(ret, (size_t)n, "%s", name) < n ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int x_randomness(sqlite3_vfs *vfs, int n, char *ret)
{
    (void)vfs;
    return disk.real->xRandomness(disk.real, n, ret);
}

static int x_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return disk.real->xSleep(disk.real, us);
}

static int x_current_time(sqlite3_vfs *vfs, double *ret)
{
    (void)vfs;
    return disk.real->xCurrentTime(disk.real, ret);
}

static int x_current_time_i64(sqlite3_vfs *vfs, sqlite3_int64 *ret)
{
    (void)vfs;
    return disk.real->xCurrentTimeInt64(disk.real, ret);
}

static int x_last_error(sqlite3_vfs *vfs, int n, char *ret)
{
    (void)vfs;
    (void)n;
    (void)ret;
    return disk.last_errno;
}

enum err faultvfs_register(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 2,
        .szOsFile = sizeof(struct handle),
        .mxPathname = NAME_MAX_LEN,
        .zName = "akari-fault",
        .xOpen = x_open,
        .xDelete = x_delete,
        .xAccess = x_access,
        .xFullPathname = x_full_pathname,
        .xRandomness = x_randomness,
        .xSleep = x_sleep,
        .xCurrentTime = x_current_time,
        .xGetLastError = x_last_error,
        .xCurrentTimeInt64 = x_current_time_i64,
    };
    TRY(db_start());
    WITH_DISK;
    if (disk.real)
        return OK;
    disk.real = sqlite3_vfs_find(NULL);
    if (!disk.real || sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
        return FAIL(ERR_INTERNAL, "the fault VFS cannot be registered");
    return OK;
}

/* ---- control ---- */

void faultvfs_reset(void)
{
    WITH_DISK;
    for (size_t i = 0; i < FILES_MAX; i++) {
        entry_set(&disk.entries[i].now, NULL);
        entry_set(&disk.entries[i].durable, NULL);
    }
    disk.boot++;
    disk.cut = false;
    disk.operations = disk.cut_at = disk.fail_at = disk.faults = 0;
}

void faultvfs_cut_at(uint64_t nth_operation, uint64_t seed)
{
    WITH_DISK;
    disk.cut_at = nth_operation;
    disk.cut_seed = seed;
}

bool faultvfs_is_cut(void)
{
    WITH_DISK;
    return disk.cut;
}

void faultvfs_reboot(void)
{
    WITH_DISK;
    uint64_t seed = disk.cut_seed;
    for (size_t i = 0; i < FILES_MAX; i++)
        if (disk.entries[i].now || disk.entries[i].durable)
            entry_reboot(&disk.entries[i], &seed);
    disk.boot++;
    disk.cut = false;
    disk.cut_at = 0;
}

uint64_t faultvfs_operations(void)
{
    WITH_DISK;
    return disk.operations;
}

void faultvfs_fail_at(uint64_t nth_call, enum err kind, bool sticky)
{
    WITH_DISK;
    disk.fail_at = nth_call;
    disk.fail_kind = kind;
    disk.fail_sticky = sticky;
    disk.faults = 0;
}

uint64_t faultvfs_faults(void)
{
    WITH_DISK;
    return disk.faults;
}

enum err faultvfs_export(const char *name, const char *to_path)
{
    WITH_DISK;
    struct entry *e = entry_find(name);
    if (!e || !e->now)
        return FAIL(ERR_NOT_FOUND, "no such file on the test disk");
    FILE *to = fopen(to_path, "wbx");
    if (!to)
        return FAIL(ERR_IO, "the copy cannot be made: %s", strerrordesc_np(errno));
    size_t n = (size_t)e->now->disk.now.n;
    bool written = n == 0 || fwrite(e->now->disk.now.p, 1, n, to) == n;
    if (fclose(to) != 0 || !written)
        return FAIL(ERR_IO, "the copy cannot be written");
    return OK;
}
