#include "index.h"

#include <stdlib.h>
#include <string.h>

bool index_all(Index *index, const void *things, size_t size, uint32_t count) {
    uint32_t slots = index->slots ? index->mask + 1 : 16;
    while (slots / 2 < count + 1) slots *= 2;
    if (!index->slots || slots != index->mask + 1) {
        uint32_t *larger = calloc(slots, sizeof *larger);
        if (!larger) return false;
        free(index->slots);
        *index = (Index){larger, slots - 1};
    } else {
        memset(index->slots, 0, slots * sizeof *index->slots);
    }
    const uint8_t *at = things;
    for (uint32_t i = 0; i < count; i++, at += size) {
        uint64_t hash;
        memcpy(&hash, at, sizeof hash);
        index_put(index, hash, i + 1);
    }
    return true;
}
