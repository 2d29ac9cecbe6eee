/* Where things stand that are found by their hash: a slot has the number of one, from 1 on, and above it as many bits
 * of the hash as there is room for, so that few others are looked at. 0 is an empty slot. */
#ifndef INDEX_H
#define INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { uint32_t *slots, mask; } Index; /* slots: a power of two, half of them empty at least */

static inline uint32_t index_place(const Index *index, uint64_t hash) { return (uint32_t)(hash >> 32) & index->mask; }

static inline uint32_t index_tag(const Index *index, uint64_t hash) { return (uint32_t)hash & ~index->mask; }

static inline void index_put(Index *index, uint64_t hash, uint32_t number) {
    uint32_t place = index_place(index, hash);
    while (index->slots[place]) place = (place + 1) & index->mask;
    index->slots[place] = index_tag(index, hash) | number;
}

static inline bool index_is_full(const Index *index, uint32_t count) {
    return !index->slots || index->mask / 2 < count + 1;
}

static inline void index_prefetch(const Index *index, uint64_t hash) {
    if (index->slots) __builtin_prefetch(index->slots + index_place(index, hash));
}

/* The number less one of what the test holds for, where that may have this hash; -1 if there is none. */
#define INDEX_FIND(index, wanted, found, test)                                                             \
    do {                                                                                                   \
        const Index *in_ = (index);                                                                        \
        const uint32_t tag_ = index_tag(in_, wanted);                                                      \
        (found) = -1;                                                                                      \
        if (in_->slots)                                                                                    \
            for (uint32_t place_ = index_place(in_, wanted), slot_; (slot_ = in_->slots[place_]);          \
                 place_ = (place_ + 1) & in_->mask) {                                                      \
                if ((slot_ & ~in_->mask) != tag_) continue;                                                \
                const int64_t number = (int64_t)(slot_ & in_->mask) - 1;                                   \
                if (test) {                                                                                \
                    (found) = number;                                                                      \
                    break;                                                                                 \
                }                                                                                          \
            }                                                                                              \
    } while (0)

/* Anew, of things that each begin with their hash. False if there is no memory. */
bool index_all(Index *index, const void *things, size_t size, uint32_t count);

#endif
