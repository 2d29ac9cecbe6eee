#include "table.h"

#include <stdlib.h>
#include <string.h>

bool table_index(Table *table) { return index_all(&table->index, table->values, sizeof *table->values, table->count); }

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
    if (index_is_full(&table->index, table->count) && !table_index(table)) return NULL;
    Value *value = table->values + table->count++;
    *value = (Value){hash, 0, row, (uint32_t)table->used, length};
    if (length) memcpy(table->texts + table->used, text, length);
    table->texts[table->used + length] = 0;
    table->used = wanted;
    index_put(&table->index, hash, table->count);
    return value;
}

void table_free(Table *table) {
    free(table->values);
    free(table->index.slots);
    free(table->texts);
    *table = (Table){0};
}
