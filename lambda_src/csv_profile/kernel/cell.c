#include "cell.h"
#include "hash.h"

#include <string.h>

/* Every rule here is one of cells.py, for the texts that need no regular expression to be told. What is not sure is
 * UNSURE: never wrong, only slower. */

typedef unsigned __int128 u128;

static inline bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }

static inline bool is_letter(uint8_t c) { return (uint8_t)((c | 32) - 'a') < 26; }

/* What str.strip takes off, in ASCII. */
static inline bool is_space(uint8_t c) { return c == ' ' || (uint8_t)(c - 9) < 5 || (uint8_t)(c - 28) < 4; }

static inline uint8_t lower(uint8_t c) { return (uint8_t)(c - 'A') < 26 ? c | 32 : c; }

size_t characters(const uint8_t *text, size_t bytes) {
    const uint64_t highest = UINT64_C(0x8080808080808080);
    size_t found = bytes, i = 0;
    for (; i + 8 <= bytes; i += 8) { /* less those that begin with the bits 10 */
        uint64_t word;
        memcpy(&word, text + i, 8);
        if (word & highest) found -= (size_t)__builtin_popcountll(word & ~(word << 1) & highest);
    }
    for (; i < bytes; i++) found -= (text[i] & 0xC0) == 0x80;
    return found;
}

static inline bool is_ascii(const uint8_t *p, size_t n) {
    uint64_t seen = 0;
    for (; n >= 8; n -= 8, p += 8) seen |= word_at(p);
    return !((seen | short_word(p, n)) & UINT64_C(0x8080808080808080));
}

/* A character outside ASCII that is part of no number, date or null spelling, is not stripped, and whose lower case
 * is not in ASCII: with one of those a cell is text. */
static bool has_foreign_letter(const uint8_t *p, size_t n) {
    for (size_t i = 0; i + 1 < n; i++) {
        uint8_t c = p[i], next = p[i + 1];
        if (c < 0xC3 || c == 0xE2 || c == 0xEE || c == 0xEF) continue;
        if ((c == 0xE1 && next == 0x9A) || (c == 0xE3 && next == 0x80)) continue;
        return true;
    }
    return false;
}

static bool matches_null(const Nulls *nulls, const uint8_t *p, size_t n) {
    uint32_t start = 0;
    for (uint32_t i = 0; i < nulls->count; i++) {
        uint32_t end = nulls->ends[i];
        if (end - start == n) {
            size_t j = 0;
            while (j < n && lower(p[j]) == nulls->text[start + j]) j++;
            if (j == n) return true;
        }
        start = end;
    }
    return false;
}

/* Spellings of a missing value that are a value in some columns: see whole_column.py. */
static bool is_doubtful(const uint8_t *p, size_t n) {
    return (n == 2 && !memcmp(p, "NA", 2)) || (n == 3 && !memcmp(p, "Nil", 3)) ||
           (n == 4 && (!memcmp(p, "None", 4) || !memcmp(p, "Null", 4)));
}

int is_missing(const Nulls *nulls, const uint8_t *p, size_t n) {
    while (n && is_space(p[0])) p++, n--;
    while (n && is_space(p[n - 1])) n--;
    if (!n) return nulls->empty;
    if (nulls->first[p[0]] && n <= nulls->longest && matches_null(nulls, p, n)) return 1 + is_doubtful(p, n);
    if (is_ascii(p, n) || has_foreign_letter(p, n)) return 0;
    return -1;
}

static bool is_word(const uint8_t *p, size_t n, const char *word) {
    for (size_t i = 0; i < n; i++)
        if (lower(p[i]) != (uint8_t)word[i]) return false;
    return word[n] == 0;
}

#define THREE(a, b, c) ((a) << 16 | (b) << 8 | (c))

/* The first three letters of a month or of a day of the week. */
static bool begins_a_date(const uint8_t *p, size_t n) {
    if (n < 3) return false;
    switch (THREE(lower(p[0]), lower(p[1]), lower(p[2]))) {
    case THREE('j', 'a', 'n'): case THREE('f', 'e', 'b'): case THREE('m', 'a', 'r'): case THREE('a', 'p', 'r'):
    case THREE('m', 'a', 'y'): case THREE('j', 'u', 'n'): case THREE('j', 'u', 'l'): case THREE('a', 'u', 'g'):
    case THREE('s', 'e', 'p'): case THREE('o', 'c', 't'): case THREE('n', 'o', 'v'): case THREE('d', 'e', 'c'):
    case THREE('m', 'o', 'n'): case THREE('t', 'u', 'e'): case THREE('w', 'e', 'd'): case THREE('t', 'h', 'u'):
    case THREE('f', 'r', 'i'): case THREE('s', 'a', 't'): case THREE('s', 'u', 'n'):
        return true;
    default:
        return false;
    }
}

