"""No input takes for ever: patterns that do not go back, text that is not read again, a bound on the CPU for each MB.

Nothing here asserts a time. Where there is no work to count, two times of one run are compared.
"""

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import csv_profile
from csv_profile import cells, rows
from csv_profile.escapes import Escapes
from csv_profile.options import DEFAULTS, NULLS, Options
from csv_profile.profile import profile_stream
from csv_profile.rows import Splitter
from tests.unit.csv_profile.native.compare import reference

# What patterns may be made to run over again: repeated, between something before it and something after it.
_REPEATED = (" ", "0", "a", ",", '"', "'", "\\", "]", "[", "{", "-", ".", "0,000", "1 ", '",', ',"', '""', "-->", "] ")
_REPEATED += ("\t", "\n ", "\\\\", '\\"', "e", ":", "0.", "jan ", "{ ", '"a":', "x,", "Ä", "\0", "\udc80\n", "12:")
_BEFORE = ("", "[", "{", '"', "<!--", "-", "1", "jan", "sep=;", '["', ',"', "a", '{"a"')
_AFTER = ("", "x", "\n", '"', "]x")
_SHORT, _FACTOR = 1_000, 8
# Of one pattern over a text 8 times as long. Linear is 8, quadratic is 64.
_MOST_GROWTH = 24
_NOTHING = 500e-6  # seconds that are too short to be compared


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.iter_modules(csv_profile.__path__):
        found = vars(importlib.import_module(f"csv_profile.{module.name}"))
        for name, pattern in found.items():
            if isinstance(pattern, re.Pattern):
                yield f"{module.name}.{name}", pattern
    splitter = Splitter(",", '"', True, DEFAULTS)
    for holder in (splitter, Escapes(",", '"', True)):
        for name, pattern in vars(holder).items():
            if isinstance(pattern, re.Pattern):
                yield f"{type(holder).__name__}.{name}", pattern
    yield "cells.suspects", cells.suspects(NULLS).__self__  # type: ignore[attr-defined]


# Those that are looked for in a text, not at a place in it.
_SEARCHED = {
    "dialect._TIME_OR_PAGE",
    "escapes._HIDDEN",
    "header._DIGITS",
    "kinds._WORDLESS",
    "text._ESCAPED",
    "text._REPLACED",
    "text._ESCAPED_LINE",
    "text._REPLACED_LINE",
    "text._NUL_LINE",
    "Splitter._irregular",
    "Escapes._found",
}


