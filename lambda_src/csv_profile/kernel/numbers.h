/* Exact sums, and a sketch of quantiles: the same as numeric.py, to the last bit. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef __int128 i128;
typedef unsigned __int128 u128;

/* The exact sum of doubles: pieces of 32 bits over 2**-1074, each with room for carries. */
enum { PIECES = 72 };
typedef struct { int64_t pieces[PIECES]; uint32_t added; } Sum;

void settle_sum(Sum *sum);

static inline void add_double(Sum *sum, double value, uint32_t times) {
    uint64_t bits;
    memcpy(&bits, &value, 8);
    unsigned exponent = (unsigned)(bits >> 52) & 0x7FF;
    uint64_t digits = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent) digits |= UINT64_C(1) << 52, exponent--;
    u128 product = (u128)digits * times << (exponent & 31);
    int64_t *piece = sum->pieces + (exponent >> 5);
    int64_t sign = (int64_t)bits >> 63; /* x ^ -1, less -1, is -x */
    piece[0] += ((int64_t)((uint64_t)product & 0xFFFFFFFF) ^ sign) - sign;
    piece[1] += ((int64_t)((uint64_t)product >> 32) ^ sign) - sign;
    piece[2] += ((int64_t)((uint64_t)(product >> 64) & 0xFFFFFFFF) ^ sign) - sign;
    piece[3] += ((int64_t)(product >> 96) ^ sign) - sign;
    if (++sum->added == UINT32_C(1) << 30) settle_sum(sum);
}

/* Squares of whole numbers need more than 128 bits. */
typedef struct { u128 low; uint64_t high; } Squares;

static inline void add_square(Squares *squares, int64_t value, uint64_t times) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    u128 square = (u128)size * size;
    if (times == 1) {
        squares->low += square;
        squares->high += squares->low < square;
        return;
    }
    u128 low = (u128)(uint64_t)square * times, high = (square >> 64) * times; /* below 2**62 * 2**62 */
    squares->low += low;
    squares->high += squares->low < low;
    squares->low += high << 64;
    squares->high += squares->low < high << 64;
    squares->high += (uint64_t)(high >> 64);
}

enum { LEVELS = 48 };
typedef struct {
    double *levels[LEVELS]; /* each has room for a half more than a full one */
    uint32_t counts[LEVELS];
    uint8_t odd[LEVELS];
    uint32_t size, used;
} Sketch;

bool compact(Sketch *sketch, unsigned level, double *scratch);
bool grow_sketch(Sketch *sketch, unsigned level);
bool add_times(Sketch *sketch, double value, uint64_t times, double *scratch);
void free_sketch(Sketch *sketch);
/* Stable: zeros of either sign stay in their order. `scratch` has room for as many. */
void sort_doubles(double *values, size_t count, double *scratch);

/* False if there is no memory. */
static inline bool add_value(Sketch *sketch, double value, double *scratch) {
    if (!sketch->used && !grow_sketch(sketch, 0)) return false;
    sketch->levels[0][sketch->counts[0]++] = value;
    return sketch->counts[0] < sketch->size || compact(sketch, 0, scratch);
}

#endif
