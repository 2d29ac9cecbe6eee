#include "hash.h"
#include "rows.h"

#include <stdlib.h>

static void put(Repeats *repeats, uint64_t hash, uint32_t number) {
    uint32_t place = (uint32_t)(hash >> 32) & repeats->mask;
    while (repeats->slots[place]) place = (place + 1) & repeats->mask;
    repeats->slots[place] = number;
}

static bool index_rows(Repeats *repeats, uint32_t slots) {
    if (!repeats->slots || slots != repeats->mask + 1) {
        uint32_t *larger = malloc(slots * sizeof *larger);
        if (!larger) return false;
        free(repeats->slots);
        repeats->slots = larger;
        repeats->mask = slots - 1;
    }
    memset(repeats->slots, 0, slots * sizeof *repeats->slots);
    for (uint32_t i = 0; i < repeats->count; i++) put(repeats, repeats->seen[i].hash, i + 1);
    return true;
}

static Seen *seen_before(const Repeats *repeats, uint64_t hash) {
    if (!repeats->slots) return NULL;
    for (uint32_t place = (uint32_t)(hash >> 32) & repeats->mask; repeats->slots[place]; place = (place + 1) & repeats->mask) {
        Seen *seen = repeats->seen + (repeats->slots[place] - 1);
        if (seen->hash == hash) return seen;
    }
    return NULL;
}

static bool halve(Repeats *repeats) {
    uint32_t bit = UINT32_C(1) << repeats->sampled++, kept = 0;
    for (uint32_t i = 0; i < repeats->count; i++)
        if (!(repeats->seen[i].crc & bit)) repeats->seen[kept++] = repeats->seen[i];
    repeats->count = kept;
    return index_rows(repeats, repeats->mask + 1);
}

bool add_repeat(Repeats *repeats, const uint8_t *row, size_t length, int64_t number, const uint64_t seed[2]) {
    uint32_t crc = crc_of(row, length);
    if (repeats->sampled && crc << (32 - repeats->sampled)) return true;
    uint64_t hash = hash_of(row, length, seed);
    Seen *seen = seen_before(repeats, hash);
    if (seen) {
        seen->again++;
        if (!repeats->sampled && repeats->examples_found < REPEAT_EXAMPLES) {
            repeats->examples[2 * repeats->examples_found] = number;
            repeats->examples[2 * repeats->examples_found++ + 1] = seen->row;
        }
        return true;
    }
    if (repeats->count >= repeats->remembered && repeats->sampled == repeats->most_sampled) return true;
    if (repeats->count == repeats->room) {
        uint32_t room = repeats->room ? repeats->room * 2 : 256;
        if (room > repeats->remembered + 1) room = repeats->remembered + 1;
        Seen *larger = realloc(repeats->seen, room * sizeof *larger);
        if (!larger) return false;
        repeats->seen = larger;
        repeats->room = room;
    }
    if (!repeats->slots || repeats->mask / 2 <= repeats->count)
        if (!index_rows(repeats, repeats->slots ? 2 * (repeats->mask + 1) : 512)) return false;
    repeats->seen[repeats->count++] = (Seen){hash, 0, number, crc};
    put(repeats, hash, repeats->count);
    while (repeats->count > repeats->remembered && repeats->sampled < repeats->most_sampled)
        if (!halve(repeats)) return false;
    if (repeats->count <= repeats->remembered) return true;
    repeats->count--; /* rows made so that a sample has them all: no more are remembered */
    return index_rows(repeats, repeats->mask + 1);
}

void free_repeats(Repeats *repeats) {
    free(repeats->seen);
    free(repeats->slots);
    *repeats = (Repeats){0};
}
