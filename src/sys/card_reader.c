/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/card_reader.h"
#include "base/alloc.h"

#ifdef AKARI_PCSC
#include <winscard.h>

#define NAMES_MAX 4096

struct card_reader {
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol;
    bool connected;
};

static enum err connect_first(struct card_reader *r)
{
    char names[NAMES_MAX];
    DWORD n = sizeof names;
    if (SCardListReaders(r->context, NULL, names, &n) != SCARD_S_SUCCESS)
        return FAIL(ERR_NOT_FOUND, "no card reader");
    for (const char *p = names; *p; p += strlen(p) + 1)
        if (SCardConnect(r->context, p, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                         &r->card, &r->protocol) == SCARD_S_SUCCESS) {
            r->connected = true;
            return OK;
        }
    return FAIL(ERR_NOT_FOUND, "no card on the reader");
}

enum err card_reader_open(struct card_reader **ret)
{
    struct card_reader *r CLEANUP(card_reader_cleanup) = mem_alloc(sizeof *r);
    if (!r)
        return mem_fail();
    *r = (struct card_reader){0};
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &r->context) != SCARD_S_SUCCESS) {
        r->context = 0;
        return FAIL(ERR_NOT_FOUND, "the service of card readers (pcscd) does not answer");
    }
    TRY(connect_first(r));
    *ret = r;
    r = NULL;
    return OK;
}

void card_reader_close(struct card_reader *r)
{
    if (!r)
        return;
    if (r->connected)
        SCardDisconnect(r->card, SCARD_UNPOWER_CARD);
    if (r->context)
        SCardReleaseContext(r->context);
    mem_free(r);
}

enum err card_reader_exchange(void *user, struct str command, uint8_t *answer, size_t room, size_t *ret_n)
{
    struct card_reader *r = user;
    DWORD n = room;
    const SCARD_IO_REQUEST *protocol = r->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    LONG e = SCardTransmit(r->card, protocol, (LPCBYTE)command.p, command.n, NULL, answer, &n);
    if (e == SCARD_E_INSUFFICIENT_BUFFER)
        return FAIL(ERR_LIMIT, "an answer of the card");
    if (e != SCARD_S_SUCCESS)
        return FAIL(ERR_IO, "the card does not answer");
    *ret_n = n;
    return OK;
}

#else

struct card_reader {
    char none;
};

enum err card_reader_open(struct card_reader **ret)
{
    (void)ret;
    return FAIL(ERR_UNSUPPORTED, "this program was built without card readers (libpcsclite)");
}

void card_reader_close(struct card_reader *r)
{
    mem_free(r);
}

enum err card_reader_exchange(void *user, struct str command, uint8_t *answer, size_t room, size_t *ret_n)
{
    (void)user, (void)command, (void)answer, (void)room, (void)ret_n;
    return FAIL(ERR_UNSUPPORTED, "this program was built without card readers (libpcsclite)");
}

#endif

void card_reader_cleanup(struct card_reader **r)
{
    card_reader_close(*r);
    *r = NULL;
}
