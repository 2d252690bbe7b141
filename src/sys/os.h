/* SPDX-License-Identifier: Apache-2.0 */
/* os.h - the process and its files. Errors name the path and what failed, never content. */
#pragma once
#include "base/buf.h"

enum err os_harden(
    void) NODISCARD; /* no core dumps (RLIMIT_CORE 0, PR_SET_DUMPABLE 0), no new privileges, umask 077 */
size_t os_rss_bytes(void); /* 0 when unknown */

struct file_lock;
/* Exclusive among processes and among handles of one process (open file description lock). The file stays
 * when released. ERR_BUSY when another holds it. */
enum err file_lock_take(const char *path, struct file_lock **ret) NODISCARD;
void file_lock_release(struct file_lock *l); /* NULL is fine */

/* The whole file (or pipe) as bytes with a NUL behind. ERR_NOT_FOUND, ERR_LIMIT (longer than limit), ERR_IO.
 */
enum err file_read(const char *path, size_t limit, struct arena *a, struct str *ret) NODISCARD;
enum err file_write_atomic(const char *path, int mode,
                           struct str data) NODISCARD;   /* tmp + fsync + rename + dir fsync */
enum err file_remove(const char *path) NODISCARD;        /* unlink + dir fsync; ERR_NOT_FOUND */
enum err dir_make(const char *path, int mode) NODISCARD; /* with parents; existing is fine; umask applies */
/* Names (not paths), sorted bytewise; what begins with a dot is left out. */
enum err dir_list(const char *path, struct arena *a, char ***ret, size_t *ret_n) NODISCARD;
/* The folder of the running program, without a slash at its end. */
enum err os_program_folder(struct arena *a, const char **ret) NODISCARD;
bool path_exists(const char *path);
/* Bytes free for this user, and all, of the disk that holds the path; -1 when not known. */
void disk_space(const char *path, int64_t *ret_free, int64_t *ret_all);
int64_t os_fsync_us(const char *dir); /* median of 20 4-KiB write+fsync, for reports; -1 when it cannot */
bool os_is_terminal(int fd);
/* A progress line on stderr: a bar on a terminal, one line each 10 % otherwise. total 0 = unknown. */
struct progress {
    const char *label;
    int64_t total, done;
    int64_t last_us;
    int last_decile;
    bool terminal;
};
void progress_start(struct progress *p, const char *label, int64_t total);
void progress_at(struct progress *p, int64_t done);
void progress_end(struct progress *p);
