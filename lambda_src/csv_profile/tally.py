"""The running account of a column: every kind of cell counted at once, so that its type can be chosen at the end.

Cells arrive as values with their counts (`add_counted`), or as a block of rows (`add_all`), and both ways lead to the
same account. Both have a fast way for cells that are all numbers, all ISO dates or all text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import merge
from itertools import chain, repeat
from operator import mul
from typing import NamedTuple

from csv_profile.cells import (
    INT_CHARS,
    LETTERS,
    TEXT,
    WHOLE,
    Alike,
    Cell,
    Group,
    Kind,
    as_number,
    classify,
    classify_all,
    decimals,
    folded,
    suspects,
)
from csv_profile.facts import TextFacts, Weighted
from csv_profile.numeric import Numbers, Sketch, as_double

EXAMPLES = 5
EXAMPLE_CHARS = 100
_BARE = (Kind.PADDED, Kind.TIME)


class Moments:
    def __init__(self, sketch_size: int) -> None:
        self.count = 0
        self.range: dict[str, tuple[str, str]] = {}
        self.times: Counter[str] = Counter()
        self.sketches: dict[str, Sketch] = {}
        self._sketch_size = sketch_size

    def add(self, cell: Cell, times: int) -> None:
        self.count += times
        self.times[cell.time] += times
        for date_format, iso in cell.readings:
            low, high = self.range.get(date_format, (iso, iso))
            self.range[date_format] = (min(low, iso), max(high, iso))

    def sketch(self, date_format: str) -> Sketch:
        if date_format not in self.sketches:
            self.sketches[date_format] = Sketch(self._sketch_size)
        return self.sketches[date_format]


class Counted(NamedTuple):
    """The numbers and the moments among some values, each with its count."""

    numbers: dict[Group, list[Weighted]]
    moments: dict[tuple[Group, str], list[Weighted]]  # by group and format

    def add(self, cell: Cell, times: int) -> None:
        if cell.number is not None:
            self.numbers.setdefault(cell.group, []).append((cell.number, times))
        for reading in cell.readings:
            self.moments.setdefault((cell.group, reading.format), []).append((as_number(reading.iso), times))


class Tally:
    def __init__(self, nulls: frozenset[str], delimiter: str, sketch_size: int) -> None:
        self.missing: Counter[str] = Counter()  # by spelling
        self.texts = 0
        self.bare: Counter[Kind] = Counter()  # cells of which only the kind is counted
        self.bools: Counter[str] = Counter()  # by spelling, in lower case
        self.numbers: dict[Group, Numbers] = {}
        self.moments: dict[Group, Moments] = {}
        self.examples: dict[Group, dict[str, int]] = {}  # the first values of each group, and the rows they stand in
        self.text = TextFacts()
        self.decimals = 0
        self._sketch_size = sketch_size
        self._nulls = nulls
        self._suspect = suspects(nulls)
        self._delimiter = delimiter

    def counts(self) -> dict[Kind, int]:
        """How many cells there are of each kind."""
        counts = dict.fromkeys(Kind, 0)
        for group, numbers in self.numbers.items():
            counts[group.kind] += numbers.count
        for group, moments in self.moments.items():
            counts[group.kind] += moments.count
        for kind, letters in LETTERS.items():
            counts[kind] = sum(self.bools[letter] for letter in letters)
        counts[Kind.BOOL] = self.bools.total() - sum(counts[kind] for kind in LETTERS)
        counts |= self.bare
        counts[Kind.STRING] = self.texts
        return counts

    def _numbers(self, group: Group) -> Numbers:
        if group not in self.numbers:
            self.numbers[group] = Numbers(group.kind in WHOLE, self._sketch_size)
        return self.numbers[group]

    def _moments(self, group: Group) -> Moments:
        if group not in self.moments:
            self.moments[group] = Moments(self._sketch_size)
        return self.moments[group]

    def nulls(self, cells: Sequence[str]) -> set[str]:
        """Those that are missing."""
        if self._nulls.isdisjoint(map(str.lower, map(str.strip, cells))):
            return set()
        return {cell for cell in cells if folded(cell) in self._nulls}

    def add_counted(self, counts: Mapping[str, int], row_of: Callable[[str], int]) -> Counted:
        """Values that are not missing, with their counts. Returns the numbers and moments among them."""
        found = Counted({}, {})
        odd = list(filter(self._suspect, counts))
        examples: list[str] = []
        if len(odd) < len(counts):
            special = set(odd)
            texts = [value for value in counts if value not in special] if odd else list(counts)
            times = list(map(counts.__getitem__, texts))
            lengths = list(map(len, texts))
            self._measure(min(lengths), max(lengths), sum(map(mul, lengths, times)))
            self.texts += sum(times)
            self._add_texts(texts)
            examples = texts
        if odd and not self._add_alike_counted(odd, counts, row_of, found):
            strings = []
            for value in odd:
                cell = self._count(value, counts[value])
                if cell.kind is Kind.STRING:
                    strings.append(value)
                else:
                    self._example(cell.group, value, row_of)
                found.add(cell, counts[value])
            examples = list(merge(examples, strings, key=row_of)) if examples and strings else examples or strings
        self._first_examples(TEXT.group, examples, row_of)
        return found

    def _add_alike_counted(
        self, values: Sequence[str], counts: Mapping[str, int], row_of: Callable[[str], int], found: "Counted"
    ) -> bool:
        joined = "\n".join(values) + "\n"
        if max(map(len, values)) > INT_CHARS or len(values) < joined.count("\n"):
            return False
        alike = classify_all(values, joined)
        for group, texts, numbers, first, last in alike:
            times = list(map(counts.__getitem__, texts))
            if first and last:
                moments = self._moments(group)
                moments.add(first, 1)
                moments.add(last, sum(times) - 1)
                found.moments[group, group.formats[0]] = list(zip(map(int, numbers), times, strict=True))
            else:
                account = self._numbers(group)
                if sum(times) <= 4 * len(times):
                    account.add_all(list(chain.from_iterable(map(repeat, numbers, times))), sketched=False)
                else:
                    for number, often in zip(numbers, times, strict=True):
                        account.add(number, often)
                found.numbers[group] = list(zip(numbers, times, strict=True))
            self._first_examples(group, texts, row_of)
        if alike:
            lengths = list(map(len, values))
            chars = sum(map(mul, lengths, map(counts.__getitem__, values)))
            self._measure(min(lengths), max(lengths), chars)
            self._find_decimals(alike, joined)
        return bool(alike)

    def _find_decimals(self, alike: Sequence[Alike], joined: str) -> None:
        if alike[-1].group.kind is Kind.FLOAT:
            while re.search(rf"\.[0-9]{{{self.decimals + 1}}}", joined):
                self.decimals += 1

    def _count(self, value: str, times: int) -> Cell:
        text = value.strip()
        cell = classify(text, self._delimiter) if self._suspect(text) else TEXT
        self._measure(len(value), len(value), len(value) * times)
        if cell.number is not None:
            self._numbers(cell.group).add(cell.number, times)
            self.decimals = max(self.decimals, decimals(text, cell.kind))
        elif cell.readings:
            self._moments(cell.group).add(cell, times)
        elif cell.kind is Kind.STRING:
            self.texts += times
            self._add_texts((value,))
        elif cell.kind in _BARE:
            self.bare[cell.kind] += times
            self._add_texts((value,))
        else:
            self.bools[text.lower()] += times
        return cell

    def _add_texts(self, texts: Sequence[str]) -> None:
        self.text.ascii = self.text.ascii and "".join(texts).isascii()
        low, high = min(texts), max(texts)
        if self.text.smallest is None or low < self.text.smallest:
            self.text.smallest = low
        if self.text.largest is None or high > self.text.largest:
            self.text.largest = high

    def add_all(self, present: Sequence[str], cells: Sequence[str], row: int) -> None:
        """The column's cells in consecutive rows from `row` on, and those of them that are not missing."""
        if not self._add_alike(cells, present, row):
            self._add_mixed(cells, present, row)

    def _add_mixed(self, cells: Sequence[str], present: Sequence[str], row: int) -> None:
        """Tells the cells that may be more than text from the rest, and looks at each of those."""
        odd = list(filter(self._suspect, present))
        if len(odd) < len(present):
            special = set(odd)
            texts = [cell for cell in present if cell not in special] if odd else present
            lengths = list(map(len, texts))
            self._measure(min(lengths), max(lengths), sum(lengths))
            self.texts += len(texts)
            self._add_texts(texts)
            if not odd or self._add_alike(cells, odd, row):
                self._add_examples(TEXT.group, texts, cells, row)
                return
        found = {value: self._count(value, times) for value, times in Counter(odd).items()}
        group_of = {value: cell.group for value, cell in found.items()}
        for group in dict.fromkeys((*group_of.values(), TEXT.group)):
            if self._wants_examples(group):
                alike = [value for value in present if group_of.get(value, TEXT.group) == group]
                self._add_examples(group, alike, cells, row)
        for group in dict.fromkeys(group_of.values()):  # a sketch wants them in the order of the rows
            if group in self.numbers:
                same = {v: c.number for v, c in found.items() if c.group == group and c.number is not None}
                self.numbers[group].sketch.add_all(as_double(same[cell]) for cell in odd if cell in same)
            elif group in self.moments:
                for index, date_format in enumerate(group.formats):
                    when = {v: as_number(c.readings[index].iso) for v, c in found.items() if c.group == group}
                    self.moments[group].sketch(date_format).add_all(when[cell] for cell in odd if cell in when)

    def _add_alike(self, cells: Sequence[str], present: Sequence[str], row: int) -> bool:
        """The fast way, where all can be classified at once; False, and nothing counted, if not."""
        joined = "\n".join(present) + "\n"
        lengths = set(map(len, present))
        if max(lengths) > INT_CHARS or len(present) < joined.count("\n"):
            return False
        alike = classify_all(present, joined)
        for group, texts, numbers, first, last in alike:
            if first and last:
                moments = self._moments(group)
                moments.add(first, 1)
                moments.add(last, len(texts) - 1)
                moments.sketch(group.formats[0]).add_all(numbers)
            else:
                self._numbers(group).add_all(numbers)
            self._add_examples(group, texts, cells, row)
        if alike:
            self._measure(min(lengths), max(lengths), len(joined) - len(present))
            self._find_decimals(alike, joined)
        return bool(alike)

    def _measure(self, shortest: int, longest: int, chars: int) -> None:
        text = self.text
        text.chars += chars
        if text.shortest is None or shortest < text.shortest:
            text.shortest = shortest
        if longest > text.longest:
            text.longest = longest

    def _wants_examples(self, group: Group) -> bool:
        return len(self.examples.get(group, ())) < EXAMPLES

    def _add_examples(self, group: Group, values: Sequence[str], cells: Sequence[str], row: int) -> None:
        if self._wants_examples(group):
            self._first_examples(group, dict.fromkeys(values), lambda value: row + cells.index(value))

    def _first_examples(self, group: Group, values: Iterable[str], row_of: Callable[[str], int]) -> None:
        for value in values:
            self._example(group, value, row_of)
            if not self._wants_examples(group):
                return

    def _example(self, group: Group, value: str, row_of: Callable[[str], int]) -> None:
        examples = self.examples.setdefault(group, {})
        if len(examples) < EXAMPLES:
            text = shortened(value)
            if text not in examples:
                examples[text] = row_of(value)


def shortened(value: str) -> str:
    return value if len(value) <= EXAMPLE_CHARS else value[: EXAMPLE_CHARS - 1] + "…"
