/* The running account of a column: every kind of cell counted at once. See tally.py, distinct.py and frequent.py. */
#include "column.h"
#include "hash.h"

#include <stdlib.h>

enum { ASKED_AT_ONCE = 8192 };

int ask_all(const Shared *shared, const uint8_t *const *texts, const uint32_t *lengths, const uint32_t *which,
            uint32_t count, Cell *cells) {
    for (uint32_t start = 0; start < count; start += ASKED_AT_ONCE) {
        uint32_t some = count - start < ASKED_AT_ONCE ? count - start : ASKED_AT_ONCE;
        size_t size = 0;
        for (uint32_t i = 0; i < some; i++) size += lengths[which[start + i]];
        uint8_t *joined = malloc(size + 1);
        uint32_t *ends = malloc(some * sizeof *ends);
        Cell *told = malloc(some * sizeof *told);
        int failed = !joined || !ends || !told || size > UINT32_MAX;
        if (!failed) {
            size_t at = 0;
            for (uint32_t i = 0; i < some; i++) {
                uint32_t length = lengths[which[start + i]];
                if (length) memcpy(joined + at, texts[which[start + i]], length);
                at += length;
                ends[i] = (uint32_t)at;
            }
            failed = shared->ask(joined, ends, some, told);
            for (uint32_t i = 0; i < some && !failed; i++) cells[which[start + i]] = told[i];
        }
        free(joined);
        free(ends);
        free(told);
        if (failed) return FAILED;
    }
    return 0;
}

static bool is_whole(int kind) { return kind == INT || kind == GROUPED_INT; }
static bool is_real(int kind) { return kind == FLOAT || kind == COMMA || kind == GROUPED || kind == UNIT; }
static bool is_moment(int kind) { return kind == DATE || kind == DATETIME; }

static Group *group_for(Column *column, const Cell *cell) {
    for (uint32_t i = 0; i < column->groups_count; i++)
        if (column->groups[i]->id == cell->group) return column->groups[i];
    Group **groups = realloc(column->groups, (column->groups_count + 1) * sizeof *groups);
    if (!groups) return NULL;
    column->groups = groups;
    Group *group = calloc(1, sizeof *group);
    if (!group) return NULL;
    groups[column->groups_count++] = group;
    group->id = cell->group;
    group->kind = cell->kind;
    group->readings = cell->readings;
    group->sketches[0].size = group->sketches[1].size = column->budget.sketch;
    if (is_real(cell->kind) && !(group->sums = calloc(2, sizeof *group->sums))) return NULL;
    return group;
}

static const uint8_t MORE[] = {0xE2, 0x80, 0xA6};

/* A text as it is shown: its beginning, if it is long. Returns how many bytes of it stay. */
static uint32_t shown(const uint8_t *text, uint32_t length, uint32_t chars, bool *cut) {
    *cut = chars > EXAMPLE_CHARS;
    if (!*cut) return length;
    uint32_t at = 0;
    for (uint32_t found = 0; at < length; at++)
        if ((text[at] & 0xC0) != 0x80 && found++ == EXAMPLE_CHARS - 1) break;
    return at;
}

static int add_example(Group *group, const uint8_t *text, uint32_t length, uint32_t chars, int64_t row) {
    uint8_t beginning[4 * EXAMPLE_CHARS + 3];
    bool cut;
    uint32_t stays = shown(text, length, chars, &cut);
    if (stays) memcpy(beginning, text, stays);
    if (cut) memcpy(beginning + stays, MORE, sizeof MORE), stays += sizeof MORE;
    for (int i = 0; i < group->examples_found; i++)
        if (group->examples[i].length == stays && memcmp(group->examples[i].text, beginning, stays) == 0) return 0;
    uint8_t *copy = malloc(stays + 1);
    if (!copy) return FAILED;
    memcpy(copy, beginning, stays);
    group->examples[group->examples_found++] = (Example){copy, stays, row};
    return 0;
}

/* Eight bytes, or fewer and NULs, in the order that texts have. */
static inline uint64_t beginning_of(const uint8_t *text, uint32_t length) {
    uint64_t word = 0;
    if (length >= 8) memcpy(&word, text, 8);
    else memcpy(&word, text, length);
    return __builtin_bswap64(word);
}

