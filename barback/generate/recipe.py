"""What all generators share: a recipe goes in, bytes come out as a stream, and the truth about them with each piece.

The same recipe gives the same bytes on every machine and every version of Python: chance comes from `Chance`, which
stands on nothing but the one sequence that Python promises never to change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Recipe:
    """So many records, or as many as fill `size` bytes; `mess` of them, from 0 to 1, are broken."""

    count: int | None = None
    size: int | None = None
    seed: int = 1
    mess: float = 0.0
    # The kinds of mess to choose from; all of them, if none is named.
    kinds: tuple[str, ...] = ()
    form: str = ""

    def enough(self, records: int, written: int) -> bool:
        if self.size is not None:
            return written >= self.size
        return records >= (self.count or 0)


@dataclass(frozen=True)
class Broken:
    """A record that was broken on purpose, and what is to become of it."""

    index: int
    kind: str
    outcome: str


@dataclass(frozen=True)
class Piece:
    """Some of the output, with what was broken in it."""

    data: bytes
    records: int = 0
    broken: Sequence[Broken] = ()


class Generator(Protocol):
    """One kind of data."""

    # What a flow calls it, and the ending of a file of it, for each form; the first form is the default.
    name: str
    forms: Mapping[str, str]
    # The kinds of mess: what each does to a record.
    kinds: Mapping[str, str]

    def pieces(self, recipe: Recipe, truth: dict[str, Any]) -> Iterator[Piece]:
        """The output, piece by piece. At the end, `truth` holds what is to be found in it."""
        ...


class Chance:
    """Random choices that are the same everywhere."""

    def __init__(self, seed: object) -> None:
        random = Random(str(seed))  # noqa: S311  data, not secrets
        self.share, self.bits = random.random, random.getrandbits

    def below(self, n: int) -> int:
        return int(self.share() * n)

    def one_of(self, values: Sequence[T]) -> T:
        return values[int(self.share() * len(values))]


def mixed(number: int, salt: int = 0) -> int:
    """A number's own 64 scrambled bits: the same number always gets the same."""
    number = (number + salt * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF
    number = ((number ^ number >> 30) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    number = ((number ^ number >> 27) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return number ^ number >> 31
