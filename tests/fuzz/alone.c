/* The kernel without Python: it gets texts, cells and answers as Python would give them, many thousand times a second.
 *
 *     alone CORPUS KEPT FIRST INPUTS SECONDS [FILE]
 *
 * An input is made of its number and of the corpus; with FILE, its text is what is in there. The sanitizers end the
 * process where the kernel touches what is not its own. Here it is also seen whether everything is freed, and now and
 * then an allocation fails. Every buffer is as large as it must be and no larger. The text of the input that ended the
 * process is left in the file KEPT. */
#include "kernel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The kernel's allocations, by the compiler's -D, are those below. */
#undef malloc
#undef calloc
#undef realloc
#undef free
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);
void free(void *old);
void __sanitizer_set_death_callback(void (*callback)(void));

static int64_t live, until_failure; /* allocations */

static int fails(void) { return until_failure > 0 && --until_failure == 0; }

void *kernel_malloc(size_t size) {
    if (fails()) return NULL;
    live++;
    return malloc(size);
}

void *kernel_calloc(size_t count, size_t size) {
    if (fails()) return NULL;
    live++;
    return calloc(count, size);
}

void *kernel_realloc(void *old, size_t size) {
    if (fails()) return NULL;
    live += !old;
    return realloc(old, size);
}

void kernel_free_memory(void *old) {
    live -= old != NULL;
    free(old);
}

typedef struct { uint8_t *text; size_t size; } Piece;

enum { MOST_BYTES = 1 << 16, MOST_PIECES = 1 << 12, TOKENS = 0, TABLES = 1 };

static Piece pieces[2][MOST_PIECES];
static uint32_t piece_counts[2];
static uint8_t content[MOST_BYTES];
static size_t content_size;
static uint64_t state, number, checked;
static const char *kept;

static uint64_t mixed(uint64_t x) {
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static uint32_t below(uint32_t most) { return (uint32_t)(mixed(state += UINT64_C(0x9E3779B97F4A7C15)) >> 33) % most; }

static void *copied(const void *from, size_t size) { /* a buffer that ends where its content does */
    void *copy = malloc(size ? size : 1);
    if (!copy) abort();
    if (size) memcpy(copy, from, size);
    return copy;
}

static void read_all(const void *from, int64_t size) {
    for (int64_t i = 0; from && i < size; i++) checked += ((const uint8_t *)from)[i];
}

static void ended(void) {
    FILE *file = fopen(kept, "wb");
    if (file) {
        fwrite(content, 1, content_size, file);
        fclose(file);
    }
    printf("input %" PRIu64 " ended the process\n", number);
    fflush(stdout);
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) exit(2);
    for (int kind = 0; kind < 2; kind++) {
        uint32_t size;
        while (fread(&size, 4, 1, file) == 1 && size != UINT32_MAX) {
            Piece *piece = &pieces[kind][piece_counts[kind]++];
            if (piece_counts[kind] == MOST_PIECES || size > MOST_BYTES) exit(2);
            piece->size = size;
            piece->text = malloc(size + 1);
            if (fread(piece->text, 1, size, file) != size) exit(2);
        }
    }
    fclose(file);
}

static const Piece *any(int kind) { return &pieces[kind][below(piece_counts[kind])]; }

static void replace(size_t at, size_t old, const uint8_t *text, size_t size) {
    if (content_size - old + size > MOST_BYTES) return;
    uint8_t *copy = copied(text, size); /* it may be a part of what is moved */
    memmove(content + at + size, content + at + old, content_size - at - old);
    memcpy(content + at, copy, size);
    content_size += size - old;
    free(copy);
}

static size_t cell_from(size_t at, size_t *size) {
    size_t end = at;
    while (at && !strchr(",;\t|\n", content[at - 1])) at--;
    while (end < content_size && !strchr(",;\t|\n", content[end])) end++;
    *size = end - at;
    return at;
}

