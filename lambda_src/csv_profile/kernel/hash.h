/* Two hashes: one by which equal values are found, of a seed of its own in every process, so that no file can be made
 * to collide; and CRC-32, as zlib has it, where a profile depends on the hash. */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t word_at(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

static inline uint64_t short_word(const uint8_t *p, size_t n) { /* n < 8 */
    if (n >= 4) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        return (uint64_t)high << 32 | low;
    }
    return n ? (uint64_t)p[0] << 16 | (uint64_t)p[n >> 1] << 8 | p[n - 1] : 0;
}

static inline int same_bytes(const uint8_t *a, const uint8_t *b, size_t n) {
    if (n > 16) return memcmp(a, b, n) == 0;
    if (n < 8) return short_word(a, n) == short_word(b, n);
    return word_at(a) == word_at(b) && word_at(a + n - 8) == word_at(b + n - 8);
}

static inline uint64_t folded(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_of(const uint8_t *p, size_t n, const uint64_t seed[2]) {
    uint64_t found = seed[0] ^ n;
    size_t left = n;
    if (n <= 16) {
        uint64_t a = n >= 8 ? word_at(p) : short_word(p, n), b = n >= 8 ? word_at(p + n - 8) : 0;
        return folded(folded(a ^ found, b ^ seed[1]) ^ seed[1], found ^ UINT64_C(0x9E3779B97F4A7C15));
    }
    for (; left > 16; left -= 16, p += 16) found = folded(word_at(p) ^ seed[1], word_at(p + 8) ^ found);
    p -= 16 - left;
    found = folded(word_at(p) ^ seed[1], word_at(p + 8) ^ found);
    return folded(found ^ seed[1], n ^ UINT64_C(0x9E3779B97F4A7C15));
}

extern uint32_t crc_tables[16][256];

void make_crc_tables(void);

uint32_t crc_of(const uint8_t *p, size_t n);

#endif
