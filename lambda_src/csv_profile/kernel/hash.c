#include "hash.h"

uint32_t crc_tables[16][256];

void make_crc_tables(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        crc_tables[0][i] = crc;
    }
    for (int t = 1; t < 16; t++)
        for (uint32_t i = 0; i < 256; i++)
            crc_tables[t][i] = crc_tables[t - 1][i] >> 8 ^ crc_tables[0][crc_tables[t - 1][i] & 255];
}

/* Sixteen bytes at a time, each by the table for its place (Intel's "slicing"). */
uint32_t crc_of(const uint8_t *p, size_t n) {
    uint32_t crc = 0xFFFFFFFFu;
    for (; n >= 16; n -= 16, p += 16) {
        uint32_t next = 0;
        for (int i = 0; i < 4; i++) next ^= crc_tables[15 - i][p[i] ^ (crc >> 8 * i & 255)];
        for (int i = 4; i < 16; i++) next ^= crc_tables[15 - i][p[i]];
        crc = next;
    }
    if (n >= 4) {
        uint32_t next = 0;
        for (size_t i = 0; i < 4; i++) next ^= crc_tables[n - 1 - i][p[i] ^ (crc >> 8 * i & 255)];
        for (size_t i = 4; i < n; i++) next ^= crc_tables[n - 1 - i][p[i]];
        crc = next;
    } else {
        for (size_t i = 0; i < n; i++) crc = crc >> 8 ^ crc_tables[0][(crc ^ p[i]) & 255];
    }
    return ~crc;
}