static int keep_text(Extreme *kept, const uint8_t *text, uint32_t length) {
    uint8_t *copy = realloc(kept->text, length + 1);
    if (!copy) return FAILED;
    if (length) memcpy(copy, text, length);
    *kept = (Extreme){copy, length, beginning_of(copy, length)};
    return 0;
}

static inline int compared(const uint8_t *a, uint32_t n, uint64_t beginning, const Extreme *b) {
    if (beginning != b->beginning) return beginning < b->beginning ? -1 : 1;
    int found = memcmp(a, b->text, n < b->length ? n : b->length);
    return found ? found : (n > b->length) - (n < b->length);
}

static int add_text(Column *column, const uint8_t *text, uint32_t length, uint32_t chars) {
    uint64_t beginning = beginning_of(text, length);
    column->ascii &= length == chars;
    if (!column->smallest.text || compared(text, length, beginning, &column->smallest) < 0)
        if (keep_text(&column->smallest, text, length)) return FAILED;
    if (!column->largest.text || compared(text, length, beginning, &column->largest) > 0)
        if (keep_text(&column->largest, text, length)) return FAILED;
    return 0;
}

static int add_whole(const Shared *shared, Column *column, Group *group, const Cell *cell, const uint8_t *text,
                     uint32_t length, uint64_t times, bool sketched) {
    if (cell->flags & BIG) {
        group->any_big = true;
        group->negatives += cell->a.real < 0 ? (int64_t)times : 0;
        if (shared->take_big(column->number, group->id, text, length, times)) return FAILED;
        return sketched && !add_value(group->sketches, cell->a.real, shared->scratch) ? FAILED : 0;
    }
    int64_t value = cell->a.whole;
    if (!group->any || value < group->low) group->low = value;
    if (!group->any || value > group->high) group->high = value;
    group->any = true;
    group->zeros += value == 0 ? (int64_t)times : 0;
    group->negatives += value < 0 ? (int64_t)times : 0;
    group->sum += (i128)value * (i128)times;
    add_square(&group->squares, value, times);
    return sketched && !add_value(group->sketches, (double)value, shared->scratch) ? FAILED : 0;
}

static void add_to_sum(Sum *sum, double value, uint64_t times) {
    for (; times > UINT32_MAX; times -= UINT32_MAX) add_double(sum, value, UINT32_MAX);
    add_double(sum, value, (uint32_t)times);
}

static int add_real(const Shared *shared, Group *group, const Cell *cell, uint64_t times, bool sketched) {
    const double root = 1e154;
    double value = cell->a.real;
    if (!group->count) group->pivot = value;
    if (!group->any || value < group->real_low) group->real_low = value;
    if (!group->any || value > group->real_high) group->real_high = value;
    group->any = true;
    group->zeros += value == 0 ? (int64_t)times : 0;
    group->negatives += value < 0 ? (int64_t)times : 0;
    double distance = value - group->pivot;
    distance = distance > root ? root : distance < -root ? -root : distance;
    add_to_sum(&group->sums[0], value, times);
    add_to_sum(&group->sums[1], distance * distance, times);
    return sketched && !add_value(group->sketches, value, shared->scratch) ? FAILED : 0;
}

static bool is_before(Moment a, Moment b) {
    return a.seconds < b.seconds || (a.seconds == b.seconds && a.fraction < b.fraction);
}

static int add_moment(const Shared *shared, Group *group, const Cell *cell, uint64_t times, bool sketched) {
    uint32_t i = 0;
    while (i < group->times_count && group->times[i].time != cell->time) i++;
    if (i == group->times_count) {
        Times *larger = realloc(group->times, (i + 1) * sizeof *larger);
        if (!larger) return FAILED;
        group->times = larger;
        larger[group->times_count++] = (Times){0, cell->time};
    }
    group->times[i].count += (int64_t)times;
    for (int reading = 0; reading < cell->readings; reading++) {
        Moment moment = {reading ? cell->b : cell->a.whole, cell->fraction};
        if (!group->count || is_before(moment, group->first[reading])) group->first[reading] = moment;
        if (!group->count || is_before(group->last[reading], moment)) group->last[reading] = moment;
        if (sketched && !add_value(group->sketches + reading, (double)moment.seconds, shared->scratch)) return FAILED;
    }
    return 0;
}