static void mutate(void) {
    size_t at = below((uint32_t)content_size + 1), size;
    const Piece *piece = any(TOKENS);
    uint8_t byte = (uint8_t)below(256);
    switch (below(10)) {
    case 0:
    case 1:
    case 2: at = cell_from(at, &size); return replace(at, size, piece->text, piece->size);
    case 3: return replace(at, 0, piece->text, piece->size);
    case 4: return replace(at, content_size - at > 3 ? 1 + below(3) : 0, NULL, 0);
    case 5: return replace(at, at < content_size, &byte, 1);
    case 6: /* the same again, a few times or many */
        size = below(200);
        if (size > content_size - at) size = content_size - at;
        for (uint32_t i = below(8) ? 1 + below(3) : below(100); i && content_size < 16000; i--) replace(at, 0, content + at, size);
        return;
    case 7: /* in quotes */
        at = cell_from(at, &size);
        replace(at + size, 0, (const uint8_t *)"\"", 1);
        return replace(at, 0, (const uint8_t *)"\"", 1);
    case 8: /* another number */
        for (; at < content_size; at++)
            if (content[at] >= '0' && content[at] <= '9') {
                content[at] = (uint8_t)('0' + below(10));
                if (below(4) == 0) return;
            }
        return;
    default: /* the end of another table */
        piece = any(TABLES);
        size = below((uint32_t)piece->size + 1);
        return replace(at, content_size - at, piece->text + size, piece->size - size);
    }
}

/* What Python says of a cell: something that it may say, the same of the same text. */
static int ask(const uint8_t *texts, const uint32_t *ends, uint32_t count, Cell *cells) {
    static const uint8_t kinds[] = {INT, FLOAT, GROUPED_INT, BOOL, UNIT, DATE, DATETIME, STRING, STRING, PADDED, TIME, MISSING};
    uint32_t start = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t hash = ends[i] - start;
        for (; start < ends[i]; start++) hash = mixed(hash ^ texts[start]);
        Cell cell = {.kind = kinds[hash % sizeof kinds], .flags = (uint8_t)(hash >> 8 & PLAIN)};
        cell.group = cell.kind;
        uint64_t rest = mixed(hash);
        if (cell.kind == INT || cell.kind == GROUPED_INT) {
            cell.a.whole = (int64_t)(rest % UINT64_C(1999999999999999999)) - INT64_C(999999999999999999);
            if (hash >> 16 & 1) cell.flags |= BIG, cell.a.real = (double)cell.a.whole * 1e20;
            if (cell.kind == GROUPED_INT) cell.group = (uint16_t)(FIRST_OTHERS + hash % 5);
        } else if (cell.kind == FLOAT || cell.kind == UNIT) {
            do memcpy(&cell.a.real, &rest, 8);
            while ((rest = mixed(rest + 1)), cell.a.real - cell.a.real != 0); /* no infinity, and a number */
            cell.decimals = (uint16_t)(hash >> 16 & 1023);
            if (cell.kind == UNIT) cell.group = (uint16_t)(FIRST_OTHERS + 5 + hash % 5);
        } else if (cell.kind == DATE || cell.kind == DATETIME) {
            cell.a.whole = (int64_t)(rest % UINT64_C(99991231235959));
            cell.b = (int64_t)(mixed(rest) % UINT64_C(99991231235959));
            cell.fraction = cell.kind == DATE ? 0 : (uint32_t)(rest % 1000000000);
            cell.time = cell.kind == DATE ? 0 : (uint16_t)(rest >> 32 & 63);
            cell.shape = (uint8_t)(hash >> 24 & 3);
            cell.group = (uint16_t)(FIRST_DATES + 2 * (hash % 9) + (cell.kind == DATETIME));
            cell.readings = cell.group % 4 < 2 ? 1 : 2; /* the same for all of a group */
        } else if (cell.kind == BOOL) {
            cell.time = hash >> 16 & 7;
        } else if (cell.kind == MISSING) {
            cell.flags |= hash >> 16 & 1 ? DOUBTFUL : 0;
        }
        cells[i] = cell;
    }
    return below(20000) ? 0 : FAILED; /* as if an exception had been raised */
}