static int with_kind(Cell *cell, int kind) {
    cell->kind = (uint8_t)kind;
    cell->group = (uint16_t)kind;
    return kind;
}

static int word(const uint8_t *p, size_t n, Cell *cell) {
    static const char *const words[] = {"true", "false", "yes", "no", "y", "n", "t", "f"};
    static const uint8_t kinds[] = {BOOL, BOOL, BOOL, BOOL, Y_OR_N, Y_OR_N, T_OR_F, T_OR_F};
    if (n <= 5)
        for (uint16_t i = 0; i < 8; i++)
            if (is_word(p, n, words[i])) {
                cell->time = i;
                return with_kind(cell, kinds[i]);
            }
    if (begins_a_date(p, n))
        for (size_t i = 3; i < n; i++)
            if (is_digit(p[i])) return UNSURE;
    return with_kind(cell, STRING);
}

/* Of a cell that begins like a number and is none that is known here. */
static int text_or_unsure(const uint8_t *p, size_t n, Cell *cell) {
    size_t i = 0;
    i += i < n && p[i] == '(';
    i += i < n && (p[i] == '-' || p[i] == '+');
    i += i < n && p[i] == '$';
    i += i < n && p[i] == ' ';
    i += i < n && p[i] == '.';
    if (i >= n || !is_digit(p[i])) return with_kind(cell, STRING);
    for (i = 0; i < n; i++) {
        size_t start = i;
        while (i < n && is_letter(p[i])) i++;
        size_t letters = i - start;
        if (letters >= 4 && !begins_a_date(p + start, letters)) return with_kind(cell, STRING);
        if (letters == 1 && start && i < n && is_digit(p[start - 1]) && is_digit(p[i])) {
            uint8_t c = lower(p[start]);
            if (c != 'e' && c != 't') return with_kind(cell, STRING);
        }
    }
    return UNSURE;
}

static const uint64_t TENS[20] = {
    1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u, 100000000000u,
    1000000000000u, 10000000000000u, 100000000000000u, 1000000000000000u, 10000000000000000u, 100000000000000000u,
    1000000000000000000u, 10000000000000000000u,
};

/* digits / 10**places, rounded once: exact doubles divide so; of others the quotient is made with 64 bits or more. */
static double fraction_of(uint64_t digits, unsigned places) {
    if (digits < (UINT64_C(1) << 53)) return (double)digits / (double)TENS[places];
    uint64_t divisor = TENS[places];
    /* Both with their highest bit set: the quotient has 64 or 65 bits. */
    int up = __builtin_clzll(digits), down = __builtin_clzll(divisor);
    u128 dividend = (u128)(digits << up) << 64;
    uint64_t by = divisor << down;
    u128 quotient = dividend / by;
    bool rest = quotient * by != dividend;
    int exponent = down - up - 64;
    int extra = (quotient >> 64 ? 65 : 64) - 53;
    uint64_t whole = (uint64_t)(quotient >> extra);
    uint64_t cut = (uint64_t)quotient & ((UINT64_C(1) << extra) - 1), half = UINT64_C(1) << (extra - 1);
    if (cut > half || (cut == half && (rest || (whole & 1)))) whole++;
    exponent += extra;
    uint64_t bits = (uint64_t)(1023 + exponent) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return (double)whole * power; /* exact: no result here is near the smallest doubles */
}

static inline unsigned two(const uint8_t *p) { return (unsigned)(p[0] - '0') * 10u + (unsigned)(p[1] - '0'); }

/* Days since nothing in particular: only whether there is such a day, and its digits. 0 if there is not. */
static int64_t day_of(unsigned year, unsigned month, unsigned day) {
    static const uint8_t lengths[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!year || !month || month > 12 || !day) return 0;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > (unsigned)lengths[month] + (month == 2 && leap)) return 0;
    return (int64_t)(year * 10000 + month * 100 + day) * 1000000;
}

