"""What holds for any bytes at all, and for clean files what Python's own csv and statistics say of them."""

import csv
import io
import json
import math
import statistics
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from csv_profile.accounts import BLANK
from csv_profile.options import Options
from csv_profile.profile import profile_stream

MANY = settings(max_examples=150)

_WORDS = st.sampled_from(["a", "1", "22", "3.5", "-7", "1e5", "nan", "NA", "true", "2020-01-02", "01/02/2020", "x y"])
_ODDS = st.sampled_from(
    ["\0", "é", '"a,b"', '"a\nb"', " ", '5" pipe', "1_0", "٣", "1,5", "'", "\\", "\\\\", "#", "1,234", "'it''s'"]
)
_MARKS = st.sampled_from([",", ",", ";", "\t", "|", "^", '"', '""', '\\"', "\n", "\n", "\r\n", "\r"])
_SCRAPS = st.one_of(_WORDS, _ODDS, _MARKS, _MARKS)
_MESSY = st.lists(_SCRAPS, max_size=120).map("".join)
_BYTES = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda text, encoding: text.encode(encoding, "replace"), _MESSY, st.sampled_from(["utf-8", "cp1252", "utf-16"])
    ),
)


@MANY
@given(_BYTES)
@example(b"\x1f\x8b\x08")
@example(b"\xff\xfe")
@example(b'"')
def test_any_bytes_end_in_a_profile_or_a_clean_error(content: bytes) -> None:
    profile = profile_stream([content])
    document = json.loads(profile.to_json(), parse_constant=_refuse)
    assert document["status"] in ("success", "error")
    assert (document["error"] is None) == (document["status"] == "success")
    rows = document["file"]["rows"]
    for column in document["columns"]:
        assert sum(column["counts"].values()) == column["count"] == rows - column["missing"]["count"]


def _refuse(constant: str) -> Any:
    raise AssertionError(f"{constant} in JSON")


@MANY
@given(_BYTES, st.data())
def test_splitting_the_stream_changes_nothing(content: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=6)))
    pieces = [content[i:j] for i, j in zip([0, *cuts], [*cuts, len(content)], strict=True)]
    assert profile_stream(pieces).to_json() == profile_stream([content]).to_json()


@MANY
@given(_BYTES, st.integers(1, 50))
def test_the_size_of_blocks_changes_nothing(content: bytes, size: int) -> None:
    assert profile_stream([content], options=Options(block_bytes=size)).to_json() == profile_stream([content]).to_json()


_CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\t"'), max_size=8)


@MANY
@given(
    st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=1, max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_a_csv_writer_wrote_is_read_back(
    rows: list[tuple[str, ...]], delimiter: str, end: str, encoding: str
) -> None:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("one", "two", "three"), *rows])
    options = Options(delimiter=delimiter, quote='"', header=True, nulls=frozenset())
    document = profile_stream([target.getvalue().encode(encoding)], options=options).document
    rows = [row for row in rows if any(cell.strip(BLANK) for cell in row)]
    assert document["file"]["rows"] == len(rows)
    assert document["file"]["malformed_rows"] == 0
    for index, column in enumerate(document["columns"]):
        cells = [row[index] for row in rows]
        assert {top["value"] for top in column["top_values"]} <= set(cells)
        assert column["distinct"] == {"count": len(set(cells)), "estimated": False, "error": 0.0}


_FLOATS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e150, max_value=1e150)


@MANY
@given(st.lists(st.tuples(st.integers(), _FLOATS), min_size=2, max_size=200))
def test_numbers_are_exact(pairs: list[tuple[int, float]]) -> None:
    text = "whole,real\n" + "".join(f"{whole},{real!r}\n" for whole, real in pairs)
    whole, real = (
        c["numeric"] for c in profile_stream([text.encode()], options=Options(header=True)).document["columns"]
    )
    wholes, reals = [p[0] for p in pairs], [p[1] for p in pairs]
    assert (whole["min"], whole["max"], whole["sum"]) == (min(wholes), max(wholes), sum(wholes))
    assert whole["mean"] == sum(wholes) / len(wholes) or math.isclose(whole["mean"], statistics.fmean(wholes))
    assert (real["min"], real["max"], real["sum"]) == (min(reals), max(reals), math.fsum(reals))
    assert math.isclose(real["std"], statistics.stdev(reals), rel_tol=1e-9, abs_tol=1e-150)
    assert math.isclose(real["quantiles"]["p50"], statistics.median(reals), rel_tol=1e-12, abs_tol=1e-300)
    assert real["zeros"] == reals.count(0.0)
    assert real["negatives"] == sum(value < 0 for value in reals)


def test_numbers_are_exact_past_the_point_where_values_are_kept() -> None:
    reals = [math.sin(i) * 10 ** (i % 17) for i in range(40_000)]
    text = "n,real\n" + "".join(f"{i},{real!r}\n" for i, real in enumerate(reals))
    whole, real = profile_stream([text.encode()]).document["columns"]
    assert real["distinct"]["estimated"]
    assert math.isclose(real["distinct"]["count"], len(set(reals)), rel_tol=0.06)
    assert real["numeric"]["sum"] == math.fsum(reals)
    assert real["numeric"]["std"] == statistics.stdev(reals)
    assert whole["numeric"]["sum"] == sum(range(40_000))
    assert "unique" in whole["alerts"]
    for name, share in (("p05", 0.05), ("p25", 0.25), ("p50", 0.5), ("p95", 0.95)):
        assert abs(whole["numeric"]["quantiles"][name] - share * 40_000) < 0.005 * 40_000
    small = profile_stream([text.encode()], options=Options(block_bytes=7_001))
    assert small.to_json() == profile_stream([text.encode()]).to_json()


def test_a_sentinel_beside_numbers_past_the_doubles() -> None:
    content = f"n,x\n-999,1\n1.5,1\n2,1\n{'9' * 400},1\n"
    assert profile_stream([content.encode()]).document["columns"][0]["numeric"]
