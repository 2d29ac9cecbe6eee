"""The running account of a column: every kind of cell counted at once, so that its type can be chosen at the end.

Cells arrive one distinct value at a time with a count (`add`), or as a block of rows (`add_all`), and both ways
lead to the same account. The second has a fast way for blocks that are all numbers, all ISO dates or all text.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from csv_profile.cells import (
    INT_CHARS,
    LETTERS,
    TEXT,
    WHOLE,
    Cell,
    Group,
    Kind,
    classify,
    classify_all,
    folded,
    null_suspects,
    suspects,
)
from csv_profile.facts import MomentFacts
from csv_profile.numeric import Numbers, as_double

EXAMPLES = 5
EXAMPLE_CHARS = 100


class Moments:
    def __init__(self) -> None:
        self.count = 0
        self.range: dict[str, tuple[str, str]] = {}
        self.times: Counter[str] = Counter()

    def add(self, cell: Cell, times: int) -> None:
        self.count += times
        self.times[cell.time] += times
        for date_format, iso in cell.readings:
            low, high = self.range.get(date_format, (iso, iso))
            self.range[date_format] = (min(low, iso), max(high, iso))

    def facts(self) -> MomentFacts:
        return MomentFacts(self.count, self.range, self.times)


class Tally:
    def __init__(self, nulls: frozenset[str], delimiter: str, sketch_size: int) -> None:
        self.missing = 0
        self.texts = 0
        self.bools: Counter[str] = Counter()  # by spelling, in lower case
        self.numbers: dict[Group, Numbers] = {}
        self.moments: dict[Group, Moments] = {}
        self.examples: dict[Group, dict[str, int]] = {}  # the first values of each group, and the rows they stand in
        self.chars = 0
        self.shortest: int | None = None
        self.longest = 0
        self._sketch_size = sketch_size
        self._nulls = nulls
        self._null_spellings = {
            form for null in nulls for form in (null, null.upper(), null.title()) if folded(form) in nulls
        }
        self._suspect = suspects(nulls)
        self._null_suspect = null_suspects(nulls)
        self._delimiter = delimiter

    def counts(self) -> dict[Kind, int]:
        """How many cells there are of each kind."""
        counts = dict.fromkeys(Kind, 0)
        for group, account in (*self.numbers.items(), *self.moments.items()):
            counts[group.kind] += account.count
        for kind, letters in LETTERS.items():
            counts[kind] = sum(self.bools[letter] for letter in letters)
        counts[Kind.BOOL] = self.bools.total() - sum(counts[kind] for kind in LETTERS)
        counts[Kind.STRING] = self.texts
        return counts

    def _numbers(self, group: Group) -> Numbers:
        if group not in self.numbers:
            self.numbers[group] = Numbers(group.kind in WHOLE, self._sketch_size)
        return self.numbers[group]

    def is_null(self, value: str) -> bool:
        return len(value) <= INT_CHARS and folded(value) in self._nulls

    def without_nulls(self, cells: Sequence[str]) -> Sequence[str]:
        if not any(map(self._null_suspect, cells)):
            return cells
        return [cell for cell in cells if not self.is_null(cell)]

    def add(self, value: str, times: int, row_of: Callable[[str], int]) -> Cell | None:
        """One value that stands in `times` rows. Returns what it was; None for a missing one."""
        cell = self._count(value, times)
        if cell and self._wants_examples(cell.group):
            self._example(cell.group, value, row_of(value))
        return cell

    def _count(self, value: str, times: int) -> Cell | None:
        text = value.strip()
        if text.lower() in self._nulls and len(value) <= INT_CHARS:
            self.missing += times
            return None
        self._measure(len(value), len(value), len(value) * times)
        cell = classify(text, self._delimiter) if self._suspect(text) else TEXT
        if cell.number is not None:
            self._numbers(cell.group).add(cell.number, times)
        elif cell.readings:
            self.moments.setdefault(cell.group, Moments()).add(cell, times)
        elif cell.kind is Kind.STRING:
            self.texts += times
        else:
            self.bools[text.lower()] += times
        return cell

    def add_all(self, cells: Sequence[str], row: int) -> None:
        """The column's cells in consecutive rows from `row` on."""
        present = cells
        if not self._null_spellings.isdisjoint(cells):
            present = [cell for cell in cells if cell not in self._null_spellings]
            self.missing += len(cells) - len(present)
        if present and not self._add_alike(cells, present, row):
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
            if not odd or self._add_alike(cells, odd, row):
                self._add_examples(TEXT.group, texts, cells, row)
                return
        found = {value: self._count(value, times) for value, times in Counter(odd).items()}
        group_of = {value: cell.group if cell else None for value, cell in found.items()}
        for group in dict.fromkeys((*group_of.values(), TEXT.group)):
            if group and self._wants_examples(group):
                alike = [value for value in present if group_of.get(value, TEXT.group) == group]
                self._add_examples(group, alike, cells, row)
        for group, numbers in self.numbers.items():  # a sketch wants them in the order of the rows
            same = {v: c.number for v, c in found.items() if c and c.group == group and c.number is not None}
            if same:
                numbers.sketch.add_all(as_double(same[cell]) for cell in odd if cell in same)

    def _add_alike(self, cells: Sequence[str], present: Sequence[str], row: int) -> bool:
        """The fast way, where all can be classified at once; False, and nothing counted, if not."""
        joined = "\n".join(present) + "\n"
        lengths = set(map(len, present))
        if max(lengths) > INT_CHARS or len(present) < joined.count("\n"):
            return False
        alike = classify_all(present, joined)
        for group, texts, numbers, first, last in alike:
            if numbers:
                self._numbers(group).add_all(numbers)
            elif first and last:
                moments = self.moments.setdefault(group, Moments())
                moments.add(first, 1)
                moments.add(last, len(texts) - 1)
            self._add_examples(group, texts, cells, row)
        if alike:
            self._measure(min(lengths), max(lengths), len(joined) - len(present))
        return bool(alike)

    def _measure(self, shortest: int, longest: int, chars: int) -> None:
        self.chars += chars
        if self.shortest is None or shortest < self.shortest:
            self.shortest = shortest
        if longest > self.longest:
            self.longest = longest

    def _wants_examples(self, group: Group) -> bool:
        return len(self.examples.get(group, ())) < EXAMPLES

    def _add_examples(self, group: Group, values: Sequence[str], cells: Sequence[str], row: int) -> None:
        if self._wants_examples(group):
            for value in dict.fromkeys(values):
                self._example(group, value, row + cells.index(value))
                if not self._wants_examples(group):
                    return

    def _example(self, group: Group, value: str, row: int) -> None:
        examples = self.examples.setdefault(group, {})
        if len(examples) < EXAMPLES:
            examples.setdefault(shortened(value), row)


def shortened(value: str) -> str:
    return value if len(value) <= EXAMPLE_CHARS else value[: EXAMPLE_CHARS - 1] + "…"
