"""The facts of a column, made of what the kernel found."""

from collections import Counter
from collections.abc import Sequence
from ctypes import CDLL, byref, c_double, c_int64, string_at
from fractions import Fraction
from itertools import compress
from operator import not_
from typing import Any

from csv_profile.cells import NUMBERS, WHOLE, Group, Kind, Number, classify
from csv_profile.distinct import error_of, estimate
from csv_profile.facts import ColumnFacts, MomentFacts, NumberFacts, TextFacts, Weighted
from csv_profile.kernel import layout
from csv_profile.kernel.answers import Answers, Big
from csv_profile.kernel.layout import SPELLINGS, ColumnFound, GroupFound
from csv_profile.order import direction

_DENOMINATOR = 1 << 1074  # of the smallest double


class Facts:
    def __init__(self, library: CDLL, kernel: int, answers: Answers, hashes: int, delimiter: str) -> None:
        self._library = library
        self._kernel = kernel
        self._answers = answers
        self._hashes = hashes
        self._delimiter = delimiter

    def of(self, number: int, found: ColumnFound) -> ColumnFacts:
        texts = layout.texts(found.texts, found.texts_size)
        counts = self._counts(number, 0, found.values)
        missing: Counter[str] = Counter()
        marks = string_at(found.missing, found.values) if found.values else b""
        for spelling, count in zip(compress(texts, marks), compress(counts, marks), strict=True):
            missing[spelling.strip()] += count
        spellings = layout.texts(found.spelling_texts, found.spellings_size)
        for spelling, count in zip(spellings, self._counts(number, 2, found.spellings), strict=True):
            missing[spelling.strip()] += count
        values = list(zip(texts, counts, strict=True))
        if any(marks):
            values = list(compress(values, map(not_, marks)))
        groups = [self._group(number, index) for index in range(found.groups)]
        kinds = dict.fromkeys(Kind, 0)
        for group, account in groups:
            kinds[group.kind] += account.count
        exact = bool(found.exact)
        distinct = len(values) if exact else estimate(found.hashes, self._hashes, found.highest_hash)
        others = layout.texts(found.frequent_texts, found.frequent_size)
        return ColumnFacts(
            missing=missing,
            counts=kinds,
            bools={text: count for text, count in zip(SPELLINGS, found.bools, strict=True) if count},
            moments={
                group: self._moments(number, index, group, account, exact)
                for index, (group, account) in enumerate(groups)
                if group.kind in (Kind.DATE, Kind.DATETIME)
            },
            numbers={
                group: self._numbers(number, index, group, account, exact, values)
                for index, (group, account) in enumerate(groups)
                if group.kind in (*NUMBERS, Kind.UNIT)
            },
            examples={group: _examples(account) for group, account in groups},
            text=_text(found),
            decimals=found.decimals,
            values=values,
            exact=exact,
            others=list(zip(others, self._counts(number, 1, found.frequent), strict=True)),
            others_error=found.error,
            distinct=min(distinct, sum(kinds.values())),
            distinct_error=0.0 if exact else error_of(self._hashes),
            order=direction(bool(found.up), bool(found.down), bool(found.equal)) if found.open else None,
        )

    def _counts(self, number: int, what: int, count: int) -> list[int]:
        found = (c_int64 * count)()
        if count:
            self._library.kernel_counts(self._kernel, number, what, found)
        return found[:]

    def _group(self, number: int, index: int) -> tuple[Group, GroupFound]:
        found = GroupFound()
        self._library.kernel_group(self._kernel, number, index, byref(found))
        return self._answers.groups[found.id], found

    def _weighted(self, number: int, index: int, reading: int, count: int, whole: bool) -> list[Weighted]:
        numbers: Any = ((c_int64 if whole else c_double) * count)()
        times = (c_int64 * count)()
        places = (numbers, None) if whole else (None, numbers)
        self._library.kernel_numbers(self._kernel, number, index, reading, *places, times)
        return list(zip(numbers[:], times[:], strict=True))

    def _moments(self, number: int, index: int, group: Group, account: GroupFound, exact: bool) -> MomentFacts:
        ids, counts = (c_int64 * account.times)(), (c_int64 * account.times)()
        self._library.kernel_times(self._kernel, number, index, ids, counts)
        return MomentFacts(
            count=account.count,
            range={
                form: (
                    layout.iso_of(account.first[reading], account.first_fraction[reading], group.kind),
                    layout.iso_of(account.last[reading], account.last_fraction[reading], group.kind),
                )
                for reading, form in enumerate(group.formats)
            },
            times={self._answers.times[time]: count for time, count in zip(ids, counts, strict=True)},
            weighted={
                form: self._weighted(number, index, reading, account.numbers[reading], exact)
                for reading, form in enumerate(group.formats)
            },
        )

    def _numbers(
        self, number: int, index: int, group: Group, account: GroupFound, exact: bool, values: Sequence[tuple[str, int]]
    ) -> NumberFacts:
        big = self._answers.bigs.pop((number, account.id), Big())
        whole = group.kind in WHOLE
        if whole and exact and account.any_big:
            cells = [(classify(value.strip(), self._delimiter), count) for value, count in values]
            weighted: list[Weighted] = [
                (cell.number, count) for cell, count in cells if cell.group == group and cell.number is not None
            ]
        else:
            weighted = self._weighted(number, index, 0, account.numbers[0], whole and exact)
        if whole:
            total = Fraction(_joined(account.sum) - (account.sum[1] >> 63 << 128) + big.sum)
            squares = _joined(account.squares) + big.squares
            spread = Fraction(squares) - Fraction(total * total, account.count)
            lows: list[Number] = [low for low in (account.low if account.any else None, big.low) if low is not None]
            highs: list[Number] = [top for top in (account.high if account.any else None, big.high) if top is not None]
        else:
            total, distances = _sum(account, 0), _sum(account, 1)
            off = total - account.count * Fraction(account.pivot)
            spread = max(distances - off * off / account.count, Fraction(0))
            lows, highs = [account.real_low], [account.real_high]
        return NumberFacts(
            whole=whole,
            count=account.count,
            zeros=account.zeros,
            negatives=account.negatives,
            low=min(lows),
            high=max(highs),
            total=total,
            spread=spread,
            weighted=weighted,
        )


def _joined(words: Any) -> int:
    return sum(int(word) << 64 * index for index, word in enumerate(words))


def _sum(account: GroupFound, which: int) -> Fraction:
    pieces = account.sums[which * (layout.PIECES + 1) : which * (layout.PIECES + 1) + layout.PIECES]
    return Fraction(sum(piece << 32 * index for index, piece in enumerate(pieces)), _DENOMINATOR)


def _text(found: ColumnFound) -> TextFacts:
    return TextFacts(
        chars=found.chars,
        shortest=None if found.shortest < 0 else found.shortest,
        longest=found.longest,
        ascii=bool(found.ascii),
        smallest=layout.text(found.smallest, found.smallest_size),
        largest=layout.text(found.largest, found.largest_size),
    )


def _examples(account: GroupFound) -> dict[str, int]:
    found = zip(account.example_texts, account.example_sizes, account.example_rows, strict=True)
    return {layout.text(text, size) or "": row for text, size, row in list(found)[: account.examples]}
