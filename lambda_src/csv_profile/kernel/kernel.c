#include "kernel.h"
#include "hash.h"

#include <stdlib.h>

enum { FRUGAL = 8 };
#ifdef SMALL_LIMITS /* for the fuzzer, which sets those of the reference as well */
enum { SHARED_AT = 16, MOST_PAIR_ROWS = 40 };
#else
enum { SHARED_AT = 4096, MOST_PAIR_ROWS = 20000 };
#endif

static bool set_nulls(Nulls *nulls, const Settings *settings) {
    uint32_t count = settings->nulls_count, size = count ? settings->null_ends[count - 1] : 0, start = 0;
    nulls->text = malloc(size + 1);
    nulls->ends = malloc((count + 1) * sizeof *nulls->ends);
    if (!nulls->text || !nulls->ends) return false;
    if (size) memcpy(nulls->text, settings->nulls, size);
    nulls->count = count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t end = nulls->ends[i] = settings->null_ends[i];
        if (end == start) nulls->empty = true;
        else {
            uint8_t c = nulls->text[start];
            nulls->first[c] = true;
            if (c >= 'a' && c <= 'z') nulls->first[c - 32] = true;
            if (end - start > nulls->longest) nulls->longest = end - start;
        }
        start = end;
    }
    return true;
}

static bool make_room(Kernel *kernel) {
    uint32_t most = kernel->most, width = kernel->settings.width;
    Batch *batch = &kernel->batch;
    kernel->taken.text = malloc(4 * LONGEST_ROWS + PADDING);
    kernel->taken.starts = malloc(((size_t)most * width + 2) * sizeof *kernel->taken.starts);
    kernel->shared.scratch = malloc(2 * (size_t)kernel->settings.budget.sketch * sizeof(double));
    batch->texts = malloc(most * sizeof *batch->texts);
    batch->lengths = malloc(most * sizeof *batch->lengths);
    batch->chars = malloc(most * sizeof *batch->chars);
    batch->hashes = malloc(most * sizeof *batch->hashes);
    batch->cells = malloc(most * sizeof *batch->cells);
    batch->found = malloc(most * sizeof *batch->found);
    batch->unsure = malloc(most * sizeof *batch->unsure);
    batch->maybe = malloc(most);
    batch->missing = malloc(most);
    batch->alone = malloc(most * sizeof *batch->alone);
    kernel->alone = calloc(width, sizeof *kernel->alone);
    return kernel->taken.text && kernel->taken.starts && kernel->shared.scratch && batch->texts && batch->lengths &&
           batch->chars && batch->hashes && batch->cells && batch->found && batch->unsure &&
           batch->maybe && batch->missing && batch->alone && kernel->alone;
}

Kernel *kernel_new(const Settings *settings) {
    Kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return NULL;
    make_crc_tables();
    uint32_t width = settings->width;
    kernel->settings = *settings;
    kernel->shared = (Shared){.seed = {settings->seed[0], settings->seed[1]}, .ask = settings->ask, .take_big = settings->take_big};
    const uint32_t *ends = settings->header_ends;
    kernel->rules = (Rules){settings->delimiter, settings->quote, false, width, 0, settings->header, {ends[0], ends[1], ends[2]}};
    kernel->most = MOST_CELLS / width < MOST_ROWS ? MOST_CELLS / width : MOST_ROWS;
    if (!kernel->most) kernel->most = 1;
    kernel->repeats.remembered = settings->remembered;
    kernel->repeats.most_sampled = settings->most_sampled;
    kernel->pairs = settings->pairs;
    kernel->columns = calloc(width, sizeof *kernel->columns);
    if (!kernel->columns || !make_room(kernel) || !set_nulls(&kernel->shared.nulls, settings)) {
        kernel_free(kernel);
        return NULL;
    }
    for (uint32_t i = 0; i < width; i++) column_init(kernel->columns + i, i, &settings->budget);
    return kernel;
}

