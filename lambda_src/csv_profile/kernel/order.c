/* Whether the cells of a column go up or down from row to row: see order.py. */
#include "column.h"

#include <stdlib.h>
#include <string.h>

typedef struct { const uint8_t *text; uint32_t length; const Cell *cell; } Key;

static int compare_texts(const uint8_t *a, size_t n, const uint8_t *b, size_t m) {
    int found = n && m ? memcmp(a, b, n < m ? n : m) : 0;
    return found ? found : (n > m) - (n < m);
}

/* Digits with a sign, without zeros before them. */
static int compare_wholes(const Key *a, const Key *b) {
    if (!((a->cell->flags | b->cell->flags) & BIG))
        return (a->cell->a.whole > b->cell->a.whole) - (a->cell->a.whole < b->cell->a.whole);
    const uint8_t *p = a->text, *q = b->text;
    size_t n = a->length, m = b->length;
    bool p_below = p[0] == '-', q_below = q[0] == '-';
    if (p_below || p[0] == '+') p++, n--;
    if (q_below || q[0] == '+') q++, m--;
    if (p_below != q_below) { /* one of them is big, so not both are zero; a zero may have a minus */
        if (p_below) return -1;
        return 1;
    }
    int found = n != m ? (n > m) - (n < m) : memcmp(p, q, n);
    return p_below ? -found : found;
}

static double real_of(const Cell *cell) {
    return cell->kind == INT && !(cell->flags & BIG) ? (double)cell->a.whole : cell->a.real;
}

static int compare(uint8_t by, const Key *a, const Key *b) {
    if (by == BY_TEXT) return compare_texts(a->text, a->length, b->text, b->length);
    if (by == BY_WHOLE) return compare_wholes(a, b);
    if (by == BY_REAL) {
        double x = real_of(a->cell), y = real_of(b->cell);
        return (x > y) - (x < y);
    }
    const Cell *x = a->cell, *y = b->cell;
    if (x->a.whole / 1000000 == y->a.whole / 1000000 && x->kind != y->kind) return x->kind == DATE ? -1 : 1;
    if (x->a.whole != y->a.whole) return x->a.whole > y->a.whole ? 1 : -1;
    return (x->fraction > y->fraction) - (x->fraction < y->fraction);
}

static bool has_key(uint8_t by, const Cell *cell) {
    if (by == BY_TEXT) return true;
    if (by == BY_MOMENT) return (cell->kind == DATE || cell->kind == DATETIME) && cell->readings;
    return cell->flags & PLAIN && (cell->kind == INT || (by == BY_REAL && cell->kind == FLOAT));
}

static void next(Order *order, const Key *before, const Key *now) {
    int found = compare(order->by, before, now);
    if (found > 0) order->up = false;
    if (found < 0) order->down = false;
    if (found == 0) order->equal = true;
    order->open = order->up || order->down;
}

void order_exact(Order *order, int64_t value, int64_t distinct) {
    if (order->cells++ && order->previous != value) order->changes++;
    order->previous = value;
    order->open = order->changes < distinct;
}

static uint8_t compared_by(const Column *column) {
    uint32_t count = column->values.count, wholes = 0, reals = 0, shaped = 0;
    for (uint32_t i = 0; i < count; i++) {
        const Cell *cell = column->cells + i;
        wholes += cell->kind == INT && cell->flags & PLAIN;
        reals += cell->kind == FLOAT && cell->flags & PLAIN;
        shaped += cell->shape && cell->shape == column->cells[0].shape;
    }
    if (wholes == count) return BY_WHOLE;
    if (wholes + reals == count) return BY_REAL;
    if (shaped == count || count > FEW_MOMENTS) return BY_TEXT;
    return has_key(BY_MOMENT, column->cells) ? BY_MOMENT : BY_TEXT;
}

static Key key_of(const Column *column, int64_t number) {
    const Value *value = column->values.values + number;
    return (Key){column->values.texts + value->at, value->length, column->cells + number};
}

static int remember(Order *order, const Key *key) {
    if (key->length > order->room || !order->text) {
        uint8_t *text = realloc(order->text, key->length + 64);
        if (!text) return FAILED;
        order->text = text;
        order->room = key->length + 64;
    }
    if (key->length) memcpy(order->text, key->text, key->length);
    order->length = key->length;
    if (key->cell) order->last = *key->cell;
    order->begun = true;
    return 0;
}

int order_settle(Column *column) {
    Order *order = &column->order;
    uint32_t count = column->values.count;
    if (!order->open || !count) return 0;
    order->equal = order->cells > count;
    order->by = compared_by(column);
    for (uint32_t i = 0; i < count && order->open; i++) {
        if (!has_key(order->by, column->cells + i)) order->open = false;
        if (!i || !order->open) continue;
        Key before = key_of(column, i - 1), now = key_of(column, i);
        next(order, &before, &now);
    }
    Key last = key_of(column, order->previous);
    return remember(order, &last);
}

int order_running(Column *column, const Batch *batch, uint32_t from) {
    Order *order = &column->order;
    Key before = {order->text, order->length, &order->last};
    bool begun = order->begun;
    for (uint32_t i = from; i < batch->count && order->open; i++) {
        Key now = {batch->texts[i], batch->lengths[i], batch->cells[i]};
        if (!has_key(order->by, now.cell)) order->open = false;
        else if (begun) next(order, &before, &now);
        before = now;
        begun = true;
    }
    return order->open && from < batch->count ? remember(order, &before) : 0;
}