int account(const Shared *shared, Column *column, const Cell *cell, const uint8_t *text, uint32_t length,
            uint32_t chars, uint64_t times, int64_t row, bool sketched) {
    Group *group = column->groups_count && column->groups[0]->id == cell->group ? column->groups[0]
                                                                               : group_for(column, cell);
    if (!group) return FAILED;
    column->chars += (int64_t)(chars * times);
    if (column->shortest < 0 || chars < column->shortest) column->shortest = chars;
    if (chars > column->longest) column->longest = chars;
    if (cell->decimals > column->decimals) column->decimals = cell->decimals;
    int failed = 0;
    if (is_whole(cell->kind)) failed = add_whole(shared, column, group, cell, text, length, times, sketched);
    else if (is_real(cell->kind)) failed = add_real(shared, group, cell, times, sketched);
    else if (is_moment(cell->kind)) failed = add_moment(shared, group, cell, times, sketched);
    else if (cell->kind == STRING || cell->kind == PADDED || cell->kind == TIME)
        failed = add_text(column, text, length, chars);
    else column->bools[cell->time] += (int64_t)times;
    group->count += (int64_t)times;
    if (!failed && group->examples_found < EXAMPLES) failed = add_example(group, text, length, chars, row);
    return failed;
}

/* By their bits, eleven at a time. */
static bool sort_hashes(uint32_t *hashes, uint32_t count) {
    uint32_t *other = malloc((size_t)count * sizeof *other + 1), *from = hashes, *to = other;
    if (!other) return false;
    for (int shift = 0; shift < 33; shift += 11) {
        uint32_t places[2048] = {0}, start = 0;
        for (uint32_t i = 0; i < count; i++) places[from[i] >> shift & 2047]++;
        for (int i = 0; i < 2048; i++) {
            uint32_t next = start + places[i];
            places[i] = start;
            start = next;
        }
        for (uint32_t i = 0; i < count; i++) to[places[from[i] >> shift & 2047]++] = from[i];
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    memcpy(hashes, from, count * sizeof *hashes);
    free(other);
    return true;
}

int settle_distinct(Column *column) {
    uint32_t count = column->hashes_kept + column->hashes_new, kept = 0, *hashes = column->hashes;
    if (!hashes) return 0;
    if (!sort_hashes(hashes, count)) return FAILED;
    for (uint32_t i = 0; i < count && kept < column->budget.hashes; i++)
        if (!kept || hashes[kept - 1] != hashes[i]) hashes[kept++] = hashes[i];
    column->hashes_kept = kept;
    column->hashes_new = 0;
    if (kept == column->budget.hashes) {
        column->below = hashes[kept - 1];
        column->below_any = false;
    }
    return 0;
}

int add_distinct(Column *column, const uint8_t *text, uint32_t length) {
    uint32_t hash = crc_of(text, length);
    hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
    hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
    hash ^= hash >> 16;
    if (hash >= column->below && !column->below_any) return 0;
    if (!column->hashes) {
        column->hashes = malloc(2 * (size_t)column->budget.hashes * sizeof *column->hashes);
        if (!column->hashes) return FAILED;
    }
    column->hashes[column->hashes_kept + column->hashes_new++] = hash;
    return column->hashes_new == column->budget.hashes ? settle_distinct(column) : 0;
}

static int by_count(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

/* The count in the place after the last that may stay: small ones, as nearly all are, are told without sorting. */
static int64_t count_to_lower(const Table *table, uint32_t kept) {
    enum { SMALL = 64 };
    uint32_t of[SMALL] = {0}, larger = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        if (table->values[i].count < SMALL) of[table->values[i].count]++;
        else larger++;
    }
    if (larger <= kept) {
        for (int count = SMALL - 1; count > 0; count--)
            if ((larger += of[count]) > kept) return count;
        return 0;
    }
    int64_t *counts = malloc(table->count * sizeof *counts);
    if (!counts) return FAILED;
    for (uint32_t i = 0; i < table->count; i++) counts[i] = table->values[i].count;
    qsort(counts, table->count, sizeof *counts, by_count);
    int64_t found = counts[kept];
    free(counts);
    return found;
}

int end_turn(Column *column) {
    Table *table = &column->frequent;
    column->in_turn = 0;
    if (table->count <= column->budget.frequent) return 0;
    int64_t lower = count_to_lower(table, column->budget.frequent);
    if (lower < 0) return FAILED;
    uint32_t kept = 0;
    size_t used = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        Value value = table->values[i];
        if (value.count <= lower) continue;
        value.count -= lower;
        memmove(table->texts + used, table->texts + value.at, value.length + 1);
        value.at = (uint32_t)used;
        used += value.length + 1;
        table->values[kept++] = value;
    }
    table->count = kept;
    table->used = used;
    column->error += lower;
    return table_index(table) ? 0 : FAILED;
}