/* The time after a date: its digits in *seconds. False if it is not one of the plain forms. */
static bool time_of(const uint8_t *p, size_t n, Cell *cell, int64_t *seconds) {
    uint16_t form = p[0] == 'T' ? SEP_T : p[0] == ' ' ? SEP_SPACE : 0;
    if (!form || n < 6 || !is_digit(p[1]) || !is_digit(p[2]) || p[3] != ':' || !is_digit(p[4]) || !is_digit(p[5]))
        return false;
    unsigned hour = two(p + 1), minute = two(p + 4), second = 0;
    size_t i = 6;
    if (i < n && p[i] == ':') {
        if (n < 9 || !is_digit(p[7]) || !is_digit(p[8])) return false;
        second = two(p + 7);
        form |= SECONDS;
        i = 9;
        if (i < n && p[i] == '.') {
            size_t start = ++i;
            uint32_t fraction = 0;
            while (i < n && is_digit(p[i]) && i - start < 9) fraction = fraction * 10 + (p[i++] - '0');
            if (i == start) return false;
            for (size_t digits = i - start; digits < 9; digits++) fraction *= 10;
            cell->fraction = fraction;
            form |= FRACTION;
        }
    }
    if (i < n && p[i] == 'Z') form |= ZONE_Z, i++;
    if (i != n || hour > 23 || minute > 59 || second > 59) return false;
    *seconds = hour * 10000 + minute * 100 + second;
    cell->time = form;
    return true;
}

static const uint8_t SHAPES[28] = {[10] = 1, [19] = 1, [20] = 1, [23] = 1, [24] = 1, [26] = 1, [27] = 1};

static int separator(uint8_t c) { return c == '-' ? 0 : c == '/' ? 1 : c == '.' ? 2 : -1; }

static int year_first(const uint8_t *p, size_t n, Cell *cell) {
    int form = separator(p[4]);
    size_t i = 5;
    if (form < 0 || n < 8 || !is_digit(p[i])) return UNSURE;
    unsigned month = p[i++] - '0';
    if (is_digit(p[i])) month = month * 10 + (p[i++] - '0');
    if (i + 1 >= n || p[i++] != p[4] || !is_digit(p[i])) return UNSURE;
    unsigned day = p[i++] - '0';
    if (i < n && is_digit(p[i])) day = day * 10 + (p[i++] - '0');
    int64_t found = day_of(two(p) * 100 + two(p + 2), month, day), seconds = 0;
    if (!found || (i < n && !time_of(p + i, n - i, cell, &seconds))) return UNSURE;
    cell->a.whole = found + seconds;
    cell->readings = 1;
    cell->kind = cell->time ? DATETIME : DATE;
    cell->group = (uint16_t)(FIRST_DATES + form * 2 + (cell->time ? 1 : 0));
    bool iso = form == 0 && n < sizeof SHAPES && SHAPES[n] && (i == n ? n == 10 : i == 10 && cell->time & SECONDS);
    if (iso) cell->shape = (uint8_t)(n * 2 + (cell->time & SEP_SPACE ? 1 : 0));
    return cell->kind;
}

static int year_last(const uint8_t *p, size_t n, Cell *cell) {
    size_t i = 0;
    unsigned a = p[i++] - '0';
    if (is_digit(p[i])) a = a * 10 + (p[i++] - '0');
    int sep = separator(p[i]);
    if (sep < 0 || n < i + 5) return UNSURE;
    uint8_t mark = p[i++];
    if (!is_digit(p[i])) return UNSURE;
    unsigned b = p[i++] - '0';
    if (is_digit(p[i])) b = b * 10 + (p[i++] - '0');
    if (i + 2 >= n || p[i++] != mark) return UNSURE;
    size_t start = i;
    while (i < n && i - start < 4 && is_digit(p[i])) i++;
    unsigned year;
    if (i - start == 4) {
        year = two(p + start) * 100 + two(p + start + 2);
    } else if (i - start == 2 && (mark == '/' || start == 6)) {
        year = two(p + start);
        year += year < 69 ? 2000 : 1900;
    } else {
        return UNSURE;
    }
    int64_t day_first = day_of(year, b, a), month_first = mark == '.' ? 0 : day_of(year, a, b), seconds = 0;
    if (!(day_first || month_first) || (i < n && !time_of(p + i, n - i, cell, &seconds))) return UNSURE;
    cell->readings = day_first && month_first ? 2 : 1;
    cell->a.whole = (day_first ? day_first : month_first) + seconds;
    cell->b = month_first + seconds;
    cell->kind = cell->time ? DATETIME : DATE;
    int which = !month_first ? 0 : !day_first ? 1 : 2;
    int form = 3 + ((i - start == 4 ? 0 : 1) * 3 + sep) * 3 + which;
    cell->group = (uint16_t)(FIRST_DATES + form * 2 + (cell->time ? 1 : 0));
    return cell->kind;
}

