#include "column.h"
#include "hash.h"

#include <stdlib.h>

void column_init(Column *column, uint32_t number, const Budget *budget) {
    *column = (Column){0};
    column->number = number;
    column->exact = true;
    column->budget = *budget;
    column->shortest = -1;
    column->ascii = true;
    column->below_any = true;
    column->order.open = column->order.up = column->order.down = true;
    column->order.previous = -1;
}

/* What each of the values is that are held. */
static int classify(const Shared *shared, Column *column) {
    Table *values = &column->values;
    column->cells = malloc((values->count + 1) * sizeof *column->cells);
    uint32_t *unsure = malloc((values->count + 1) * sizeof *unsure), *lengths = malloc((values->count + 1) * 4);
    const uint8_t **texts = malloc((values->count + 1) * sizeof *texts);
    int failed = !column->cells || !unsure || !lengths || !texts;
    uint32_t count = 0;
    for (uint32_t i = 0; i < values->count && !failed; i++) {
        texts[i] = values->texts + values->values[i].at;
        lengths[i] = values->values[i].length;
        if (cell_of(&shared->nulls, texts[i], lengths[i], column->cells + i) == UNSURE) unsure[count++] = i;
    }
    if (!failed && count) failed = ask_all(shared, texts, lengths, unsure, count, column->cells);
    free(unsure);
    free(lengths);
    free(texts);
    return failed ? FAILED : 0;
}

static int account_values(const Shared *shared, Column *column) {
    for (uint32_t i = 0; i < column->values.count; i++) {
        const Value *value = column->values.values + i;
        const uint8_t *text = column->values.texts + value->at;
        if (column->cells[i].kind == MISSING) continue;
        uint32_t chars = (uint32_t)characters(text, value->length);
        if (account(shared, column, column->cells + i, text, value->length, chars, (uint64_t)value->count, value->row,
                    false))
            return FAILED;
    }
    return 0;
}

typedef struct { double number; uint64_t times; uint32_t place; } Weighted;