static int add_frequent(Column *column, const uint8_t *text, uint32_t length, uint32_t chars, uint64_t hash) {
    int64_t found;
    TABLE_FIND(&column->frequent, hash, found, true);
    if (found >= 0) {
        column->frequent.values[found].count++;
    } else {
        bool cut;
        uint32_t stays = shown(text, length, chars, &cut);
        uint8_t beginning[4 * EXAMPLE_CHARS + 3];
        if (cut) {
            memcpy(beginning, text, stays);
            memcpy(beginning + stays, MORE, sizeof MORE);
            text = beginning;
            stays += sizeof MORE;
        }
        Value *value = table_add(&column->frequent, hash, text, stays, 0);
        if (!value) return FAILED;
        value->count = 1;
    }
    return ++column->in_turn == column->budget.turn ? end_turn(column) : 0;
}

static int add_spelling(Column *column, const uint8_t *text, uint32_t length, uint64_t hash) {
    int64_t found;
    TABLE_FIND(&column->spellings, hash, found, true);
    if (found < 0) {
        if (!table_add(&column->spellings, hash, text, length, 0)) return FAILED;
        found = column->spellings.count - 1;
    }
    column->spellings.values[found].count++;
    return 0;
}

int add_running(const Shared *shared, Column *column, const Batch *batch, uint32_t from) {
    Table *values = &column->values;
    uint32_t unsure = 0;
    for (uint32_t i = from; i < batch->count; i++) { /* in a loop of its own: many are fetched at a time */
        uint32_t bit = (uint32_t)batch->hashes[i] & column->filter_mask;
        batch->maybe[i] = column->filter[bit / 64] >> bit % 64 & 1;
        if (batch->maybe[i]) index_prefetch(&values->index, batch->hashes[i]);
    }
    for (uint32_t i = from; i < batch->count; i++) {
        const uint8_t *text = batch->texts[i];
        uint32_t length = batch->lengths[i];
        uint64_t hash = batch->hashes[i];
        int64_t known = -1;
        if (batch->maybe[i])
            TABLE_FIND(values, hash, known,
                       value->length == length && same_bytes(values->texts + value->at, text, length));
        if (known >= 0) {
            values->values[known].count++;
            batch->cells[i] = column->cells + known;
            continue;
        }
        batch->cells[i] = batch->found + i;
        if (cell_of(&shared->nulls, text, length, batch->found + i) == UNSURE) batch->unsure[unsure++] = i;
    }
    if (unsure && ask_all(shared, batch->texts, batch->lengths, batch->unsure, unsure, batch->found)) return FAILED;
    if (column->order.open && order_running(column, batch, from)) return FAILED;
    for (uint32_t i = from; i < batch->count; i++) {
        const Cell *cell = batch->cells[i];
        const uint8_t *text = batch->texts[i];
        uint32_t length = batch->lengths[i], chars = batch->chars[i];
        bool held = cell != batch->found + i;
        if (i + AHEAD < batch->count) index_prefetch(&column->frequent.index, batch->hashes[i + AHEAD]);
        if (cell->kind == MISSING) {
            note_missing(batch, i, column->number, cell->flags & DOUBTFUL);
            if (!held && add_spelling(column, text, length, batch->hashes[i])) return FAILED;
            continue;
        }
        if (account(shared, column, cell, text, length, chars, 1, batch->row + i, true)) return FAILED;
        if (held) continue;
        if (add_distinct(column, text, length)) return FAILED;
        if (add_frequent(column, text, length, chars, batch->hashes[i])) return FAILED;
    }
    return 0;
}
