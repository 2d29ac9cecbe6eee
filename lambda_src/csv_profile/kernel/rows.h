/* Rows that stood in the file before: see repeats.py. And bytes cut into rows and cells: see rows.py. */
#ifndef ROWS_H
#define ROWS_H

#include "index.h"

typedef struct {
    uint64_t hash, again;
    int64_t row;
    uint32_t crc;
} Seen;

enum { REPEAT_EXAMPLES = 10 };

typedef struct {
    Seen *seen;
    uint32_t count, room, remembered;
    Index index;
    uint32_t sampled, most_sampled; /* so many of the CRC's last bits must be 0; that may be so many */
    uint32_t examples_found;
    int64_t examples[2 * REPEAT_EXAMPLES];
} Repeats;

/* Consecutive rows from that number on, of so many cells. False if there is no memory. */
bool add_repeats(Repeats *repeats, const uint8_t *text, const uint32_t *starts, uint32_t width, uint32_t rows,
                 int64_t number, const uint64_t seed[2]);
void free_repeats(Repeats *repeats);

/* How much is worked on at a time; no result depends on it. The fuzzer has it small, so that short inputs reach it. */
#ifdef SMALL_LIMITS
enum { LONGEST_ROWS = 512, MOST_ROWS = 8, MOST_CELLS = 64, PADDING = 64 };
#else
enum { LONGEST_ROWS = 128 << 10, MOST_ROWS = 4096, MOST_CELLS = 1 << 16, PADDING = 64 };
#endif

/* Rows taken from a text: their cells, one after the other, each followed by a NUL. */
typedef struct {
    uint8_t *text;
    uint32_t *starts; /* of the cells, and the end of the last */
    uint32_t rows, used;
    bool ascii;
} Taken;

typedef struct {
    uint8_t delimiter, quote;
    bool quotes; /* cells in quotes may be taken */
    uint32_t width;
    size_t longest_quoted;
    const uint8_t *header; /* rows that are not taken, as they stand in Taken */
    uint32_t header_ends[3];
} Rules;

/* As many whole rows as keep to the rules, up to `most`. Returns where it stopped; *lines is how many lines that is. */
size_t take_rows(const Rules *rules, const uint8_t *text, size_t size, uint32_t most, Taken *taken, int64_t *lines);

#endif
