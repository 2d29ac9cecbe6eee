"""Broken input ends where it is broken: the order is rejected with its place, and every good one is kept."""

import gzip
import json
import tracemalloc
from itertools import repeat
from typing import Any

import pytest

from orders.limits import Limits
from tests.unit.orders.outputs import lines, order, run, run_chunks

A, B, C = (order(order_id=name) for name in "ABC")
a, b, c = (json.dumps(entry) for entry in (A, B, C))
KEPT = ["A", "B"]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (f"[{a},{b}]", "array"),
        (f" [ {a} \n,\n {b} ] \n", "array"),
        (lines(A, B), "lines"),
        (f"{a}\r\n\r\n{b}", "lines"),
        (json.dumps([A, B], indent=2), "array"),
        (f"{json.dumps(A, indent=2)}\n{json.dumps(B, indent=2)}", "lines"),
        (f"{a}{b}", "lines"),
        (f"[{a}]\n[{b}]\n", "mixed"),
        ("\ufeff" + lines(A, B), "lines"),
    ],
)
def test_every_form_is_read(content: str, form: str) -> None:
    out = run(content)
    assert (out.ids, out.manifest["source"]["form"], out.manifest["status"]) == (KEPT, form, "success")


def test_one_object_is_one_order() -> None:
    out = run(a)
    assert (out.ids, out.manifest["source"]["form"]) == (["A"], "object")


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),  # with a mark
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 7, 1 << 18])
def test_encodings_are_found(encoding: str, found: str, chunk: int) -> None:
    content = json.dumps([A | {"note": "é 🍸 ⅔"}, B], ensure_ascii=False).encode(encoding)
    out = run(content, chunk)
    assert (out.ids, out.table("orders")[0]["note"]) == (KEPT, "é 🍸 ⅔")
    assert out.manifest["source"]["encoding"] == found


DEEP = "[" * 10_000 + "]" * 10_000
BROKEN = {
    "a comma too many": (b.replace("{", "{,", 1), "not-json"),
    "a missing value": ('{"order_id":, "x": 1}', "not-json"),
    "not closed": (b[:-1], "not-json"),
    "a text that is not closed": (b.replace('"paid"', '"paid'), "not-json"),
    "a list that is not closed": (b.replace("]", "", 1), "not-json"),
    "NaN": (b.replace("4.9", "NaN"), "not-a-number"),
    "Infinity": (b.replace("4.9", "-Infinity"), "not-a-number"),
    "an exponent past all bounds": (b.replace("4.9", "1e99999999999999999999"), "not-a-number"),
    "an amount of 5,000 digits": (b.replace("4.9", "9" * 5_000), "not-a-number"),
    "a number past 64 bits": (b.replace('"quantity": 2', '"quantity": 18446744073709551616'), "invalid"),
    "an exponent": (b.replace("4.9", "1e400"), "invalid"),
    "a field twice": (b.replace('"status"', '"total": 1, "status"'), "duplicate-key"),
    "nested 10,000 deep": (b.replace("4.9", f'4.9, "x": {DEEP}'), "too-deep"),
    "nested 10,000 deep, not closed": (b.replace("4.9", f'4.9, "x": {DEEP[:10_000]}'), "too-deep"),
    "nested 150 deep": (b.replace("4.9", f'4.9, "x": {"[" * 150 + "]" * 150}'), "too-deep"),
    "a word": ('"order"', "not-an-object"),
    "a number": ("12", "not-an-object"),
    "nothing": ("null", "not-an-object"),
    "no JSON at all": ("order B: two kettles", "not-json"),
    "a control character": (b.replace("paid", "pa\x01id"), "not-json"),
    "half a character": (b.replace("paid", "\\ud800"), "invalid"),
    "another version": (b.replace('"schema_version": 1', '"schema_version": 2'), "unknown-version"),
}


