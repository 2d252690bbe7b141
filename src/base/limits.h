/* SPDX-License-Identifier: Apache-2.0 */
/* limits.h - every limit on what a user or a file may ask for. */
#pragma once

#define ARENA_LIMIT_DEFAULT    (64u << 20)
#define BUF_LIMIT_DEFAULT      (256u << 20)
#define CSV_MAX_ROW_BYTES      (1u << 20)
#define CSV_MAX_CELLS          512
#define DB_MAX_SQL_BYTES       (1 << 20)
#define DB_MAX_VALUE_BYTES     (64 << 20)
#define DB_MAX_PARAMS          200
#define DB_MAX_STATEMENTS      2000 /* different SQL texts of one connection; they are constant */
#define DB_BUSY_MS             2000 /* waiting for another writer before ERR_RETRY */
#define HTTP_MAX_BODY          (1u << 20)
#define HTTP_MAX_HEADERS       (32u << 10)
#define HTTP_MAX_CONNECTIONS   1024
#define HTTP_TIMEOUT_S         15
#define HTTP_MAX_TARGET        (8u << 10)
#define HTTP_MAX_HEADER_COUNT  100
#define HTTP_MAX_FIELDS        400         /* of one form or query */
#define HTTP_MAX_BODIES        (64u << 20) /* bytes of all bodies that wait or are worked on */
#define HTTP_MAX_DRAIN         (8u << 20) /* of a refused body: thrown away, so that its sender reads the answer */
#define HTTP_MIN_RATE          4096 /* bytes per second of a slow sender or reader, on top of the timeout */
#define HTTP_QUEUE_MAX         512  /* requests that wait for a worker */
#define JSON_MAX_BYTES         (1u << 20)
#define JSON_MAX_DEPTH         16
#define YAML_MAX_BYTES         (4u << 20)
#define YAML_MAX_DEPTH         24
#define YAML_MAX_NODES         400000
#define PACK_MAX_FILES         2000
#define PO_MAX_BYTES           (4u << 20)
#define STREAM_MAX_HEADER      (64u << 10)
#define PACK_MAX_BYTES         (64u << 20)  /* all files of a pack together */
#define PACK_MAX_MEMORY        (512u << 20) /* while it is read; what stays is far less */
#define TEXT_MAX_BYTES         65536        /* one long text field */
#define NAME_MAX_BYTES         512          /* one short text field */
#define BATCH_MAX_ITEMS        1000         /* items of one act_batch transaction */
#define RETRY_MAX              8            /* attempts of one transaction on PostgreSQL */
#define LOGIN_QUEUE_MAX        16           /* Argon2id requests waiting */
#define LOGIN_PARALLEL_MAX     2
#define SESSION_IDLE_S         1800  /* NIST 800-63B AAL2: idle <= 30 min */
#define SESSION_ABSOLUTE_S     43200 /* and 12 h in all */
#define CLOCK_MAX_DAYS         4000  /* days that one search for a due day may look at: nearly eleven years */
#define CLOCK_MAX_HOURS        96000 /* the same in hours */
#define ATTACHMENT_MAX_BYTES   (25u << 20)
#define ATTACHMENT_CHUNK_BYTES (256u << 10) /* sealed by itself; its text in base64 fits a JSON body */
#define ATTACHMENT_CASE_MAX    100          /* of one case */
#define ATTACHMENT_UPLOADS_MAX 8            /* unfinished ones of one account */
#define ATTACHMENT_DAY_BYTES   (1 << 30)    /* that one account adds in a day */
#define ATTACHMENT_UPLOAD_S    3600         /* unfinished for so long: thrown away */
#define ATTACHMENT_STREAM_S    120          /* the same of one whose length nobody told, since its last part */
#define SANDBOX_MAX_INPUT      ATTACHMENT_MAX_BYTES
#define SANDBOX_MAX_REPLY      (4u << 20)
#define SANDBOX_MEMORY         (768u << 20) /* address space of the child */
#define SANDBOX_PARALLEL_MAX   2            /* children at once */
#define SANDBOX_CPU_S          8
#define SANDBOX_WALL_S         15
#define PICTURE_MAX_PIXELS     50000000 /* a picture with more is not decoded */
#define PICTURE_MAX_SIDE       30000
#define HTTP_MAX_UPLOAD        (32u << 20) /* body of a form with files */
#define HTTP_STREAM_BYTES      (128u << 10) /* of such a form are in memory while it is read */
#define HTTP_STREAMS_MAX       8           /* such forms at once */
#define HTTP_MAX_PARTS         64          /* of one */
#define HTTP_MAX_PART_HEAD     2048
