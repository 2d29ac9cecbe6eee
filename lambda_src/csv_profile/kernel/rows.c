#include "rows.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Which of 64 bytes are one of three: a bit for each. */
#ifdef __SSE2__
static inline uint64_t places(const uint8_t *p, uint8_t a, uint8_t b, uint8_t c) {
    uint64_t found = 0;
    for (int i = 0; i < 4; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        __m128i equal = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)a)),
                                     _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)b)),
                                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)c))));
        found |= (uint64_t)(uint32_t)_mm_movemask_epi8(equal) << 16 * i;
    }
    return found;
}
#else
static inline uint64_t equal_bytes(uint64_t word, uint8_t byte) { /* the highest bit of each that is */
    const uint64_t ones = UINT64_C(0x0101010101010101), low = ones * 0x7F;
    uint64_t differ = word ^ ones * byte;
    return ~((((differ & low) + low) | differ) | low);
}

static inline uint64_t places(const uint8_t *p, uint8_t a, uint8_t b, uint8_t c) {
    uint64_t found = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t word = 0;
        for (int j = 0; j < 8; j++) word |= (uint64_t)p[8 * i + j] << 8 * j;
        uint64_t equal = equal_bytes(word, a) | equal_bytes(word, b) | equal_bytes(word, c);
        found |= ((equal >> 7) * UINT64_C(0x0102040810204080) >> 56) << 8 * i;
    }
    return found;
}
#endif

typedef struct {
    const uint8_t *text;
    size_t size, block; /* block: where the 64 bytes begin that `bits` is about */
    uint64_t bits;
    uint8_t a, b, c;
} Scan;

static void look(Scan *scan, size_t from) {
    scan->block = from;
    if (scan->size - from >= 64) {
        scan->bits = places(scan->text + from, scan->a, scan->b, scan->c);
        return;
    }
    uint8_t rest[64];
    size_t left = scan->size - from;
    memcpy(rest, scan->text + from, left);
    memset(rest + left, 0, 64 - left);
    scan->bits = places(rest, scan->a, scan->b, scan->c) & ((UINT64_C(1) << left) - 1);
}

/* The next byte that is one of them, or the size of the text. */
static inline size_t next_place(Scan *scan) {
    while (!scan->bits) {
        if (scan->size - scan->block <= 64) return scan->size;
        look(scan, scan->block + 64);
    }
    size_t place = scan->block + (size_t)__builtin_ctzll(scan->bits);
    scan->bits &= scan->bits - 1;
    return place;
}

static bool is_blank(const uint8_t *p, const uint8_t *end) {
    for (; p < end; p++)
        if (*p && *p != ' ' && (uint8_t)(*p - 9) >= 5 && *p != 0x1A) return false;
    return true;
}

static bool is_header(const Rules *rules, const uint8_t *row, uint32_t size) {
    uint32_t start = 0;
    for (int i = 0; i < 3; i++) {
        uint32_t end = rules->header_ends[i];
        if (end > start && size == end - start && !memcmp(rules->header + start, row, size)) return true;
        if (end > start) start = end;
    }
    return false;
}

/* A cell in quotes, from its opening one on, without them. Returns where it ends, or 0 if it is irregular. */
static size_t quoted_cell(const Rules *rules, const uint8_t *text, size_t size, size_t open, uint8_t *to,
                          uint32_t *length, int64_t *lines) {
    size_t from = open + 1;
    uint32_t used = 0;
    for (;;) {
        const uint8_t *close = memchr(text + from, rules->quote, size - from);
        if (!close) return 0;
        size_t end = (size_t)(close - text), part = end - from;
        if (part > rules->longest_quoted || used + part > LONGEST_ROWS) return 0;
        memcpy(to + used, text + from, part);
        used += (uint32_t)part;
        if (end + 1 == size) return 0;
        from = end + 2;
        if (text[end + 1] == rules->quote) {
            to[used++] = rules->quote;
            continue;
        }
        if (text[end + 1] != rules->delimiter && text[end + 1] != '\n') return 0;
        for (const uint8_t *p = to; (p = memchr(p, '\n', (size_t)(to + used - p))); p++) ++*lines;
        *length = used;
        return end + 1;
    }
}

size_t take_rows(const Rules *rules, const uint8_t *text, size_t size, uint32_t most, Taken *taken, int64_t *lines) {
    taken->rows = taken->used = 0;
    *lines = 0;
    if (!size) return 0;
    uint32_t width = rules->width, cell = 0, used = 0, *starts = taken->starts;
    uint8_t *to = taken->text;
    size_t row = 0, begin = 0; /* of the row, and of what of it was not copied yet */
    size_t cell_begin = 0;
    int64_t row_lines = 1;
    Scan scan = {text, size, 0, 0, rules->delimiter, '\n', rules->quote};
    look(&scan, 0);
    starts[0] = 0;
    uint32_t row_used = 0, first_cell = 0;
    for (;;) {
        size_t place = next_place(&scan);
        if (place == size || place - row > LONGEST_ROWS) break;
        uint8_t c = text[place];
        if (c == rules->quote) {
            if (!rules->quotes || place != cell_begin) break;
            if (cell + 1 - first_cell > width) break;
            size_t before = place - begin;
            memcpy(to + used, text + begin, before);
            used += (uint32_t)before;
            uint32_t length;
            size_t end = quoted_cell(rules, text, size, place, to + used, &length, &row_lines);
            if (!end) break;
            used += length;
            begin = end;
            look(&scan, end);
            place = next_place(&scan);
            c = text[place];
        }
        uint32_t in_row = ++cell - first_cell;
        starts[cell] = used + (uint32_t)(place - begin) + 1;
        cell_begin = place + 1;
        if (c == '\n') {
            if (in_row != width) break;
            size_t rest = place + 1 - begin;
            memcpy(to + used, text + begin, rest);
            used += (uint32_t)rest;
            for (uint32_t i = first_cell + 1; i <= cell; i++) to[starts[i] - 1] = 0;
            if (is_blank(to + row_used, to + used) || is_header(rules, to + row_used, used - row_used)) break;
            taken->rows++;
            *lines += row_lines;
            row_lines = 1;
            row = begin = place + 1;
            row_used = used;
            first_cell = cell;
            if (taken->rows == most || used > LONGEST_ROWS) break;
        } else if (in_row == width) {
            break;
        }
    }
    taken->used = row_used;
    uint8_t seen = 0;
    for (uint32_t i = 0; i < row_used; i++) seen |= to[i];
    taken->ascii = seen < 0x80;
    return row;
}