void kernel_free(Kernel *kernel) {
    Batch *batch = &kernel->batch;
    for (uint32_t i = 0; kernel->columns && i < kernel->settings.width; i++) column_free(kernel->columns + i);
    free_repeats(&kernel->repeats);
    free(kernel->columns);
    free(kernel->taken.text);
    free(kernel->taken.starts);
    free(kernel->shared.scratch);
    free(kernel->shared.nulls.text);
    free(kernel->shared.nulls.ends);
    free(batch->texts);
    free(batch->lengths);
    free(batch->chars);
    free(batch->hashes);
    free(batch->cells);
    free(batch->found);
    free(batch->unsure);
    free(batch->maybe);
    free(batch->missing);
    free(batch->alone);
    free(kernel->alone);
    free(kernel);
}

/* Columns that have shown to need little leave what was theirs to those that need more. */
static void share(Kernel *kernel) {
    uint32_t width = kernel->settings.width, needy = 0;
    int64_t spare = 0;
    for (uint32_t i = 0; i < width; i++) {
        Column *column = kernel->columns + i;
        if (!column->exact) continue;
        int64_t held = column->budget.held;
        if (column->held * FRUGAL < held) {
            column->budget.held = held / FRUGAL;
            spare += held - held / FRUGAL;
        } else {
            needy++;
        }
    }
    for (uint32_t i = 0; i < width && needy; i++) {
        Column *column = kernel->columns + i;
        /* Those that left something were under an eighth, and have an eighth now. */
        if (column->exact && column->budget.held == kernel->settings.budget.held) column->budget.held += spare / needy;
    }
}

static bool keep_pairs(Kernel *kernel, Column *column, const Batch *batch) {
    if (!column->pairs && !(column->pairs = malloc(MOST_PAIR_ROWS * sizeof *column->pairs))) return false;
    if (kernel->rows + batch->count <= MOST_PAIR_ROWS)
        memcpy(column->pairs + kernel->rows, batch->hashes, batch->count * sizeof *batch->hashes);
    return true;
}

static void drop_pairs(Kernel *kernel) {
    for (uint32_t i = 0; i < kernel->settings.width; i++) {
        free(kernel->columns[i].pairs);
        kernel->columns[i].pairs = NULL;
    }
    kernel->pairs = false;
}

/* Rows, at most up to where the budget is shared: the columns one after the other, as each has tables of its own. */
static bool count_rows(Kernel *kernel, const uint8_t *text, const uint32_t *starts, uint32_t rows, bool ascii) {
    Batch *batch = &kernel->batch;
    uint32_t width = kernel->settings.width;
    if (width > 1 && !add_repeats(&kernel->repeats, text, starts, width, rows, kernel->rows + 1, kernel->shared.seed))
        return false;
    memset(batch->missing, 0, rows);
    memset(batch->alone, 0, rows * sizeof *batch->alone);
    batch->count = rows;
    batch->row = kernel->rows + 1;
    for (uint32_t c = 0; c < width; c++) {
        const uint32_t *start = starts + c;
        for (uint32_t i = 0; i < rows; i++, start += width) {
            batch->texts[i] = text + start[0];
            batch->lengths[i] = start[1] - start[0] - 1;
            batch->hashes[i] = hash_of(batch->texts[i], batch->lengths[i], kernel->shared.seed);
        }
        for (uint32_t i = 0; i < rows; i++)
            batch->chars[i] = ascii ? batch->lengths[i] : (uint32_t)characters(batch->texts[i], batch->lengths[i]);
        if (kernel->pairs && !keep_pairs(kernel, kernel->columns + c, batch)) return false;
        if (column_add(&kernel->shared, kernel->columns + c, batch)) return false;
    }
    for (uint32_t i = 0; i < rows; i++) {
        kernel->rows_with_missing += batch->missing[i] > 0;
        if (batch->alone[i]) kernel->alone[batch->alone[i] - 1]++;
    }
    int64_t before = kernel->rows;
    kernel->rows += rows;
    if (kernel->pairs && kernel->rows > MOST_PAIR_ROWS) drop_pairs(kernel);
    if (before < SHARED_AT && kernel->rows >= SHARED_AT) share(kernel);
    return true;
}

