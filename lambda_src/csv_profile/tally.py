"""The running account of a column: every kind of cell counted at once, so that its type can be chosen at the end.

Cells arrive one distinct value at a time with a count (`add`), or as a block of rows (`add_all`), and both ways
lead to the same account. The second has a fast way for blocks that are all numbers, all ISO dates or all text.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from csv_profile.cells import (
    BOOL,
    FLOAT,
    INT,
    INT_CHARS,
    LETTERS,
    NUMBERS,
    STRING,
    TEXT,
    WHOLE,
    Cell,
    classify,
    moment_kind,
    null_suspects,
    suspects,
)
from csv_profile.numeric import Numbers, as_double

EXAMPLES = 5
EXAMPLE_CHARS = 100

_INFINITY = float("inf")
_SIGNS_AND_DIGITS = {ord(c): None for c in "0123456789+-\n"}
_DIGITS_ALIKE = {ord(c): "9" for c in "0123456789"}
# The shapes whose text sorts like time and which `fromisoformat` reads exactly as `classify` does.
_ISO = {
    f"9999-99-99{time}": time_format
    for time, time_format in [("", "")]
    + [
        (f"{sep}99:99:99{fraction}{zone}", f"{sep}%H:%M:%S{'.%f' if fraction else ''}{'%z' if zone else ''}")
        for sep in "T "
        for fraction in ("", ".999", ".999999")
        for zone in ("", "Z")
    ]
}


class Moments:
    """Dates, or dates with times, that can be read in the same formats."""

    def __init__(self) -> None:
        self.count = 0
        self.range: dict[str, tuple[str, str]] = {}
        self.times: Counter[str] = Counter()

    def add(self, cell: Cell, times: int) -> None:
        self.count += times
        self.times[cell.time] += times
        for date_format, iso in cell.readings:
            self._extend(date_format, iso, iso)

    def add_all(self, count: int, time: str, low: str, high: str) -> None:
        self.count += count
        self.times[time] += count
        self._extend("%Y-%m-%d", low, high)

    def _extend(self, date_format: str, low: str, high: str) -> None:
        known = self.range.get(date_format, (low, high))
        self.range[date_format] = (min(known[0], low), max(known[1], high))


class Tally:
    def __init__(self, nulls: frozenset[str], delimiter: str, sketch_size: int) -> None:
        self.missing = 0
        self.texts = 0
        self.bools: Counter[str] = Counter()  # by spelling, in lower case
        self.numbers: dict[str, Numbers] = {}
        self.moments: dict[str, Moments] = {}
        self.examples: dict[str, dict[str, int]] = {}  # kind → the first values of it, and the rows they stand in
        self.chars = 0
        self.shortest: int | None = None
        self.longest = 0
        self._sketch_size = sketch_size
        self._nulls = nulls
        self._null_spellings = {form for null in nulls for form in (null, null.upper(), null.title())}
        self._suspect = suspects(nulls)
        self._null_suspect = null_suspects(nulls)
        self._delimiter = delimiter

    def counts(self) -> dict[str, int]:
        """How many cells there are of each kind."""
        counts = {kind: self.numbers[kind].count if kind in self.numbers else 0 for kind in NUMBERS}
        counts |= {kind: sum(self.bools[letter] for letter in letters) for kind, letters in LETTERS.items()}
        counts |= {BOOL: sum(self.bools.values()) - sum(counts[kind] for kind in LETTERS), STRING: self.texts}
        return counts | {kind: moments.count for kind, moments in self.moments.items()}

    def _numbers(self, kind: str) -> Numbers:
        if kind not in self.numbers:
            self.numbers[kind] = Numbers(kind in WHOLE, self._sketch_size)
        return self.numbers[kind]

    def is_null(self, value: str) -> bool:
        return len(value) <= INT_CHARS and value.strip().lower() in self._nulls

    def without_nulls(self, cells: Sequence[str]) -> Sequence[str]:
        if not any(map(self._null_suspect, cells)):
            return cells
        return [cell for cell in cells if not self.is_null(cell)]

    def add(self, value: str, times: int, row_of: Callable[[str], int]) -> Cell | None:
        """One value that stands in `times` rows. Returns what it was; None for a missing one."""
        cell = self._count(value, times)
        if cell and self._wants_examples(cell.kind):
            self._example(cell.kind, value, row_of(value))
        return cell

    def _count(self, value: str, times: int) -> Cell | None:
        text = value.strip()
        if self.is_null(value):
            self.missing += times
            return None
        self._measure(len(value), len(value), len(value) * times)
        cell = classify(text, self._delimiter) if self._suspect(text) else TEXT
        if cell.number is not None:
            self._numbers(cell.kind).add(cell.number, times)
        elif cell.readings:
            self.moments.setdefault(cell.kind, Moments()).add(cell, times)
        elif cell.kind == STRING:
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
                self._add_examples(STRING, texts, cells, row)
                return
        found = {value: self._count(value, times) for value, times in Counter(odd).items()}
        kind_of = {value: cell.kind if cell else None for value, cell in found.items()}
        for kind in dict.fromkeys((*kind_of.values(), STRING)):
            if kind and self._wants_examples(kind):
                alike = [value for value in present if kind_of.get(value, STRING) == kind]
                self._add_examples(kind, alike, cells, row)
        for kind, numbers in self.numbers.items():  # a sketch wants them in the order of the rows
            same = {value: cell.number or 0 for value, cell in found.items() if cell and cell.kind == kind}
            if same:
                numbers.sketch.add_all(as_double(same[cell]) for cell in odd if cell in same)

    def _add_alike(self, cells: Sequence[str], present: Sequence[str], row: int) -> bool:
        """The fast way, where all are numbers or all are ISO dates; False, and nothing counted, if not."""
        joined = "\n".join(present)
        lengths = set(map(len, present))
        if max(lengths) > INT_CHARS:
            return False
        left = joined.translate(_SIGNS_AND_DIGITS)
        if (not left.strip(".eE") and self._add_numbers(cells, present, left, row)) or (
            len(lengths) == 1 and self._add_iso(cells, present, joined, row)
        ):
            self._measure(min(lengths), max(lengths), len(joined) - len(present) + 1)
            return True
        return False

    def _add_numbers(self, cells: Sequence[str], present: Sequence[str], left: str, row: int) -> bool:
        """All of them numbers, of plain characters: no space, no underscore, no "nan" that float() would take."""
        fractions: Sequence[str] = ()
        if left:
            if "e" in left or "E" in left:
                fractions = [c for c in present if "." in c or "e" in c or "E" in c]
            else:
                fractions = present if len(left) == len(present) else [c for c in present if "." in c]
            if len(fractions) == len(present):
                wholes: Sequence[str] = ()
            else:
                wholes = [c for c in present if "." not in c and "e" not in c and "E" not in c]
        else:
            wholes = present
        try:
            floats = list(map(float, fractions))
            ints = list(map(int, wholes))
        except ValueError:
            return False
        if floats and (max(floats) == _INFINITY or min(floats) == -_INFINITY):
            return False
        for kind, values, texts in ((INT, ints, wholes), (FLOAT, floats, fractions)):
            if values:
                self._numbers(kind).add_all(values)
                self._add_examples(kind, texts, cells, row)
        return True

    def _add_iso(self, cells: Sequence[str], present: Sequence[str], joined: str, row: int) -> bool:
        """All of them dates or times of one ISO shape."""
        shape = present[0].translate(_DIGITS_ALIKE)
        if shape not in _ISO or not joined.isascii():
            return False
        if (joined.translate(_DIGITS_ALIKE) + "\n").count(shape + "\n") != len(present):
            return False
        try:
            for _ in map(datetime.fromisoformat, present):
                pass
        except ValueError:
            return False
        low, high = min(present), max(present)
        kind = moment_kind(["%Y-%m-%d"], len(shape) > 10)
        moments = self.moments.setdefault(kind, Moments())
        moments.add_all(len(present), _ISO[shape], _iso(low), _iso(high))
        self._add_examples(kind, present, cells, row)
        return True

    def _measure(self, shortest: int, longest: int, chars: int) -> None:
        self.chars += chars
        if self.shortest is None or shortest < self.shortest:
            self.shortest = shortest
        if longest > self.longest:
            self.longest = longest

    def _wants_examples(self, kind: str) -> bool:
        return len(self.examples.get(kind, ())) < EXAMPLES

    def _add_examples(self, kind: str, values: Sequence[str], cells: Sequence[str], row: int) -> None:
        if self._wants_examples(kind):
            for value in dict.fromkeys(values):
                self._example(kind, value, row + cells.index(value))
                if not self._wants_examples(kind):
                    return

    def _example(self, kind: str, value: str, row: int) -> None:
        examples = self.examples.setdefault(kind, {})
        if len(examples) < EXAMPLES:
            examples.setdefault(shortened(value), row)


def shortened(value: str) -> str:
    return value if len(value) <= EXAMPLE_CHARS else value[: EXAMPLE_CHARS - 1] + "…"


def _iso(text: str) -> str:
    """An ISO moment as `classify` writes it: a T in the middle, no zeros at a fraction's end, no Z."""
    text = text.replace(" ", "T").rstrip("Z")
    return text.rstrip("0").rstrip(".") if "." in text else text