@pytest.mark.parametrize(("text", "code"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("form", ["lines", "array", "compact"])
def test_what_is_broken_is_rejected_and_its_neighbours_are_kept(text: str, code: str, form: str) -> None:
    content = {
        "lines": f"{a}\n{text}\n{c}\n",
        "array": f"[\n  {a},\n  {text},\n  {c}\n]",
        "compact": f"[{a},{text},{c}]",
    }
    whole = run(content[form])
    assert whole.ids == ["A", "C"]
    assert whole.rejected == [(1, code)]
    [entry] = whole.lines("rejected")
    assert entry["line"] == {"lines": 2, "array": 3, "compact": 1}[form]
    assert entry["reason"]
    assert entry["cut"] or entry["text"].startswith(text) or code == "not-json"
    assert whole.manifest["status"] == "success"
    for chunk in (1, 37) if len(content[form]) < 5_000 else (4_099,):
        assert run(content[form], chunk).files == whole.files


@pytest.mark.parametrize(
    ("content", "code", "ids", "rejected"),
    [
        ("", "empty", [], []),
        (" \n\t ", "empty", [], []),
        ("order_id,total\n1,2\n", "not-json", [], []),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not-json", [], []),
        ("<orders/>", "not-json", [], []),
        (f"[{a},{b}", "truncated", ["A", "B"], []),
        (f"[{a},{b},", "truncated", ["A", "B"], []),
        (f"[{a},{b},{c[:60]}", "truncated", ["A", "B"], [(2, "truncated")]),
        (f"{a}\n{b}\n{c[:-1]}", "truncated", ["A", "B"], [(2, "truncated")]),
        (f"{a}\n{b}\n{c[:30]}", "truncated", ["A", "B"], [(2, "truncated")]),
        (gzip.compress(lines(A, B).encode())[:-12], "truncated-gzip", ["A"], []),
        (gzip.compress(b"[" + b" " * 100_000_000), "gzip-too-large", [], []),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_keeps_what_came_before(
    content: bytes | str, code: str, ids: list[str], rejected: list[tuple[int, str]]
) -> None:
    out = run(content)
    assert out.manifest["status"] == "error"
    assert out.manifest["error"]["code"] == code
    assert out.ids[: len(ids)] == ids
    if not code.endswith("gzip"):
        assert out.rejected == rejected
    if len(content) < 5_000:
        assert run(content, 1).files == out.files


def test_gzip_in_members_and_padding_is_read() -> None:
    content = gzip.compress(lines(A).encode()) + gzip.compress(lines(B).encode()) + bytes(512)
    for chunk in (1, 100, 1 << 18):
        out = run(content, chunk)
        assert (out.ids, out.manifest["status"], out.manifest["source"]["compression"]) == (KEPT, "success", "gzip")


def test_damaged_gzip_is_said_to_be_damaged() -> None:
    content = bytearray(gzip.compress(lines(*[A | {"order_id": str(i)} for i in range(2_000)]).encode()))
    content[len(content) // 2] ^= 0xFF
    out = run(bytes(content))
    assert out.manifest["error"]["code"] in ("damaged-gzip", "truncated-gzip")
    assert out.manifest["counts"]["orders"] > 0


SMALL = Limits(order_chars=2_000, raw_chars=500)


@pytest.mark.parametrize("chunk", [1, 333, 1 << 18])
@pytest.mark.parametrize("closed", [True, False])
def test_an_order_that_is_too_long_is_passed_over(chunk: int, closed: bool) -> None:
    long = b.replace("paid", "x" * 5_000)
    out = run(lines(A, long if closed else long[:-2], C), chunk, SMALL)
    assert (out.ids, out.rejected) == (["A", "C"], [(1, "too-large")])
    [entry] = out.lines("rejected")
    assert (entry["text"], entry["cut"]) == (long[:500], True)


@pytest.mark.parametrize("chunk", [1, 50, 999, 1 << 18])
def test_a_mistake_after_the_longest_order_does_not_matter(chunk: int) -> None:
    long = b.replace("paid", "x" * 5_000)[:-1] + ",}"
    out = run(lines(A, long, C), chunk, SMALL)
    assert (out.ids, out.rejected) == (["A", "C"], [(1, "too-large")])


def test_a_string_of_200_mb_takes_no_memory() -> None:
    def chunks() -> Any:
        yield f"[{a},".encode() + b'{"order_id": "'
        yield from repeat(b"x" * (1 << 18), 800)
        yield f'"}},{c}]'.encode()

    tracemalloc.start()
    out = run_chunks(chunks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (out.ids, out.rejected) == (["A", "C"], [(1, "too-large")])
    assert peak < 24_000_000


def test_bytes_of_no_encoding_reject_only_their_order() -> None:
    content = lines(A, B, C).encode().replace(b'"B"', b'"B\xff\xfe"')
    out = run(content)
    assert (out.ids, out.rejected) == (["A", "C"], [(1, "invalid")])
    assert "\ufffd" in out.lines("rejected")[0]["text"]


def test_missing_commas_and_brackets_too_many_lose_no_order() -> None:
    out = run(f"[{a} {b}}},{c}]")
    assert out.ids == ["A", "B", "C"]
    assert out.rejected == [(2, "not-json")]


def test_a_file_of_something_else_is_not_read_to_its_end() -> None:
    few = Limits(rejected=1_000)
    out = run(a + "\n" + "hello world\n" * 5_000, limits=few)
    assert out.manifest["error"]["code"] == "not-orders"
    assert out.ids == ["A"]
    assert 1_000 <= len(out.rejected) < 2_000
    assert run(a + "\n" + "hello world\n" * 5_000, 777, few).files == out.files


def test_a_file_with_some_right_orders_is_read_to_its_end() -> None:
    content = "".join(lines(order(order_id=n)) + "hello world\n" * 8 for n in range(200))
    out = run(content, limits=Limits(rejected=1_000))
    assert (out.manifest["status"], len(out.ids), len(out.rejected)) == ("success", 200, 1_600)
