/* Texts with a count for each, in order of appearance, found by their hash. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t hash;
    int64_t count;
    int64_t row;   /* where it stood first */
    uint32_t at;   /* its place among the texts */
    uint32_t length;
} Value;

typedef struct { uint32_t tag, value; } Slot; /* the number of a value, from 1 on; 0 for none */

typedef struct {
    Value *values;
    uint32_t count, room;
    Slot *slots;
    uint32_t mask; /* slots, less one; a power of two */
    uint8_t *texts; /* each followed by a NUL */
    size_t used, texts_room;
} Table;

/* The value, or NULL if there is no memory. The text is kept as given; the hash may be of more. */
Value *table_add(Table *table, uint64_t hash, const uint8_t *text, uint32_t length, int64_t row);
bool table_index(Table *table); /* anew, after values were taken out */
void table_free(Table *table);


static inline void table_prefetch(const Table *table, uint64_t hash) {
    if (table->slots) __builtin_prefetch(table->slots + ((uint32_t)(hash >> 32) & table->mask));
}

/* The number of the value that the test holds for, or -1. */
#define TABLE_FIND(table, wanted, found, test)                                                    \
    do {                                                                                          \
        (found) = -1;                                                                             \
        if ((table)->slots)                                                                       \
            for (uint32_t place_ = (uint32_t)((wanted) >> 32) & (table)->mask;                    \
                 (table)->slots[place_].value; place_ = (place_ + 1) & (table)->mask) {           \
                if ((table)->slots[place_].tag != (uint32_t)(wanted)) continue;                   \
                const Value *value = (table)->values + ((table)->slots[place_].value - 1);        \
                if (value->hash == (wanted) && (test)) {                                          \
                    (found) = (int64_t)(table)->slots[place_].value - 1;                          \
                    break;                                                                        \
                }                                                                                 \
            }                                                                                     \
    } while (0)

#endif
