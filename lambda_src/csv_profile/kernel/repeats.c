#include "hash.h"
#include "rows.h"

#include <stdlib.h>

static bool index_rows(Repeats *repeats) {
    return index_all(&repeats->index, repeats->seen, sizeof *repeats->seen, repeats->count);
}

static bool is_sampled(const Repeats *repeats, uint32_t crc) {
    return !repeats->sampled || !(crc << (32 - repeats->sampled));
}

static bool halve(Repeats *repeats) {
    uint32_t bit = UINT32_C(1) << repeats->sampled++, kept = 0;
    for (uint32_t i = 0; i < repeats->count; i++)
        if (!(repeats->seen[i].crc & bit)) repeats->seen[kept++] = repeats->seen[i];
    repeats->count = kept;
    return index_rows(repeats);
}

static bool add(Repeats *repeats, uint64_t hash, uint32_t crc, int64_t row) {
    int64_t found;
    INDEX_FIND(&repeats->index, hash, found, repeats->seen[number].hash == hash);
    if (found >= 0) {
        Seen *seen = repeats->seen + found;
        seen->again++;
        if (!repeats->sampled && repeats->examples_found < REPEAT_EXAMPLES) {
            repeats->examples[2 * repeats->examples_found] = row;
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
    if (index_is_full(&repeats->index, repeats->count) && !index_rows(repeats)) return false;
    repeats->seen[repeats->count++] = (Seen){hash, 0, row, crc};
    index_put(&repeats->index, hash, repeats->count);
    while (repeats->count > repeats->remembered && repeats->sampled < repeats->most_sampled)
        if (!halve(repeats)) return false;
    if (repeats->count <= repeats->remembered) return true;
    repeats->count--; /* rows made so that a sample has them all: no more are remembered */
    return index_rows(repeats);
}

/* Some rows at a time: their places are fetched while the next ones are hashed. */
bool add_repeats(Repeats *repeats, const uint8_t *text, const uint32_t *starts, uint32_t width, uint32_t rows,
                 int64_t number, const uint64_t seed[2]) {
    enum { TOGETHER = 32 };
    uint32_t crcs[TOGETHER];
    uint64_t hashes[TOGETHER] = {0};
    for (uint32_t from = 0; from < rows; from += TOGETHER) {
        uint32_t count = rows - from < TOGETHER ? rows - from : TOGETHER;
        for (uint32_t i = 0; i < count; i++, starts += width) {
            uint32_t length = starts[width] - 1 - starts[0];
            crcs[i] = crc_of(text + starts[0], length);
            if (!is_sampled(repeats, crcs[i])) continue;
            hashes[i] = hash_of(text + starts[0], length, seed);
            index_prefetch(&repeats->index, hashes[i]);
        }
        for (uint32_t i = 0; i < count; i++) /* the sample may become smaller meanwhile, but not larger */
            if (is_sampled(repeats, crcs[i]) && !add(repeats, hashes[i], crcs[i], number + from + i)) return false;
    }
    return true;
}

void free_repeats(Repeats *repeats) {
    free(repeats->seen);
    free(repeats->index.slots);
    *repeats = (Repeats){0};
}
