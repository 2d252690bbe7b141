/* SPDX-License-Identifier: Apache-2.0 */
/* bench_http - how many requests a second the server takes, told by wrk if that is installed. Only prints: a
 * number of one machine is no test. Every request goes through the queue and a worker, as in production. */
#include "sys/http.h"
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

static void ping(void *user, const struct http_request *q, struct http_response *r)
{
    (void)user;
    (void)q;
    http_add(r, "Content-Type", "application/json");
    buf_c(&r->body, "{\"synthetic\":true,\"message\":\"a body of sixty-five bytes or so\"}");
}

static double cpu_s(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(void)
{
    struct http_config config = {.address = "127.0.0.1", .handler = ping};
    struct http_server *s;
    char url[64];
    if (http_start(&config, &s) != OK) {
        /* lint-ok logging: a benchmark prints */
        fprintf(stderr, "%s\n", err_detail());
        return 1;
    }
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", http_port(s));
    char *args[] = {"wrk", "-t1", "-c64", "-d3s", "--latency", url, NULL};
    pid_t child;
    double before = cpu_s();
    if (posix_spawnp(&child, "wrk", NULL, NULL, args, environ) == 0) {
        waitpid(child, NULL, 0);
        /* lint-ok logging: a benchmark prints */
        printf("  %.1f s of CPU in the server\n", cpu_s() - before);
    } else {
        /* lint-ok logging: a benchmark prints */
        printf("wrk is not installed; nothing was measured\n");
    }
    http_stop(s);
    return 0;
}