static int take_big(uint32_t column, uint32_t group, const uint8_t *text, uint32_t length, uint64_t times) {
    checked += column + group + times;
    read_all(text, length);
    return 0;
}

/* One row that the kernel leaves: cells that Python read with more care. */
static size_t add_line(Kernel *kernel, size_t from, size_t size, uint8_t delimiter) {
    uint32_t width = kernel->settings.width, cells = 0, rows = 1;
    size_t used = 0, at = from;
    uint8_t *row = malloc(2 * (size + width) + width * 4);
    for (; at < from + size && content[at] != '\n'; at++) {
        bool ends = content[at] == delimiter;
        if (ends && cells + 1 == width) continue;
        cells += ends;
        row[used++] = ends ? 0 : content[at];
    }
    for (; cells < width; cells++) row[used++] = 0;
    if (below(4) == 0) { /* and an empty one */
        memset(row + used, 0, width);
        used += width;
        rows++;
    }
    uint8_t *exact = copied(row, used);
    free(row);
    kernel_add(kernel, exact, (int64_t)used, rows);
    free(exact);
    return at + (at < from + size) - from;
}

static void feed(Kernel *kernel) {
    size_t at = 0, block = below(3) ? MOST_BYTES : 1 + below(300);
    while (at < content_size && !kernel->failed) {
        size_t size = content_size - at < block ? content_size - at : block;
        uint8_t *exact = copied(content + at, size);
        int64_t rows, lines;
        kernel_look(exact, (int64_t)size, &lines, &rows);
        int64_t taken = kernel_take(kernel, exact, (int64_t)size, below(4) ? 1 << 20 : below(40), &rows, &lines);
        free(exact);
        if (taken < 0) return;
        at += (size_t)taken;
        if (taken < (int64_t)size) at += add_line(kernel, at, size - (size_t)taken, kernel->settings.delimiter);
    }
}

static void see_group(Kernel *kernel, uint32_t column, uint32_t which, bool exact) {
    GroupFound found;
    kernel_group(kernel, column, which, &found);
    int64_t *times = malloc((size_t)found.times * 8 + 1), *counts = malloc((size_t)found.times * 8 + 1);
    kernel_times(kernel, column, which, times, counts);
    free(times);
    free(counts);
    uint8_t kind = kernel->columns[column].groups[which]->kind;
    bool whole = exact && (kind == INT || kind == GROUPED_INT || kind == DATE || kind == DATETIME);
    for (int reading = 0; reading < 2; reading++) {
        if (!found.numbers[reading]) continue;
        void *numbers = malloc((size_t)found.numbers[reading] * 8);
        counts = malloc((size_t)found.numbers[reading] * 8);
        kernel_numbers(kernel, column, which, reading, whole ? numbers : NULL, whole ? NULL : numbers, counts);
        read_all(numbers, found.numbers[reading] * 8);
        read_all(counts, found.numbers[reading] * 8);
        free(numbers);
        free(counts);
    }
    read_all(found.sums, found.sums ? 2 * (int64_t)sizeof(Sum) : 0);
    for (int64_t i = 0; i < found.examples; i++) read_all(found.example_texts[i], found.example_sizes[i]);
}

static void see_column(Kernel *kernel, uint32_t column) {
    ColumnFound found;
    if (kernel_column(kernel, column, &found) < 0) return;
    int64_t sizes[] = {found.values, found.frequent, found.spellings};
    for (int what = 0; what < 3; what++) {
        int64_t *counts = malloc((size_t)sizes[what] * 8 + 1);
        kernel_counts(kernel, column, what, counts);
        free(counts);
    }
    read_all(found.texts, found.texts_size);
    read_all(found.frequent_texts, found.frequent_size);
    read_all(found.spelling_texts, found.spellings_size);
    read_all(found.missing, found.values);
    read_all(found.smallest, found.smallest_size);
    read_all(found.largest, found.largest_size);
    for (uint32_t i = 0; i < found.groups; i++) see_group(kernel, column, i, found.exact);
    kernel_forget(kernel, column);
}

