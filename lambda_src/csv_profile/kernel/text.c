/* Whether a text can be taken as it is: see text.py. */
#include "kernel.h"

#include <string.h>

static bool follows(uint8_t c) { return (c & 0xC0) == 0x80; }

/* The length of a character of more than one byte, or 0 if that is not UTF-8. */
static size_t character(const uint8_t *p, size_t left) {
    uint8_t c = p[0];
    if (c >= 0xC2 && c < 0xE0) return left > 1 && follows(p[1]) ? 2 : 0;
    if (c >= 0xE0 && c < 0xF0) {
        if (left < 3 || !follows(p[1]) || !follows(p[2])) return 0;
        if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F)) return 0;
        return 3;
    }
    if (c >= 0xF0 && c < 0xF5) {
        if (left < 4 || !follows(p[1]) || !follows(p[2]) || !follows(p[3])) return 0;
        if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F)) return 0;
        return 4;
    }
    return 0;
}

int kernel_look(const uint8_t *text, int64_t size, int64_t *lines, int64_t *more) {
    size_t all = (size_t)size, at = 0, found = 0, rest = 0;
    while (at < all) { /* short pieces, so that one byte is enough to count the lines of each */
        size_t end = all - at < 255 ? all : at + 255;
        uint8_t here = 0, high = 0, odd = 0;
        for (size_t i = at; i < end; i++) {
            here += text[i] == '\n';
            high |= text[i];
            odd |= (uint8_t)((text[i] == '\r') | (text[i] == 0));
        }
        if (odd) return 0;
        if (high < 0x80) {
            found += here;
            at = end;
            continue;
        }
        while (at < end) {
            if (text[at] < 0x80) {
                found += text[at++] == '\n';
                continue;
            }
            size_t length = character(text + at, all - at);
            if (!length) return 0;
            rest += length - 1;
            at += length;
        }
    }
    *lines = (int64_t)found;
    *more = (int64_t)rest;
    return 1;
}
