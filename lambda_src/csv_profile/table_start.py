"""Where the table begins in a file's sample: past titles, notes, facts about the file, comments and blanks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from csv_profile.header import names_typed_columns
from csv_profile.options import Options

_PREAMBLE = 50  # rows, beside comments and blanks
_FACT = 2  # cells: what it is called, and what it is
_WIDE = 5  # columns of a table above which a padded fact is told from a row


@dataclass(frozen=True)
class Line:
    """A row of the sample, and the line it begins on."""

    line: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        return not any(map(str.strip, self.cells))

    @property
    def filled(self) -> int:
        """How many cells come before the rest, which is empty."""
        return next((i for i in range(len(self.cells), 0, -1) if self.cells[i - 1].strip()), 0)

    @property
    def title(self) -> bool:
        return len(self.cells) >= 3 and self.filled == 1

    @property
    def comment(self) -> bool:
        return self.cells[0].lstrip().startswith("#")


def widths(rows: Sequence[Line]) -> Counter[int]:
    """How many rows have how many cells. Comments count only if they are as wide as other rows are."""
    found = Counter(len(row.cells) for row in rows if not row.blank)
    others = Counter(len(row.cells) for row in rows if not row.blank and not row.comment)
    if others.total() < 2 or others.total() == found.total():
        return found
    width = most_common(others)
    comments = found - others
    return others if width > 1 and comments[width] * 2 < comments.total() else found


def most_common(widths: Counter[int]) -> int:
    return max(widths, key=lambda width: (widths[width], width), default=1)


def table_start(rows: Sequence[Line], width: int, delimiter: str, options: Options) -> int:
    """The index of the table's first row."""
    if width == 1:
        return 0
    seen = 0
    used = max((row.filled for row in rows if len(row.cells) == width), default=width)
    for index, row in enumerate(rows):
        below = rows[index + 1 :]
        if not (row.blank or (below and _is_note(row, below, width, used, delimiter, options))):
            return index
        seen += not (row.blank or row.comment)
        if seen > _PREAMBLE:
            break
    return 0


def _is_note(row: Line, below: Sequence[Line], width: int, used: int, delimiter: str, options: Options) -> bool:
    cells = len(row.cells)
    if cells == 1:
        return True
    if cells < width and cells != used:  # rows may end in spare delimiters, and the header not
        if cells * 2 <= width or row.comment:
            return True
        # "from;2024" above a blank line above the table
        before = next((i for i, r in enumerate(below) if len(r.cells) >= width and not r.blank), 0)
        if any(r.blank for r in below[:before]):
            return True
    elif row.title and _follows_a_title(below):
        return True
    # What may be a row is none if the table's header comes later.
    noted = row.comment or (cells < width and cells != used) or (width >= _WIDE and row.filled <= _FACT)
    if not noted or cells > width:
        return False
    table = [r.cells for r in below if len(r.cells) >= used and not r.blank and not r.comment and r.filled > _FACT]
    return len(table) > 1 and all(map(str.strip, table[0][:used])) and names_typed_columns(table, delimiter, options)


def _follows_a_title(below: Sequence[Line]) -> bool:
    """A title padded with delimiters to the table's width, as spreadsheets write it, stands above a full row."""
    following = next((row for row in below if not row.blank and not row.title), None)
    return following is not None and all(map(str.strip, following.cells[1:]))


def has_comments(table: Sequence[Line], width: int) -> bool:
    """Rows that begin with # and are not of the table's width, in a table with no first cells that do."""
    if width == 1:
        return False
    comments = [row for row in table if row.comment]
    return bool(comments) and not any(len(row.cells) == width for row in comments)
