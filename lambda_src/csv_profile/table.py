"""The table in the text: header, rows brought to one width, and what was wrong with which of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from csv_profile import kernel
from csv_profile.accounts import BLANK, Accounts
from csv_profile.column import Budget
from csv_profile.dialect import Dialect
from csv_profile.escapes import NOWHERE, Escapes, cut
from csv_profile.header import joined
from csv_profile.options import Options
from csv_profile.patterns import MOST_COLUMNS
from csv_profile.rows import Plain, Row, Rows, Splitter
from csv_profile.source import Fatal
from csv_profile.text import FIRST, Text

if TYPE_CHECKING:
    from csv_profile.native import NativeAccounts

    AnyAccounts = Accounts | NativeAccounts

_NAME_CHARS = 255


@dataclass
class Places:
    """How often something happened, and on which lines first."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        self.count += 1
        if len(self.lines) < FIRST:
            self.lines.append(line)


@dataclass(frozen=True)
class Label:
    """A column's place in the header."""

    name: str  # unique in the file
    text: str  # as it stands there
    blank: bool
    duplicate: bool


def begin(width: int, dialect: Dialect, options: Options, header: Sequence[list[str]] = ()) -> "AnyAccounts":
    """Kept by the kernel where there is one, else by the reference. Neither takes rows that are lines of the header."""
    budget = Budget.share(width)
    sure = all(map(str.isascii, options.nulls)) and not dialect.spaced
    library = kernel.load() if sure else None
    if library is None:
        return Accounts(width, dialect.delimiter, options.nulls, budget)
    from csv_profile.native import NativeAccounts

    return NativeAccounts(library, width, dialect.delimiter, dialect.quote, options.nulls, budget, header)