@pytest.mark.parametrize(("name", "pattern"), list(patterns()), ids=[name for name, _ in patterns()])
def test_a_pattern_takes_as_long_as_its_text(name: str, pattern: re.Pattern[str]) -> None:
    use: Callable[[str], object] = pattern.search if name in _SEARCHED else pattern.fullmatch
    also: Callable[[str], object] = pattern.match
    for repeated in _REPEATED:
        for before in _BEFORE:
            for after in _AFTER:
                short, long = (before + repeated * (n // len(repeated)) + after for n in (_SHORT, _SHORT * _FACTOR))
                for method in (use, also):
                    if seconds(method, pattern, long) > _NOTHING:
                        # Again, as something else may have run: the fastest of some is what it takes.
                        slow = min(seconds(method, pattern, long) for _ in range(5))
                        fast = min(seconds(method, pattern, short) for _ in range(5))
                        assert slow < _NOTHING or slow < _MOST_GROWTH * fast, (before, repeated, after)


def seconds(method: Callable[[str], object], pattern: re.Pattern[str], text: str) -> float:
    given = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
    started = time.thread_time()
    method(given)  # type: ignore[arg-type]
    return time.thread_time() - started


_ENDLESS = ("x", "x,", '"a', 'a"b,', '"a",', ',"', "'x',", "\\,")


@pytest.mark.parametrize("scrap", _ENDLESS)
@pytest.mark.parametrize("header", [True, False])
def test_no_text_is_read_again_and_again(scrap: str, header: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the blocks that a row comes in: what is read in all is a small multiple of it."""
    read = 0
    plain = Splitter._text

    def counted(self: Splitter) -> str:
        nonlocal read
        text = plain(self)
        read += len(text)
        return text

    content = ("" if header else "a,b\n" * 20_000) + scrap * (400_000 // len(scrap))
    options = Options(block_bytes=4_000, header=header, delimiter=",", quote='"')
    chunks = [content.encode()]
    monkeypatch.setattr(rows.Splitter, "_text", counted)
    profile_stream(chunks, options=options)
    assert len(content) <= read < 6 * len(content)


def test_a_header_without_an_end_is_given_up() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x," * (1 << 19)

    profile = profile_stream(endless())
    assert profile.status == "error"
    assert "longer than" in (profile.error_message or "")
    assert profile.document["error"] is not None
    assert profile.document["error"]["bytes_read"] < 40 << 20


def test_cells_past_the_most_columns_are_not_kept_apart() -> None:
    content = (
        b"a,b\n"
        + b"1,2\n" * 20_000
        + b"x," * 500_000
        + b'\n"q",'
        + b'"y",' * 700_000
        + b'\n5",'
        + b'z,"",' * 500_000
        + b"\n"
    )
    file = profile_stream([content]).document["file"]
    assert (file["rows"], file["malformed_rows"]) == (20_003, 3)
    splitter = Splitter(",", '"', False, DEFAULTS)
    splitter.feed(content.decode(), final=True)
    widths = [len(row) for piece in splitter.rows() for row in rows_of(piece, splitter)]
    assert max(widths) <= rows.MOST_COLUMNS + 1


def rows_of(piece: rows.Plain | rows.Rows | rows.Row, splitter: Splitter) -> list[list[str]]:
    if isinstance(piece, rows.Plain):
        return splitter.cut(piece.text)
    return [piece.cells] if isinstance(piece, rows.Row) else list(piece.rows)


# The bound that docs/csv-profile.md states is 10 times an ordinary file of as many bytes, and of 4,096 for each column.
# The rest is for the noise of short runs.
_BOUND = 12
_COLUMN = 4096
_SIZE = 200_000


def ordinary(size: int) -> bytes:
    """Values that mostly differ: what an export of orders looks like."""
    roll = Random(1)
    lines = ["id,day,price,name,mail,quantity\n"]
    length = 0
    while length < size:
        bits = roll.getrandbits(60)
        day = f"2024-{bits % 12 + 1:02}-{bits % 27 + 1:02}"
        lines.append(f"{len(lines)},{day},{bits % 99991 / 100},name {bits:x},u{bits}@example.com,{bits % 999}\n")
        length += len(lines[-1])
    return "".join(lines).encode()


def cpu(content: bytes) -> tuple[float, int]:
    """Seconds, and for how many bytes they may be."""
    started = time.thread_time()
    profile = profile_stream([content])
    profile.to_json()
    return time.thread_time() - started, len(content) + _COLUMN * profile.document["file"]["columns"]


_SCRAP = st.one_of(
    st.sampled_from(["\n", "\n", ",", ",", '"', '""', " ", "\0", "\r", "'", "\\", "#", ";", "\t", "é", "\u2028"]),
    st.sampled_from(["1", "-", "x", "5", "1.5", "1e9", "2024-01-05", "1/2/24", "5 Jan 2024", "y", "NA", "1,234", "$5"]),
    st.sampled_from(["{}", "{}", "{}.5", "x{}", "{}x", "0{}", "jan {}", "2024-01-{}", "{}/1/2024", " {} ", '"{}"']),
)
_PATTERNED = st.tuples(
    st.sampled_from(["a,b\n", "a\n", "", "a;b;c\n1;2;3\n", '"', "a,b\n1,2\n"]),
    st.lists(_SCRAP, min_size=1, max_size=6).map("".join),
    st.sampled_from(["utf-8", "utf-8", "cp1252", "utf-16"]),
)
# Found by hand to be the worst there are.
_WORST = (
    ",",
    '"',
    "\n",
    " \n",
    ',"\n',
    '5" pipe,2\n',
    '"x"y,1\n',
    '"x,1\n',
    "1\n",
    "1,\0\n",
    "é",
    "\\",
    "#\n",
    ",,\n",
    '"a',
    " " * 900 + "{}x,1\n",
    "0" * 960 + "{}x,1\n",
    "{}" + "9" * 900 + "\n",
    "'a',",
    "{}/1/2024 10:30,\n",
    "1,2,3\r",
)


def patterned(before: str, scrap: str, encoding: str, size: int) -> bytes:
    count = size // len(scrap.replace("{}", "12345")) + 1
    text = "".join(map(scrap.replace, ["{}"] * count, map(str, range(count)))) if "{}" in scrap else scrap * count
    return (before + text).encode(encoding, "replace")


def is_bounded(content: bytes) -> bool:
    """The fastest of some runs each, in turn, as other programs may run at the same time.

    The ordinary file is read by the reference: Python reads what is odd, with or without the kernel.
    """
    usual = ordinary(_SIZE)
    ours = theirs = float("inf")
    for _ in range(3):
        seconds, size = cpu(content)
        with reference():
            usually, usual_size = cpu(usual)
        ours, theirs = min(ours, seconds / size), min(theirs, usually / usual_size)
        if ours <= _BOUND * theirs:
            return True
    return False


@pytest.mark.parametrize("scrap", _WORST)
def test_the_worst_takes_no_more_than_a_multiple_of_an_ordinary_file(scrap: str) -> None:
    assert is_bounded(patterned("a,b\n1,2\n", scrap, "utf-8", _SIZE))


@settings(max_examples=15, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(_PATTERNED)
def test_nothing_takes_more_than_a_multiple_of_an_ordinary_file(made: tuple[str, str, str]) -> None:
    assert is_bounded(patterned(*made, _SIZE))
