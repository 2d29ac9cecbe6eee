/* What a single cell is, for cells that leave no doubt; of any other Python is asked (see cell.c). */
#ifndef CELL_H
#define CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of `Kind` in cells.py. */
enum {
    INT, FLOAT, COMMA, GROUPED_INT, GROUPED, BOOL, Y_OR_N, T_OR_F, UNIT, PADDED, TIME, DATE, DATETIME, STRING,
    MISSING, /* not a kind there */
    UNSURE,
};

/* Groups below FIRST_DATES are kinds; the rest are known by name in native.py. */
enum { FIRST_DATES = 16, FIRST_OTHERS = 64 };

/* A whole number past 18 digits; nothing was stripped from around it; it is missing, or a value: that shows at the end. */
enum { BIG = 1, PLAIN = 2, DOUBTFUL = 4 };
enum { SEP_T = 1, SEP_SPACE = 2, SECONDS = 4, FRACTION = 8, ZONE_Z = 16 };
enum { WHOLE_DIGITS = 18, LONGEST_NUMBER = 1000 };

typedef struct {
    union { int64_t whole; double real; } a; /* the number, or the first reading of a moment: YYYYMMDDhhmmss */
    int64_t b;                                /* the second reading */
    uint32_t fraction;                        /* of a second, in nanoseconds */
    uint16_t group;
    uint16_t time; /* the format of what follows the date; of a yes or no, its spelling */
    uint16_t decimals;
    uint8_t kind;
    uint8_t flags;
    uint8_t shape; /* of ISO moments whose text sorts like time: tells them from those of another shape */
    uint8_t readings;
} Cell;

typedef struct {
    uint8_t *text; /* null spellings, in lower case, one after the other */
    uint32_t *ends;
    uint32_t count, longest;
    bool first[256]; /* whether one begins so */
    bool empty;
} Nulls;

/* One of the kinds, MISSING or UNSURE. */
int cell_of(const Nulls *nulls, const uint8_t *text, size_t length, Cell *cell);

/* 1 if it is missing, 2 if it is DOUBTFUL so, 0 if not, -1 if only Python can tell. */
int is_missing(const Nulls *nulls, const uint8_t *text, size_t length);

size_t characters(const uint8_t *text, size_t bytes);

#endif
