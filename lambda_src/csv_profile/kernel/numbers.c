#include "numbers.h"

#include <stdlib.h>

void settle_sum(Sum *sum) {
    for (int i = 0; i + 1 < PIECES; i++) {
        int64_t carry = sum->pieces[i] >> 32;
        sum->pieces[i] -= carry * (INT64_C(1) << 32);
        sum->pieces[i + 1] += carry;
    }
    sum->added = 0;
}

static inline uint64_t key_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return bits ^ (bits >> 63 ? ~UINT64_C(0) : UINT64_C(1) << 63);
}

static void put_zeros_back(double *values, size_t count, const double *before) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (values[middle] < 0.0) low = middle + 1;
        else high = middle;
    }
    for (size_t i = 0; low < count && values[low] == 0.0; i++)
        if (before[i] == 0.0) values[low++] = before[i];
}

static void insert_sorted(double *values, size_t count) {
    for (size_t i = 1; i < count; i++) {
        double value = values[i];
        size_t j = i;
        while (j && values[j - 1] > value) values[j] = values[j - 1], j--;
        values[j] = value;
    }
}

/* What is made of two sorted halves, as most levels are. */
static bool merged(double *values, size_t count, double *scratch) {
    size_t end = 1;
    while (end < count && values[end - 1] <= values[end]) end++;
    if (end == count) return true;
    for (size_t i = end + 1; i < count; i++)
        if (values[i - 1] > values[i]) return false;
    memcpy(scratch, values, end * sizeof *values);
    size_t a = 0, b = end, to = 0;
    while (a < end && b < count) values[to++] = scratch[a] <= values[b] ? scratch[a++] : values[b++];
    while (a < end) values[to++] = scratch[a++];
    return true;
}

void sort_doubles(double *values, size_t count, double *scratch) {
    if (count <= 24) {
        insert_sorted(values, count);
        return;
    }
    if (merged(values, count, scratch)) return;
    /* By their bits, a byte at a time, skipping those that all have alike. */
    uint32_t places[8][256] = {{0}};
    double *from = values, *to = scratch;
    bool zeros = false;
    for (size_t i = 0; i < count; i++) {
        uint64_t key = key_of(values[i]);
        zeros |= values[i] == 0.0;
        for (int byte = 0; byte < 8; byte++) places[byte][key >> 8 * byte & 255]++;
    }
    double *before = NULL;
    if (zeros) {
        before = scratch + count;
        memcpy(before, values, count * sizeof *values);
    }
    for (int byte = 0; byte < 8; byte++) {
        uint32_t *place = places[byte], start = 0;
        if (place[key_of(from[0]) >> 8 * byte & 255] == count) continue;
        for (int i = 0; i < 256; i++) {
            uint32_t next = start + place[i];
            place[i] = start;
            start = next;
        }
        for (size_t i = 0; i < count; i++) to[place[key_of(from[i]) >> 8 * byte & 255]++] = from[i];
        double *swap = from;
        from = to;
        to = swap;
    }
    if (from != values) memcpy(values, from, count * sizeof *values);
    if (zeros) put_zeros_back(values, count, before);
}

bool grow_sketch(Sketch *sketch, unsigned level) {
    while (sketch->used <= level) {
        if (sketch->used == LEVELS) return false;
        double *values = malloc((sketch->size + sketch->size / 2) * sizeof *values);
        if (!values) return false;
        sketch->levels[sketch->used++] = values;
    }
    return true;
}

/* A full level goes to the next one: every other value, each of which then stands for two. */
bool compact(Sketch *sketch, unsigned level, double *scratch) {
    for (; sketch->counts[level] >= sketch->size; level++) {
        if (!grow_sketch(sketch, level + 1)) return false;
        double *full = sketch->levels[level], *next = sketch->levels[level + 1] + sketch->counts[level + 1];
        uint32_t size = sketch->size, rest = sketch->counts[level] - size;
        sort_doubles(full, size, scratch);
        for (uint32_t i = sketch->odd[level]; i < size; i += 2) *next++ = full[i];
        sketch->odd[level] ^= 1;
        sketch->counts[level + 1] += size / 2;
        memmove(full, full + size, rest * sizeof *full);
        sketch->counts[level] = rest;
    }
    return true;
}

bool add_times(Sketch *sketch, double value, uint64_t times, double *scratch) {
    for (unsigned level = 0; times; level++, times >>= 1) {
        if (!(times & 1)) continue;
        if (!grow_sketch(sketch, level)) return false;
        sketch->levels[level][sketch->counts[level]++] = value;
        if (!compact(sketch, level, scratch)) return false;
    }
    return true;
}

void free_sketch(Sketch *sketch) {
    for (unsigned i = 0; i < sketch->used; i++) free(sketch->levels[i]);
}