/* So many rows may come together. */
static uint32_t most_rows(const Kernel *kernel) {
    int64_t ahead = SHARED_AT - kernel->rows;
    return ahead > 0 && ahead < kernel->most ? (uint32_t)ahead : kernel->most;
}

int64_t kernel_take(Kernel *kernel, const uint8_t *text, int64_t size, int64_t longest_quoted, int64_t *rows,
                    int64_t *lines) {
    size_t taken = 0;
    *rows = *lines = 0;
    kernel->rules.quotes = longest_quoted > 0;
    kernel->rules.longest_quoted = (size_t)longest_quoted;
    while (!kernel->failed && taken < (size_t)size) {
        int64_t some;
        size_t found = take_rows(&kernel->rules, text + taken, (size_t)size - taken, most_rows(kernel), &kernel->taken, &some);
        if (!found) break;
        const Taken *got = &kernel->taken;
        kernel->failed = !count_rows(kernel, got->text, got->starts, got->rows, got->ascii);
        taken += found;
        *lines += some;
        *rows += got->rows;
    }
    return kernel->failed ? -1 : (int64_t)taken;
}

int kernel_add(Kernel *kernel, const uint8_t *cells, int64_t size, int64_t rows) {
    uint32_t *starts = kernel->taken.starts;
    const uint8_t *end = cells + size;
    while (rows && !kernel->failed) {
        uint32_t some = most_rows(kernel) < rows ? most_rows(kernel) : (uint32_t)rows;
        size_t count = (size_t)some * kernel->settings.width;
        const uint8_t *at = cells;
        uint8_t seen = 0;
        starts[0] = 0;
        for (size_t i = 1; i <= count; i++) {
            const uint8_t *nul = memchr(at, 0, (size_t)(end - at));
            if (!nul || nul - cells >= UINT32_MAX) return kernel->failed = true, FAILED;
            at = nul + 1;
            starts[i] = (uint32_t)(at - cells);
        }
        for (const uint8_t *p = cells; p < at; p++) seen |= *p;
        kernel->failed = !count_rows(kernel, cells, starts, some, seen < 0x80);
        cells = at;
        rows -= some;
    }
    return kernel->failed ? FAILED : 0;
}

void kernel_totals(const Kernel *kernel, Totals *found) {
    *found = (Totals){kernel->rows, kernel->rows_with_missing};
}

void kernel_alone(const Kernel *kernel, int64_t *counts) {
    memcpy(counts, kernel->alone, kernel->settings.width * sizeof *counts);
}

void kernel_repeats(const Kernel *kernel, RepeatsFound *found) {
    const Repeats *repeats = &kernel->repeats;
    *found = (RepeatsFound){.count = repeats->count, .sampled = repeats->sampled, .examples_found = repeats->examples_found};
    for (uint32_t i = 0; i < repeats->count; i++) found->again += (int64_t)repeats->seen[i].again;
    memcpy(found->examples, repeats->examples, sizeof found->examples);
}

static int by_hash(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int kernel_pair(const Kernel *kernel, uint32_t one, uint32_t other) {
    if (!kernel->pairs || !kernel->rows) return 0;
    const uint64_t *a = kernel->columns[one].pairs, *b = kernel->columns[other].pairs;
    size_t rows = (size_t)kernel->rows;
    uint64_t *both = malloc(rows * sizeof *both);
    if (!both) return FAILED;
    for (size_t i = 0; i < rows; i++) both[i] = folded(a[i] ^ kernel->shared.seed[0], b[i] ^ kernel->shared.seed[1]);
    qsort(both, rows, sizeof *both, by_hash);
    int distinct = 1;
    for (size_t i = 1; i < rows && distinct; i++) distinct = both[i - 1] != both[i];
    free(both);
    return distinct;
}
