/* SPDX-License-Identifier: Apache-2.0 */
/* codes.c - who issues documents, and whose nationality one says (ICAO 9303-3, section 5). */
#include "screening/document/own.h"

/* Part A is ISO 3166-1 alpha-3; this is its list as of Debian 12 (iso-codes 4.15), 249 codes. */
static const char iso[] = "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN "
                          "BES BFA BGD BGR BHR BHS BIH "
                          "BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD "
                          "COG COK COL COM CPV CRI CUB "
                          "CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI "
                          "FLK FRA FRO FSM GAB GBR GEO "
                          "GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI "
                          "HUN IDN IMN IND IOT IRL IRN "
                          "IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY "
                          "LCA LIE LKA LSO LTU LUX LVA "
                          "MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ "
                          "MUS MWI MYS MYT NAM NCL NER "
                          "NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK "
                          "PRT PRY PSE PYF QAT REU ROU "
                          "RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK "
                          "SVN SWE SWZ SXM SYC SYR TCA "
                          "TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB "
                          "VAT VCT VEN VGB VIR VNM VUT "
                          "WLF WSM YEM ZAF ZMB ZWE ";

#define PART_A "ICAO Doc 9303-3, 8th edition (2021), section 5, part A"
#define PART_B "ICAO Doc 9303-3, 8th edition (2021), section 5, part B"
#define PART_C "ICAO Doc 9303-3, 8th edition (2021), section 5, part C"
#define PART_D "ICAO Doc 9303-3, 8th edition (2021), section 5, part D"
#define PART_E "ICAO Doc 9303-3, 8th edition (2021), section 5, persons without a defined nationality"

/* verified: the row was seen in a public copy of the table (a reader's source that names the parts); where it
 * is false the row is from general knowledge and must be checked against the standard. */
static const struct mrz_code special[] = {
    {"D<<", MRZ_CODE_STATE, "Germany: one letter in the machine readable zone", PART_A, true},
    {"GBD", MRZ_CODE_OTHER, "British Overseas Territories citizen", PART_A, true},
    {"GBN", MRZ_CODE_OTHER, "British National (Overseas)", PART_A, true},
    {"GBO", MRZ_CODE_OTHER, "British Overseas citizen", PART_A, true},
    {"GBP", MRZ_CODE_OTHER, "British protected person", PART_A, true},
    {"GBS", MRZ_CODE_OTHER, "British subject", PART_A, true},
    {"EUE", MRZ_CODE_OTHER, "European Union (laissez-passer)", PART_B, true},
    {"UNO", MRZ_CODE_OTHER, "United Nations Organization or one of its officials", PART_C, true},
    {"UNA", MRZ_CODE_OTHER, "United Nations specialized agency or one of its officials", PART_C, true},
    {"UNK", MRZ_CODE_OTHER, "Resident of Kosovo, document by the United Nations mission there", PART_C, true},
    {"XBA", MRZ_CODE_OTHER, "African Development Bank", PART_D, true},
    {"XIM", MRZ_CODE_OTHER, "African Export-Import Bank", PART_D, true},
    {"XCC", MRZ_CODE_OTHER, "Caribbean Community or one of its emissaries", PART_D, true},
    {"XCE", MRZ_CODE_OTHER, "Council of Europe", PART_D, false},
    {"XCO", MRZ_CODE_OTHER, "Common Market for Eastern and Southern Africa", PART_D, true},
    {"XEC", MRZ_CODE_OTHER, "Economic Community of West African States", PART_D, true},
    {"XPO", MRZ_CODE_OTHER, "International Criminal Police Organization", PART_D, true},
    {"XES", MRZ_CODE_OTHER, "Organisation of Eastern Caribbean States", PART_D, false},
    {"XMP", MRZ_CODE_OTHER, "Parliamentary Assembly of the Mediterranean", PART_D, false},
    {"XOM", MRZ_CODE_OTHER, "Sovereign Military Order of Malta or one of its emissaries", PART_D, true},
    {"XDC", MRZ_CODE_OTHER, "Southern African Development Community", PART_D, false},
    {"XXA", MRZ_CODE_NO_STATE, "Stateless person (Convention of 1954)", PART_E, true},
    {"XXB", MRZ_CODE_NO_STATE, "Refugee (Convention of 1951, Protocol of 1967)", PART_E, true},
    {"XXC", MRZ_CODE_NO_STATE, "Refugee, other than under XXB", PART_E, true},
    {"XXX", MRZ_CODE_NO_STATE, "Person of unspecified nationality", PART_E, true},
    {"UTO", MRZ_CODE_SPECIMEN, "Utopia: specimens of the standard", "ICAO Doc 9303-3, specimens", true},
    {"RKS", MRZ_CODE_IN_USE, "Kosovo, its own documents",
     "a public reader of documents (jmrtd); not in ISO 3166-1", false},
};

static void pad(struct str code, char ret[4])
{
    memcpy(ret, "<<<", 4);
    if (code.n && code.n <= 3)
        memcpy(ret, code.p, code.n);
}

struct mrz_code mrz_code(struct str code)
{
    char padded[4];
    pad(code, padded);
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (memcmp(special[i].code, padded, 3) == 0)
            return special[i];
    for (const char *p = iso; *p; p += 4)
        if (memcmp(p, padded, 3) == 0)
            return (struct mrz_code){p, MRZ_CODE_STATE, NULL, PART_A " (ISO 3166-1)", true};
    return (struct mrz_code){"", MRZ_CODE_UNKNOWN, NULL, NULL, false};
}

bool mrz_code_same(struct str a, struct str b)
{
    char one[4], two[4];
    pad(a, one);
    pad(b, two);
    if (memcmp(one, "DEU", 3) == 0)
        memcpy(one, "D<<", 3);
    if (memcmp(two, "DEU", 3) == 0)
        memcpy(two, "D<<", 3);
    return memcmp(one, two, 3) == 0;
}
