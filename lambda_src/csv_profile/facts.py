"""What is known of a column at its end: all that its summary is made from, however it was found out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from csv_profile.cells import Group, Kind, Number
from csv_profile.document import Direction

Weighted = tuple[Number, int]  # a number, and how many cells it stands for


@dataclass(frozen=True)
class NumberFacts:
    """The numbers of one group. `weighted` has each of them where the column is exact, else what a sketch kept."""

    whole: bool
    count: int
    zeros: int
    negatives: int
    low: Number
    high: Number
    total: Fraction
    spread: Fraction  # the sum of squared distances from the mean
    weighted: Sequence[Weighted]


@dataclass(frozen=True)
class MomentFacts:
    """Dates, or dates with times, that can be read in the same formats."""

    count: int
    range: Mapping[str, tuple[str, str]]  # format → first and last, in ISO form
    times: Mapping[str, int]  # format of the time → cells
    weighted: Mapping[str, Sequence[Weighted]]  # format → moments as whole numbers, YYYYMMDDhhmmss


@dataclass
class TextFacts:
    """Of all cells that are not missing; smallest and largest, of those that are text."""

    chars: int = 0
    shortest: int | None = None
    longest: int = 0
    ascii: bool = True
    smallest: str | None = None
    largest: str | None = None


@dataclass(frozen=True)
class ColumnFacts:
    missing: Mapping[str, int]  # by spelling
    counts: Mapping[Kind, int]  # of the cells that are not missing
    bools: Mapping[str, int]  # by spelling, in lower case
    moments: Mapping[Group, MomentFacts]
    numbers: Mapping[Group, NumberFacts]
    examples: Mapping[Group, Mapping[str, int]]  # the first values of each group, and the rows they stand in
    text: TextFacts
    decimals: int  # the most digits after a decimal point or comma
    values: Sequence[tuple[str, int]]  # those that are not missing, in order of appearance: all, or the first ones
    exact: bool  # whether `values` are all, and so everything here is exact
    others: Sequence[tuple[str, int]]  # the commonest of the other values, with counts that may be too low
    others_error: int  # by so much; and a value that is in neither did not come more often than that
    distinct: int
    distinct_error: float  # standard deviation, as a share of it
    order: Direction | None
    revived: Mapping[str, int] = field(default_factory=dict)  # spellings of missing values that are values here

    @property
    def present(self) -> int:
        return sum(self.counts.values())
