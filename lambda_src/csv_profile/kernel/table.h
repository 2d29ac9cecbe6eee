/* Texts with a count for each, in order of appearance, found by their hash. */
#ifndef TABLE_H
#define TABLE_H

#include "index.h"

typedef struct {
    uint64_t hash;
    int64_t count;
    int64_t row;   /* where it stood first */
    uint32_t at;   /* its place among the texts */
    uint32_t length;
} Value;

typedef struct {
    Value *values;
    uint32_t count, room;
    Index index;
    uint8_t *texts; /* each followed by a NUL */
    size_t used, texts_room;
} Table;

enum { AHEAD = 8 }; /* cells whose places are fetched ahead */

/* The value, or NULL if there is no memory. The text is kept as given; the hash may be of more. */
Value *table_add(Table *table, uint64_t hash, const uint8_t *text, uint32_t length, int64_t row);
bool table_index(Table *table); /* anew, after values were taken out */
void table_free(Table *table);

/* The value that the first slot is about, as most are found there: the number less one, or that of another. */
static inline uint32_t table_guess(const Table *table, uint64_t hash) {
    uint32_t slot = table->index.slots[index_place(&table->index, hash)] & table->index.mask;
    return slot ? slot - 1 : 0;
}

/* Of cells in consecutive rows, what the next ones will be looked up by. */
static inline void table_fetch(const Table *table, const uint64_t *hashes, uint32_t i, uint32_t count) {
    if (!table->count) return;
    if (i + 3 * AHEAD < count) index_prefetch(&table->index, hashes[i + 3 * AHEAD]);
    if (i + 2 * AHEAD < count) __builtin_prefetch(table->values + table_guess(table, hashes[i + 2 * AHEAD]));
    if (i + AHEAD < count) __builtin_prefetch(table->texts + table->values[table_guess(table, hashes[i + AHEAD])].at);
}

/* The number of the value that has this hash, and that the test holds for; or -1. */
#define TABLE_FIND(table, hash_, found, test)                                          \
    do {                                                                               \
        const Table *table_ = (table);                                                 \
        const Value *value;                                                            \
        INDEX_FIND(&table_->index, hash_, found,                                       \
                   (value = table_->values + number)->hash == (hash_) && (test));      \
    } while (0)

#endif
