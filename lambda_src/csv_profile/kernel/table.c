#include "table.h"

#include <stdlib.h>
#include <string.h>

static void put(Table *table, uint64_t hash, uint32_t number) {
    uint32_t place = (uint32_t)(hash >> 32) & table->mask;
    while (table->slots[place].value) place = (place + 1) & table->mask;
    table->slots[place] = (Slot){(uint32_t)hash, number};
}

bool table_index(Table *table) {
    uint32_t slots = table->slots ? table->mask + 1 : 16;
    while (slots / 2 < table->count + 1) slots *= 2;
    if (!table->slots || slots != table->mask + 1) {
        Slot *larger = calloc(slots, sizeof *larger);
        if (!larger) return false;
        free(table->slots);
        table->slots = larger;
        table->mask = slots - 1;
    } else {
        memset(table->slots, 0, slots * sizeof *table->slots);
    }
    for (uint32_t i = 0; i < table->count; i++) put(table, table->values[i].hash, i + 1);
    return true;
}

Value *table_add(Table *table, uint64_t hash, const uint8_t *text, uint32_t length, int64_t row) {
    if (table->count == table->room) {
        uint32_t room = table->room ? table->room + table->room / 2 : 16;
        Value *values = realloc(table->values, room * sizeof *values);
        if (!values) return NULL;
        table->values = values;
        table->room = room;
    }
    size_t wanted = table->used + length + 1;
    if (wanted > UINT32_MAX) return NULL;
    if (wanted > table->texts_room) {
        size_t room = table->texts_room + table->texts_room / 2 + 64;
        if (room < wanted) room = wanted;
        uint8_t *texts = realloc(table->texts, room);
        if (!texts) return NULL;
        table->texts = texts;
        table->texts_room = room;
    }
    if (!table->slots || table->mask / 2 < table->count + 1)
        if (!table_index(table)) return NULL;
    Value *value = table->values + table->count++;
    *value = (Value){hash, 0, row, (uint32_t)table->used, length};
    if (length) memcpy(table->texts + table->used, text, length);
    table->texts[table->used + length] = 0;
    table->used = wanted;
    put(table, hash, table->count);
    return value;
}

void table_free(Table *table) {
    free(table->values);
    free(table->slots);
    free(table->texts);
    *table = (Table){0};
}
