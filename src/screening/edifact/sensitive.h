/* SPDX-License-Identifier: Apache-2.0 */
/* sensitive.h - special service codes that say what somebody eats, suffers from or believes. They are dropped where
 * they are read; a diagnostic counts them and names no code. Every code that ends in ML is dropped, too (names.c).
 *
 * Codes of IATA's reservations interline message procedures as carriers publish them. A child who travels alone (UMNR,
 * YPTA) and an infant (INFT) are not among them: they are what this engine is for. */
#pragma once

static const char sensitive_codes[][5] = {
    /* meals */
    "AVML", "BBML", "BLML", "CHML", "CNML", "DBML", "FPML", "FSML", "GFML", "HFML", "HNML", "JNML", "JPML", "KSML",
    "LCML", "LFML", "LPML", "LSML", "MOML", "NBML", "NFML", "NLML", "ORML", "PFML", "PRML", "RFML", "RVML", "SFML",
    "SPML", "VGML", "VJML", "VLML", "VOML", "MEAL", "PSML",
    /* health and disability */
    "BLND", "DEAF", "DPNA", "ESAN", "LEGB", "LEGL", "LEGR", "MAAS", "MEDA", "MEDI", "OXYG", "PPOC", "POXY", "STCR",
    "SVAN", "WCBD", "WCBW", "WCHC", "WCHR", "WCHS", "WCLB", "WCMP", "WCOB", "CPAP", "VISI",
    /* belief */
    "CLGY", "PILG", "UMRH", "HAJJ",
};
