/* One column: every value with its count, and once there are too many, a running account. The same as column.py,
 * tally.py, distinct.py, frequent.py and order.py. */
#ifndef COLUMN_H
#define COLUMN_H

#include "cell.h"
#include "numbers.h"
#include "table.h"

enum { EXAMPLES = 5, EXAMPLE_CHARS = 100, HELD = 160, SPELLINGS = 8 };
enum { FAILED = -1 }; /* there is no memory, or Python could not tell what a cell is */

/* What Python tells of cells: their texts, one after the other. 0 if all went well. */
typedef int (*Ask)(const uint8_t *texts, const uint32_t *ends, uint32_t count, Cell *cells);
/* A whole number of more than 18 digits: Python sums those. */
typedef int (*TakeBig)(uint32_t column, uint32_t group, const uint8_t *text, uint32_t length, uint64_t times);

typedef struct {
    int64_t held;
    uint32_t sketch, hashes, frequent, turn;
} Budget;

typedef struct {
    Nulls nulls;
    uint64_t seed[2];
    Ask ask;
    TakeBig take_big;
    double *scratch;
} Shared;

typedef struct { uint8_t *text; uint32_t length; int64_t row; } Example;
typedef struct { uint8_t *text; uint32_t length; uint64_t beginning; } Extreme; /* its first bytes, to be compared first */
typedef struct { int64_t seconds; uint32_t fraction; } Moment;
typedef struct { int64_t count; uint16_t time; } Times;

/* The account of the cells of one group. */
typedef struct {
    uint16_t id;
    uint8_t kind, readings, examples_found;
    bool any, any_big;
    int64_t count, zeros, negatives;
    int64_t low, high; /* of those that are whole and not big */
    i128 sum;
    Squares squares;
    double real_low, real_high, pivot;
    Sum *sums; /* of the doubles, and of their squared distances from the pivot */
    Moment first[2], last[2];
    Times *times;
    uint32_t times_count;
    Sketch sketches[2];
    Example examples[EXAMPLES];
} Group;

enum { BY_TEXT, BY_WHOLE, BY_REAL, BY_MOMENT, FEW_MOMENTS = 5000 };

typedef struct {
    bool open, up, down, equal, begun;
    uint8_t by;
    int64_t changes, cells, previous; /* the number of the value before */
    Cell last;
    uint8_t *text; /* of the cell before */
    uint32_t length, room;
} Order;

typedef struct {
    uint32_t number;
    bool exact;
    Budget budget;
    Table values;
    uint8_t *missing; /* of those, which are; 2 for doubtful ones */
    uint32_t missing_room;
    Cell *cells;      /* what each is, once that is asked */
    int64_t held;
    uint64_t *filter; /* a bit for each hash of a value that is held: most other cells are told by it alone */
    uint32_t filter_mask;
    Table spellings;  /* of missing cells whose values are not held */
    Table frequent;
    uint32_t in_turn;
    int64_t error;
    uint32_t *hashes, hashes_kept, hashes_new, below;
    bool below_any;
    Group **groups;
    uint32_t groups_count;
    int64_t bools[SPELLINGS];
    int64_t chars, shortest, longest; /* shortest is -1 before the first */
    bool ascii;
    Extreme smallest, largest;
    int32_t decimals;
    Order order;
    uint64_t *pairs; /* hashes of the cells of a small table */
} Column;

/* Cells of one column in consecutive rows. */
typedef struct {
    const uint8_t **texts;
    uint32_t *lengths, *chars;
    uint64_t *hashes;
    const Cell **cells; /* room to work in, with those below */
    Cell *found;
    uint32_t *unsure;
    uint8_t *maybe;   /* whether the value may be held */
    uint8_t *missing; /* of each row: none, one, or 2 for more */
    uint32_t *alone;  /* the number, from 1 on, of the column of the only missing cell, if that is doubtful */
    uint32_t count;
    int64_t row; /* of the first */
} Batch;

static inline void note_missing(const Batch *batch, uint32_t row, uint32_t column, bool doubtful) {
    batch->alone[row] = doubtful && !batch->missing[row] ? column + 1 : 0;
    batch->missing[row] = batch->missing[row] ? 2 : 1;
}

void column_init(Column *column, uint32_t number, const Budget *budget);
int column_add(const Shared *shared, Column *column, const Batch *batch);
int column_finish(const Shared *shared, Column *column);
void column_free(Column *column);

/* running.c, which column.c uses */
int add_running(const Shared *shared, Column *column, const Batch *batch, uint32_t from);
int account(const Shared *shared, Column *column, const Cell *cell, const uint8_t *text, uint32_t length,
            uint32_t chars, uint64_t times, int64_t row, bool sketched);
int ask_all(const Shared *shared, const uint8_t *const *texts, const uint32_t *lengths, const uint32_t *which,
            uint32_t count, Cell *cells);
int end_turn(Column *column);
int add_distinct(Column *column, const uint8_t *text, uint32_t length);
int settle_distinct(Column *column);

/* order.c */
void order_exact(Order *order, int64_t value, int64_t distinct);
int order_settle(Column *column);
int order_running(Column *column, const Batch *batch, uint32_t from);

#endif