static bool is_clock(const uint8_t *p, size_t n, size_t hours) {
    if (hours > 3 || n < hours + 3) return false;
    p += hours + 1, n -= hours + 1;
    if (p[0] > '5' || !is_digit(p[0]) || !is_digit(p[1])) return false;
    if (n == 2) return true;
    return n == 5 && p[2] == ':' && p[3] <= '5' && is_digit(p[3]) && is_digit(p[4]);
}

static int number(const uint8_t *p, size_t n, Cell *cell) {
    if (n > LONGEST_NUMBER) return with_kind(cell, STRING);
    bool negative = p[0] == '-', sign = negative || p[0] == '+';
    size_t i = sign, first = i;
    uint64_t digits = 0;
    while (i < n && is_digit(p[i])) {
        if (i - first < 19) digits = digits * 10 + (p[i] - '0');
        i++;
    }
    size_t whole = i - first;
    if (i == n && whole) {
        if ((p[first] == '0' && whole > 1) || (p[0] == '+' && whole >= 7)) return with_kind(cell, PADDED);
        if (whole > WHOLE_DIGITS) return UNSURE;
        cell->a.whole = negative ? -(int64_t)digits : (int64_t)digits;
        return with_kind(cell, INT);
    }
    if (i < n && p[i] == '.' && whole <= 19) {
        size_t point = i++;
        size_t significant = digits ? whole : 0;
        while (i < n && is_digit(p[i])) {
            if (significant < 19) digits = digits * 10 + (p[i] - '0');
            if (digits) significant++; /* zeros before the first digit are none */
            i++;
        }
        size_t places = i - point - 1;
        if (i == n && whole + places) {
            if (significant > 19 || places > 19) return UNSURE;
            double value = fraction_of(digits, (unsigned)places);
            cell->a.real = negative ? -value : value;
            cell->decimals = (uint16_t)places;
            return with_kind(cell, FLOAT);
        }
    }
    i = first + whole;
    if (!sign && i < n) {
        if (whole == 4 && n >= 8 && separator(p[4]) >= 0) {
            if (year_first(p, n, cell) != UNSURE) return cell->kind;
        } else if ((whole == 1 || whole == 2) && n >= 6 && separator(p[i]) >= 0) {
            if (year_last(p, n, cell) != UNSURE) return cell->kind;
        } else if (p[i] == ':' && whole && is_clock(p, n, whole)) {
            return with_kind(cell, TIME);
        }
    }
    memset(cell, 0, sizeof *cell);
    return text_or_unsure(p, n, cell);
}

int cell_of(const Nulls *nulls, const uint8_t *p, size_t n, Cell *cell) {
    size_t before = n;
    memset(cell, 0, sizeof *cell);
    while (n && is_space(p[0])) p++, n--;
    while (n && is_space(p[n - 1])) n--;
    if (!n) return nulls->empty ? (cell->kind = MISSING) : UNSURE;
    uint8_t c = p[0];
    if (nulls->first[c] && n <= nulls->longest && matches_null(nulls, p, n)) {
        cell->flags = is_doubtful(p, n) ? DOUBTFUL : 0;
        return cell->kind = MISSING;
    }
    int kind;
    if (!is_ascii(p, n)) {
        kind = has_foreign_letter(p, n) ? with_kind(cell, STRING) : UNSURE;
    } else if (is_digit(c) || c == '-' || c == '+' || c == '.') {
        kind = number(p, n, cell);
    } else if (is_letter(c)) {
        kind = word(p, n, cell);
    } else {
        kind = text_or_unsure(p, n, cell);
    }
    if (before == n) cell->flags |= PLAIN;
    else cell->shape = 0;
    return kind;
}
