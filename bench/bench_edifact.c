/* SPDX-License-Identifier: Apache-2.0 */
/* bench_edifact - how fast messages of carriers are read by one core: segments alone, travellers, JSON.
 * Synthetic messages, or the files given, again and again from memory.
 *
 *     bench_edifact [MEGABYTES] [FILE...] */
#include "base/alloc.h"
#include "base/buf.h"
#include "screening/edifact/testing_edifact.h" /* a source in memory */
#include "screening/edifact/travel_json.h"

static const struct date today = {2026, 11, 22};
static const char *only; /* AKARI_BENCH_ONLY: segments, travellers or JSON */
static int64_t segments, travellers, bytes_out;

static void made_up_list(struct buf *b)
{
    buf_c(b, "UNB+UNOA:4+SYNTHETIC+AUTHORITY+200101:0900+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+ZZ12+++"
             "ZZ'LOC+125+BKK'"
             "DTM+189:2001010900:201'LOC+87+NRT'DTM+232:2001011700:201'");
    for (int i = 0; i < 400; i++)
        buf_printf(b,
                   "NAD+FL+++SYNTHETIC%03d:MALEE:NOI'ATT+2++F'DTM+329:950607'MEA+CT++1'MEA+WT++KGM:20'FTX+"
                   "BAG+++ZZ%06d'"
                   "LOC+178+BKK'LOC+179+NRT'LOC+174+THA'NAT+2+THA'RFF+AVF:AB%04d'RFF+SEA:12A'DOC+P+AA%06d'"
                   "DTM+36:280101'"
                   "LOC+91+THA'",
                   i, i, i, i);
    buf_c(b, "CNT+42:400'UNT+6009+1'UNZ+1+1'\n");
}

static void made_up_reservations(struct buf *b)
{
    buf_c(b, "UNB+IATA:1+ZZ+AUTHORITY+200101:0900+1'UNH+1+PNRGOV:13:1:IA+X'MSG+:22'TVL+010120:0900:010120:"
             "1700+BKK+NRT+ZZ+1'");
    for (int i = 0; i < 150; i++)
        buf_printf(
            b,
            "SRC'RCI+ZZ:A%05d::311219:1200'DAT+700:311219:1200'ORG+ZZ:BKK'ADD++700:STREET:CITY:R::TH:123:"
            "H000'"
            "TIF+SYNTHETIC%03d+MALEEMRS:A:1'FTI+ZZ:1'IFT+4:28::ZZ+CTCE A..B//EXAMPLE.ORG'REF+:X1'FAR+N'"
            "SSR+DOCS:HK:1:ZZ:::::/P/THA/AA%05d/THA/07JUN95/F/01JAN28/SYNTHETIC%03d/"
            "MALEE+::1'TKT+1:T:1'MON+B:1:THB'"
            "TVL+010120:0900::1700+BKK+NRT+ZZ+1:B'RPI+1+HK'APD+777'SSR+SEAT:HK:1:ZZ:::BKK:NRT+12A::1'DAT+2:"
            "010120:0800'"
            "TRI++5:::1'TIF+SYNTHETIC%03d+MALEEMRS:A:1'SSD+12A++++Y'TBD++1:20:700++HP+ZZ:012345:1:NRT'ABI+4++"
            "++ZZ'"
            "DAT+T:301219:1200'SAC+++A'IFT+4:19+ F 01JAN20 BKK "
            "NRT'TVL+010120::010120+BKK+NRT+ZZ+1:B'RPI+1+HK'",
            i, i, i, i, i);
    buf_c(b, "UNT+4205+1'UNZ+1+1'\n");
}

static enum err count_traveller(void *user, const struct travel_message *m, const struct traveller *t)
{
    (void)user;
    (void)m;
    (void)t;
    travellers++;
    return OK;
}

static enum err count_bytes(void *user, struct str text)
{
    (void)user;
    bytes_out += (int64_t)text.n;
    return OK;
}

/* Of this process alone: other work on the machine does not count. */
static int64_t processor_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum err run_segments(struct text_source *from)
{
    CLEANUP(edifact_cleanup) struct edifact *r = NULL;
    TRY(edifact_new(text_give, from, NULL, NULL, &r));
    for (bool more = true; more; segments += more) {
        struct edifact_segment s;
        TRY(edifact_next(r, &s, &more));
    }
    return OK;
}

static enum err run_travellers(struct text_source *from)
{
    struct travel_events events = {.traveller = count_traveller};
    int64_t messages;
    return travel_parse(text_give, from, today, &events, &messages);
}

static enum err run_json(struct text_source *from)
{
    int64_t messages;
    return travel_json(text_give, from, NULL, today, count_bytes, NULL, &messages);
}

static void measure(const char *name, struct str text, int64_t megabytes)
{
    static const struct {
        const char *what;
        enum err (*run)(struct text_source *from);
    } runs[] = {{"segments", run_segments}, {"travellers", run_travellers}, {"JSON", run_json}};
    int64_t times = megabytes * 1000000 / (int64_t)(text.n ? text.n : 1) + 1;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        int64_t best = INT64_MAX;
        if (only && strcmp(only, runs[i].what) != 0)
            continue;
        for (int turn = 0; turn < 3; turn++) {
            struct text_source from = {.s = text, .times = times - 1};
            int64_t start = processor_us();
            if (runs[i].run(&from) != OK) {
                printf("%s, %s: failed: %s\n", name, runs[i].what, err_detail());
                return;
            }
            int64_t took = processor_us() - start;
            best = took < best ? took : best;
        }
        printf("%-24s %-11s %7.0f MB/s\n", name, runs[i].what,
               (double)times * (double)text.n / (double)(best ? best : 1));
    }
}

int main(int argc, char **argv)
{
    CLEANUP(buf_free) struct buf list = {0}, reservations = {0};
    int64_t megabytes = 200;
    only = getenv("AKARI_BENCH_ONLY");
    if (argc > 1 && str_i64(str_of(argv[1]), 1, 100000, &megabytes) != OK)
        return 64;
    made_up_list(&list);
    made_up_reservations(&reservations);
    measure("PAXLST, 400 travellers", buf_view(&list), megabytes);
    measure("PNRGOV, 150 reservations", buf_view(&reservations), megabytes);
    for (int i = 2; i < argc; i++) {
        static char data[1 << 20];
        FILE *file = fopen(argv[i], "rb");
        if (!file)
            continue;
        size_t n = fread(data, 1, sizeof data, file);
        fclose(file);
        const char *name = strrchr(argv[i], '/');
        measure(name ? name + 1 : argv[i], (struct str){data, n}, megabytes);
    }
    return 0;
}