static void see_all(Kernel *kernel) {
    Totals totals;
    RepeatsFound repeats;
    uint32_t width = kernel->settings.width;
    kernel_totals(kernel, &totals);
    kernel_repeats(kernel, &repeats);
    int64_t *alone = malloc(width * sizeof *alone);
    kernel_alone(kernel, alone);
    free(alone);
    for (uint32_t i = 0; i < width; i++) see_column(kernel, i);
    if (width > 1 && !kernel->failed) checked += (uint64_t)kernel_pair(kernel, below(width), below(width));
}

static void run(void) {
    static const uint8_t delimiters[] = ",,,;\t|\xFE";
    uint8_t delimiter = delimiters[below(sizeof delimiters - 1)];
    static const char nulls[] = "nananullnonen/a--?(null)";
    static const uint32_t ends[] = {0, 2, 4, 8, 12, 15, 17, 18, 24};
    uint32_t nulls_count = below(10);
    uint8_t *header = copied("a\0b\0", 4);
    Settings settings = {
        .width = below(20) ? 1 + below(7) : 1 + below(200),
        .remembered = below(2) ? 1 + below(20) : 100000,
        .delimiter = delimiter,
        .quote = below(5) ? '"' : '\'',
        .most_sampled = (uint8_t)(below(2) ? 2 : 24),
        .nulls_count = nulls_count,
        .nulls = copied(nulls, nulls_count ? ends[nulls_count - 1] : 0),
        .null_ends = copied(ends, nulls_count * sizeof *ends),
        .header = header,
        .header_ends = {below(2) ? 4 : 0, 0, 0},
        .seed = {mixed(number), mixed(number + 1)},
        .budget = {1 + below(below(2) ? 600 : 20000), 4u << below(5), 1 + below(40), 1 + below(12), below(3) ? 1 + below(40) : 4000},
        .ask = ask,
        .take_big = take_big,
    };
    settings.pairs = settings.width > 1 && settings.width <= 30;
    if (below(3) == 0) { /* as wide as its first line */
        settings.width = 1;
        for (size_t i = 0; i < content_size && content[i] != '\n'; i++) settings.width += content[i] == delimiter;
    }
    until_failure = below(20) ? 0 : 1 + below(400);
    Kernel *kernel = kernel_new(&settings);
    if (kernel) {
        feed(kernel);
        see_all(kernel);
        kernel_free(kernel);
    }
    free((void *)(uintptr_t)settings.nulls);
    free((void *)(uintptr_t)settings.null_ends);
    free(header);
    if (live) {
        printf("%" PRId64 " allocations were not freed\n", live);
        ended();
        exit(1);
    }
}

static void make(const char *path) {
    state = mixed(number);
    const Piece *piece = any(TABLES);
    memcpy(content, piece->text, content_size = piece->size);
    for (uint32_t i = 1 + below(8); i; i--) mutate();
    if (path) {
        FILE *file = fopen(path, "rb");
        if (!file) exit(2);
        content_size = fread(content, 1, MOST_BYTES, file);
        fclose(file);
    }
    for (size_t i = 0; i < content_size; i++) content[i] += content[i] == 0; /* Python leaves out NULs */
}

int main(int count, char **arguments) {
    if (count < 6) return 2;
    kept = arguments[2];
    uint64_t first = strtoull(arguments[3], NULL, 10), inputs = strtoull(arguments[4], NULL, 10);
    time_t end = time(NULL) + strtol(arguments[5], NULL, 10);
    load(arguments[1]);
    __sanitizer_set_death_callback(ended);
    for (number = first; number - first < inputs && (number % 256 || time(NULL) < end); number++) {
        make(count > 6 ? arguments[6] : NULL);
        state = mixed(~number); /* what the kernel is told does not depend on how the text was made */
        run();
    }
    printf("%" PRIu64 "\n", number - first);
    return checked == 1; /* so that nothing that was read is left out */
}
