/* What Python calls: see native.py, which declares the same for ctypes. */
#ifndef KERNEL_H
#define KERNEL_H

#include "column.h"
#include "rows.h"

#define EXPORTED __attribute__((visibility("default")))

typedef struct {
    uint32_t width, remembered;
    uint8_t delimiter, quote, pairs, most_sampled;
    uint32_t nulls_count;
    const uint8_t *nulls; /* in lower case, one after the other */
    const uint32_t *null_ends;
    const uint8_t *header; /* up to three rows that are left to Python, each of cells followed by a NUL */
    uint32_t header_ends[3];
    uint64_t seed[2];
    Budget budget;
    Ask ask;
    TakeBig take_big;
} Settings;

typedef struct Kernel Kernel;

struct Kernel {
    Settings settings;
    Shared shared;
    Rules rules;
    Column *columns;
    Repeats repeats;
    Taken taken;
    Batch batch;
    uint32_t most; /* rows at a time */
    int64_t rows, rows_with_missing;
    int64_t *alone; /* by column: rows in which no other cell is missing, and that one is doubtful */
    bool pairs, failed;
};

typedef struct { int64_t rows, rows_with_missing; } Totals;

typedef struct {
    int64_t count, again;
    uint32_t sampled, examples_found;
    int64_t examples[2 * REPEAT_EXAMPLES];
} RepeatsFound;

typedef struct {
    int64_t exact, values, frequent, spellings, groups;
    const uint8_t *texts, *frequent_texts, *spelling_texts;
    int64_t texts_size, frequent_size, spellings_size;
    const uint8_t *missing;
    int64_t error, hashes, highest_hash;
    int64_t bools[SPELLINGS];
    int64_t chars, shortest, longest, ascii, decimals;
    const uint8_t *smallest, *largest;
    int64_t smallest_size, largest_size;
    int64_t open, up, down, equal;
} ColumnFound;

typedef struct {
    int64_t id, count, zeros, negatives, any, any_big, low, high;
    uint64_t sum[2], squares[3];
    double real_low, real_high, pivot;
    const int64_t *sums;
    int64_t first[2], last[2], first_fraction[2], last_fraction[2];
    int64_t times, examples, numbers[2]; /* how many */
    const uint8_t *example_texts[EXAMPLES];
    int64_t example_sizes[EXAMPLES], example_rows[EXAMPLES];
} GroupFound;

EXPORTED Kernel *kernel_new(const Settings *settings);
EXPORTED void kernel_free(Kernel *kernel);
/* Bytes that were taken from the text, or -1. */
EXPORTED int64_t kernel_take(Kernel *kernel, const uint8_t *text, int64_t size, int64_t longest_quoted, int64_t *rows,
                             int64_t *lines);
/* Cells that each end in a NUL. 0, or -1. */
EXPORTED int kernel_add(Kernel *kernel, const uint8_t *cells, int64_t size, int64_t rows);
/* 1 if a text is UTF-8 without carriage returns and NULs; how many lines end in it, and how many bytes follow the
 * first of a character. */
EXPORTED int kernel_look(const uint8_t *text, int64_t size, int64_t *lines, int64_t *more);
EXPORTED void kernel_totals(const Kernel *kernel, Totals *found);
EXPORTED void kernel_alone(const Kernel *kernel, int64_t *counts);
EXPORTED void kernel_repeats(const Kernel *kernel, RepeatsFound *found);
/* 1 if no two rows have the same two cells there, 0 if some have or it is not known, -1. */
EXPORTED int kernel_pair(const Kernel *kernel, uint32_t one, uint32_t other);
EXPORTED int kernel_column(Kernel *kernel, uint32_t number, ColumnFound *found);
/* Counts and first rows of the values, of the frequent ones, of the spellings: by `what`. */
EXPORTED void kernel_counts(const Kernel *kernel, uint32_t number, int what, int64_t *counts);
EXPORTED void kernel_group(const Kernel *kernel, uint32_t number, uint32_t group, GroupFound *found);
EXPORTED void kernel_times(const Kernel *kernel, uint32_t number, uint32_t group, int64_t *times, int64_t *counts);
/* The numbers of a group with their counts: as whole numbers or moments, where `whole`, or as doubles. */
EXPORTED void kernel_numbers(const Kernel *kernel, uint32_t number, uint32_t group, int reading, int64_t *whole,
                             double *real, int64_t *counts);
EXPORTED void kernel_forget(Kernel *kernel, uint32_t number);

#endif