static int by_number(const void *a, const void *b) {
    const Weighted *x = a, *y = b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    if (x->times != y->times) return x->times < y->times ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* The numbers or moments among the values go into a sketch all together, in order of size. */
static int sketch_values(const Shared *shared, Column *column, Group *group, int reading, Weighted *weighted) {
    Sketch *sketch = group->sketches + reading;
    uint32_t count = 0;
    uint64_t all = 0;
    bool whole = group->kind == INT || group->kind == GROUPED_INT;
    bool moment = group->kind == DATE || group->kind == DATETIME;
    for (uint32_t i = 0; i < column->values.count; i++) {
        const Cell *cell = column->cells + i;
        if (cell->group != group->id || cell->kind == MISSING) continue;
        double number = moment                           ? (double)(reading ? cell->b : cell->a.whole)
                        : whole && !(cell->flags & BIG) ? (double)cell->a.whole
                                                        : cell->a.real;
        weighted[count] = (Weighted){number, (uint64_t)column->values.values[i].count, count};
        all += weighted[count++].times;
    }
    qsort(weighted, count, sizeof *weighted, by_number);
    bool each = all <= 4 * (uint64_t)count;
    for (uint32_t i = 0; i < count; i++) {
        if (!each && !add_times(sketch, weighted[i].number, weighted[i].times, shared->scratch)) return FAILED;
        for (uint64_t n = 0; each && n < weighted[i].times; n++)
            if (!add_value(sketch, weighted[i].number, shared->scratch)) return FAILED;
    }
    return 0;
}

static bool is_counted(const Group *group) {
    return group->kind <= GROUPED || group->kind == UNIT || group->kind == DATE || group->kind == DATETIME;
}

static int make_filter(Column *column) {
    uint32_t bits = 1024;
    while (bits < 16 * column->values.count) bits *= 2;
    column->filter = calloc(bits / 64, sizeof *column->filter);
    if (!column->filter) return FAILED;
    column->filter_mask = bits - 1;
    for (uint32_t i = 0; i < column->values.count; i++) {
        uint32_t bit = (uint32_t)column->values.values[i].hash & column->filter_mask;
        column->filter[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    return 0;
}

/* Too many values to hold: from here on there is a running account. */
static int settle(const Shared *shared, Column *column) {
    if (classify(shared, column) || order_settle(column) || account_values(shared, column)) return FAILED;
    column->exact = false;
    if (make_filter(column)) return FAILED;
    Weighted *weighted = malloc((column->values.count + 1) * sizeof *weighted);
    int failed = !weighted;
    for (uint32_t i = 0; i < column->groups_count && !failed; i++) {
        Group *group = column->groups[i];
        for (int reading = 0; is_counted(group) && reading < (group->readings ? group->readings : 1) && !failed; reading++)
            failed = sketch_values(shared, column, group, reading, weighted);
    }
    free(weighted);
    for (uint32_t i = 0; i < column->values.count && !failed; i++) {
        const Value *value = column->values.values + i;
        if (column->cells[i].kind != MISSING)
            failed = add_distinct(column, column->values.texts + value->at, value->length);
    }
    return failed ? FAILED : 0;
}

static int missing_or_not(const Shared *shared, const uint8_t *text, uint32_t length) {
    int missing = is_missing(&shared->nulls, text, length);
    if (missing >= 0) return missing;
    Cell cell;
    uint32_t which = 0;
    return ask_all(shared, &text, &length, &which, 1, &cell) ? FAILED : cell.kind != MISSING ? 0 : cell.flags & DOUBTFUL ? 2 : 1;
}

static int keep_missing(Column *column, int missing) {
    uint32_t count = column->values.count;
    if (count > column->missing_room) {
        uint32_t room = count + count / 2 + 64;
        uint8_t *larger = realloc(column->missing, room);
        if (!larger) return FAILED;
        column->missing = larger;
        column->missing_room = room;
    }
    column->missing[count - 1] = (uint8_t)missing;
    return 0;
}

int column_add(const Shared *shared, Column *column, const Batch *batch) {
    Table *values = &column->values;
    uint32_t i = 0;
    for (; column->exact && i < batch->count; i++) {
        const uint8_t *text = batch->texts[i];
        table_fetch(values, batch->hashes, i, batch->count);
        uint32_t length = batch->lengths[i];
        int64_t known;
        TABLE_FIND(values, batch->hashes[i], known,
                   value->length == length && same_bytes(values->texts + value->at, text, length));
        if (known < 0) {
            int64_t held = column->held + HELD + batch->chars[i];
            if (held > column->budget.held) {
                if (settle(shared, column)) return FAILED;
                break;
            }
            column->held = held;
            int missing = missing_or_not(shared, text, length);
            if (missing < 0 || !table_add(values, batch->hashes[i], text, length, batch->row + i)) return FAILED;
            if (keep_missing(column, missing)) return FAILED;
            known = values->count - 1;
        }
        values->values[known].count++;
        if (column->missing[known]) note_missing(batch, i, column->number, column->missing[known] == 2);
        if (column->order.open) order_exact(&column->order, known, values->count);
    }
    return i < batch->count ? add_running(shared, column, batch, i) : 0;
}

int column_finish(const Shared *shared, Column *column) {
    if (column->exact) return classify(shared, column) || order_settle(column) || account_values(shared, column) ? FAILED : 0;
    if (column->in_turn && end_turn(column)) return FAILED;
    return settle_distinct(column);
}

void column_free(Column *column) {
    table_free(&column->values);
    table_free(&column->spellings);
    table_free(&column->frequent);
    for (uint32_t i = 0; i < column->groups_count; i++) {
        Group *group = column->groups[i];
        free_sketch(group->sketches);
        free_sketch(group->sketches + 1);
        for (int j = 0; j < group->examples_found; j++) free(group->examples[j].text);
        free(group->times);
        free(group->sums);
        free(group);
    }
    free(column->groups);
    free(column->missing);
    free(column->cells);
    free(column->hashes);
    free(column->smallest.text);
    free(column->largest.text);
    free(column->order.text);
    free(column->pairs);
    free(column->filter);
    *column = (Column){0};
}
