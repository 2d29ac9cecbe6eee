/* What is known of a column at its end, for Python to make its facts of. */
#include "kernel.h"

#include <string.h>

static bool is_whole(const Group *group) {
    return group->kind == INT || group->kind == GROUPED_INT || group->kind == DATE || group->kind == DATETIME;
}

static bool is_number(const Group *group) {
    return is_whole(group) || group->kind == FLOAT || group->kind == COMMA || group->kind == GROUPED || group->kind == UNIT;
}

int kernel_column(Kernel *kernel, uint32_t number, ColumnFound *found) {
    Column *column = kernel->columns + number;
    if (kernel->failed || column_finish(&kernel->shared, column)) return FAILED;
    *found = (ColumnFound){
        .exact = column->exact,
        .values = column->values.count,
        .frequent = column->frequent.count,
        .spellings = column->spellings.count,
        .groups = column->groups_count,
        .texts = column->values.texts,
        .frequent_texts = column->frequent.texts,
        .spelling_texts = column->spellings.texts,
        .texts_size = (int64_t)column->values.used,
        .frequent_size = (int64_t)column->frequent.used,
        .spellings_size = (int64_t)column->spellings.used,
        .missing = column->missing,
        .error = column->error,
        .hashes = column->hashes_kept,
        .highest_hash = column->hashes_kept ? column->hashes[column->hashes_kept - 1] : 0,
        .chars = column->chars,
        .shortest = column->shortest,
        .longest = column->longest,
        .ascii = column->ascii,
        .decimals = column->decimals,
        .smallest = column->smallest.text,
        .largest = column->largest.text,
        .smallest_size = column->smallest.length,
        .largest_size = column->largest.length,
        .open = column->order.open,
        .up = column->order.up,
        .down = column->order.down,
        .equal = column->order.equal,
    };
    memcpy(found->bools, column->bools, sizeof found->bools);
    return 0;
}

void kernel_counts(const Kernel *kernel, uint32_t number, int what, int64_t *counts) {
    const Column *column = kernel->columns + number;
    const Table *table = what == 0 ? &column->values : what == 1 ? &column->frequent : &column->spellings;
    for (uint32_t i = 0; i < table->count; i++) counts[i] = table->values[i].count;
}

static int64_t numbers_of(const Column *column, const Group *group, int reading) {
    int64_t count = 0;
    if (!is_number(group)) return 0;
    if (!column->exact) {
        const Sketch *sketch = group->sketches + reading;
        for (uint32_t level = 0; level < sketch->used; level++) count += sketch->counts[level];
        return count;
    }
    for (uint32_t i = 0; i < column->values.count; i++)
        count += column->cells[i].group == group->id && column->cells[i].kind != MISSING;
    return count;
}

void kernel_group(const Kernel *kernel, uint32_t number, uint32_t which, GroupFound *found) {
    const Column *column = kernel->columns + number;
    const Group *group = column->groups[which];
    *found = (GroupFound){
        .id = group->id,
        .count = group->count,
        .zeros = group->zeros,
        .negatives = group->negatives,
        .any = group->any,
        .any_big = group->any_big,
        .low = group->low,
        .high = group->high,
        .sum = {(uint64_t)group->sum, (uint64_t)((u128)group->sum >> 64)},
        .squares = {(uint64_t)group->squares.low, (uint64_t)(group->squares.low >> 64), group->squares.high},
        .real_low = group->real_low,
        .real_high = group->real_high,
        .pivot = group->pivot,
        .times = group->times_count,
        .examples = group->examples_found,
    };
    if (group->sums) {
        settle_sum(group->sums);
        settle_sum(group->sums + 1);
        found->sums = group->sums->pieces;
    }
    for (int i = 0; i < 2; i++) {
        found->first[i] = group->first[i].seconds;
        found->last[i] = group->last[i].seconds;
        found->first_fraction[i] = group->first[i].fraction;
        found->last_fraction[i] = group->last[i].fraction;
        found->numbers[i] = i == 0 || i < group->readings ? numbers_of(column, group, i) : 0;
    }
    for (int i = 0; i < group->examples_found; i++) {
        found->example_texts[i] = group->examples[i].text;
        found->example_sizes[i] = group->examples[i].length;
        found->example_rows[i] = group->examples[i].row;
    }
}

void kernel_times(const Kernel *kernel, uint32_t number, uint32_t which, int64_t *times, int64_t *counts) {
    const Group *group = kernel->columns[number].groups[which];
    for (uint32_t i = 0; i < group->times_count; i++) {
        times[i] = group->times[i].time;
        counts[i] = group->times[i].count;
    }
}

void kernel_numbers(const Kernel *kernel, uint32_t number, uint32_t which, int reading, int64_t *whole, double *real,
                    int64_t *counts) {
    const Column *column = kernel->columns + number;
    const Group *group = column->groups[which];
    if (!column->exact) {
        const Sketch *sketch = group->sketches + reading;
        for (uint32_t level = 0; level < sketch->used; level++)
            for (uint32_t i = 0; i < sketch->counts[level]; i++) {
                *real++ = sketch->levels[level][i];
                *counts++ = INT64_C(1) << level;
            }
        return;
    }
    for (uint32_t i = 0; i < column->values.count; i++) {
        const Cell *cell = column->cells + i;
        if (cell->group != group->id || cell->kind == MISSING) continue;
        if (is_whole(group)) *whole++ = reading ? cell->b : cell->a.whole;
        else *real++ = cell->a.real;
        *counts++ = column->values.values[i].count;
    }
}

void kernel_forget(Kernel *kernel, uint32_t number) {
    uint64_t *pairs = kernel->columns[number].pairs;
    kernel->columns[number].pairs = NULL;
    column_free(kernel->columns + number);
    kernel->columns[number].pairs = pairs;
}