class Table:
    def __init__(self, dialect: Dialect, options: Options) -> None:
        self.blank = Places()
        self.comments = Places()
        self.headers = Places()  # rows that are the header again
        self.malformed = Places()
        self.troubles: dict[str, Places] = {}
        self.labels: list[Label] = []
        self.accounts: AnyAccounts | None = None  # once the header has shown how many columns there are
        self._options = options
        self._dialect = dialect
        self._cut = NOWHERE if dialect.uncut else cut(dialect.delimiter)
        self._splitter = Splitter(self._cut, dialect.quote, dialect.spaced, options)
        self._header: list[list[str]] = []  # the lines that are left out where they come again
        self._header_text: list[str] = []
        self._escapes: Escapes | None = None
        if dialect.escapes or cut(dialect.delimiter) != dialect.delimiter:
            self._escapes = Escapes(dialect.delimiter, dialect.quote, dialect.escapes)
        self._before = dialect.preamble  # lines

    @property
    def rows(self) -> int:
        return self.accounts.rows if self.accounts else 0

    def feed(self, text: str, final: bool = False) -> None:
        if self._escapes:
            text = self._escapes.hide(text, final)
        self._splitter.feed(text, final)
        if self._before:
            self._splitter.skip(self._before)
            self._before = 0
        accounts = self.accounts or self._begin(final)
        if accounts:
            take = None if isinstance(accounts, Accounts) or self._dialect.escapes else accounts.take
            for piece in self._splitter.rows(take):
                self._take(piece, accounts)

    def stop(self) -> None:
        """The file cannot be read to its end: the rows that have ended count."""
        self._splitter.hurry()
        self.feed("")

    def feed_bytes(self, content: bytes, end: int, text: Text) -> bool:
        """Whole lines of a file, not decoded: False if they have to be, for which `text` is then the way."""
        accounts = self.accounts
        if accounts is None or isinstance(accounts, Accounts) or self._escapes or not self._splitter.idle:
            return False
        found = accounts.look(content, end)
        if found is None:
            return False
        text.count(*found)
        taken, lines = accounts.take_bytes(content, end, self._splitter.longest_quoted)
        self._splitter.passed(lines)
        if taken < end:
            self.feed(content[taken:end].decode())
        return True

    def _begin(self, final: bool) -> "AnyAccounts | None":
        """Past the header; None if that takes more text."""
        while len(self._header) < self._dialect.header:
            header = self._splitter.row()
            if header is None and not final:
                return None
            if header is None:
                break
            self._header.append(self._shown(header.cells))
            self._note(header.kinds, header.line)
        labels = joined(self._header) if len(self._header) > 1 else [cell for row in self._header for cell in row]
        if self._dialect.row_names:
            labels = ["", *labels]
        self._label(labels)
        width = len(self.labels)
        self._know_header(width)
        self.accounts = begin(width, self._dialect, self._options, self._header)
        return self.accounts

    def _know_header(self, width: int) -> None:
        """Of a header that says enough to be told from a row: as cells, and as it stands in text without quotes."""
        self._header = [row for row in self._header if len(row) == width and sum(map(bool, map(str.strip, row))) > 1]
        for row in self._header:
            text = self._cut.join(row)
            if not self._dialect.escapes and self._dialect.quote not in text and "\n" not in text:
                self._header_text.append(f"{text}\n")

    def _label(self, cells: list[str]) -> None:
        width = max(self._dialect.width, len(cells))
        if width > MOST_COLUMNS:
            raise Fatal(
                "source-error",
                f"the table has more than {MOST_COLUMNS:,} columns, and no more are profiled. "
                "Check the delimiter and the line ends of the file",
            )
        taken: set[str] = set()
        texts: set[str] = set()
        for index in range(width):
            text = cells[index].strip() if index < len(cells) else ""
            base = name = text[:_NAME_CHARS] or f"column_{index + 1}"
            number = 1
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            self.labels.append(Label(name, text[:_NAME_CHARS], self._is_blank(index, text), text in texts))
            taken.add(name)
            if text:
                texts.add(text)

    def _is_blank(self, index: int, text: str) -> bool:
        return not text and self._dialect.header > 0 and not (self._dialect.row_names and index == 0)

    def _take(self, piece: Plain | Rows | Row, accounts: "AnyAccounts") -> None:
        if isinstance(piece, Row):
            self._fit(self._shown(piece.cells), piece.line, piece.kinds, accounts)
        elif isinstance(piece, Rows):
            self._fit_all(piece.rows, piece.line_of, accounts)
        else:
            text, line = piece
            while text and isinstance(accounts, Accounts) and not self._dialect.escapes:
                again = self._find_header(text)
                taken = accounts.take(text[:again]) if again else 0
                line += text.count("\n", 0, taken)
                text = text[taken:]
                if taken < again:
                    break
                if text:
                    self.headers.add(line)
                    line += 1
                    text = text[text.index("\n") + 1 :]
            if text:
                self._fit_all(self._splitter.cut(text), line.__add__, accounts)

    def _find_header(self, text: str) -> int:
        """Where it comes again, at the beginning of a line; the text's end if it does not."""
        found = len(text)
        for header in self._header_text:
            if text.startswith(header):
                return 0
            at = text.find("\n" + header, 0, found) + 1
            found = at or found
        return found

    def _fit_all(self, rows: Sequence[list[str]], line_of: Callable[[int], int], accounts: "AnyAccounts") -> None:
        if self._escapes:
            rows = list(map(self._escapes.show, rows))
        width = len(self.labels)
        again = any(map(rows.__contains__, self._header))
        if width > 1 and not again and set(map(len, rows)) == {width} and all(map(str.strip, map(itemgetter(0), rows))):
            accounts.add_rows(rows)
            return
        for index, row in enumerate(rows):
            if again and row in self._header:
                self.headers.add(line_of(index))
            elif len(row) == width > 1 and row[0].strip():
                accounts.add_row(row)
            else:
                self._fit(row, line_of(index), set(), accounts)

    def _fit(self, row: list[str], line: int, kinds: set[str], accounts: "AnyAccounts") -> None:
        """A short row is filled up with missing cells; what a long one has too much is only counted."""
        width = len(self.labels)
        if not any(cell.strip(BLANK) for cell in row):
            self.blank.add(line)
            return
        if self._dialect.comments and len(row) != width and row[0].lstrip().startswith("#"):
            self.comments.add(line)
            return
        if row in self._header:
            self.headers.add(line)
            return
        if len(row) < width:
            kinds.add("missing-cell")
            row = row + [""] * (width - len(row))
        elif len(row) > width:
            kinds.add("extra-cell")
            row = row[:width]
        if kinds:
            self._note(kinds, line)
        accounts.add_row(row)

    def _note(self, kinds: set[str], line: int) -> None:
        if kinds:
            self.malformed.add(line)
        for kind in kinds:
            self.troubles.setdefault(kind, Places()).add(line)

    def _shown(self, cells: list[str]) -> list[str]:
        return self._escapes.show(cells) if self._escapes else cells
