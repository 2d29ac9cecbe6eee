"""A person's rules: what they may be, what is wrong in them and where, and whether a file keeps them."""

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from csv_profile.expectations import Broken, Unproven, check, with_rules
from csv_profile.profile import profile_stream
from csv_profile.rulebook import WrongRules, in_package, parsed
from csv_profile.rules import Unreadable, rules_from

UPLOADED = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDERS = """id,day,country,amount,pieces,note
1,2026-02-26,DE,10.50,1,
2,2026-02-27,DE,20.00,2,gift
3,2026-02-28,FR,oops,3,
4,2026-02-28,XX,-5.25,4,to be rung up
"""


def found(rules: str, content: str = ORDERS) -> list[Broken | Unproven]:
    document = profile_stream([content.encode()]).document
    return list(check(document, rules_from(yaml.safe_load(rules)), UPLOADED))


def messages(rules: str, content: str = ORDERS) -> list[str]:
    return [one.message for one in found(rules, content)]


@pytest.mark.parametrize(
    "rules",
    [
        "{}",
        "rows: {min: 4, max: 4}",
        "columns: {id: {type: int, unique: true, missing: 0, min: 1, max: 4}}",
        "columns: {id: {type: float}, day: {type: datetime}, country: {type: string}, pieces: {type: string}}",
        "columns: {amount: {type: float, invalid: 1, min: -5.25}}",
        "columns: {amount: {type: float, invalid: 25 %}, note: {missing: 50 %}}",
        "columns: {country: {values: [DE, FR, XX, IT], length: {min: 2, max: 2}}}",
        "columns: {day: {min: 2026-02-26, max: 2026-02-28, fresh: 12 hours}}",
        "columns: {town: {required: false, type: int}, note:}",
        "other_columns: refused\ncolumns: {id:, day:, country:, amount:, pieces:, note:}",
    ],
)
def test_a_rule_that_is_kept_says_nothing(rules: str) -> None:
    assert found(rules) == []


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("rows: {min: 5}", "the file has 4 rows, at least 5 are expected"),
        ("rows: {max: 3}", "the file has 4 rows, at most 3 are expected"),
        ("other_columns: refused\ncolumns: {id:, day:, country:, amount:}", "columns that no rule names: pieces, note"),
        ("columns: {Amount: {type: float}}", "there is no column Amount; there is amount"),
        ("columns: {town:}", "there is no column town"),
        ("columns: {country: {type: int}}", "country is string, not int"),
        ("columns: {day: {type: int}}", "day is date, not int"),
        ("columns: {amount: {type: int}}", "amount is float, not int"),
        ("columns: {amount: {type: float}}", "amount has 1 of 4 cells no float, first in row 3; at most 0 may be"),
        ("columns: {amount: {invalid: 20 %}}", "amount has 1 of 4 cells no float, first in row 3; at most 20 % may be"),
        ("columns: {note: {missing: 1}}", "note has 2 of 4 cells missing; at most 1 may be"),
        ("columns: {country: {unique: true}}", "country is not unique: 1 of 4 cells repeat another"),
        (
            "columns: {amount: {min: 0}}",
            "amount goes too far: the smallest is -5.25, at least 0 is allowed",
        ),
        (
            "columns: {day: {max: 2026-02-27}}",
            "day goes too far: the largest is 2026-02-28, at most 2026-02-27 is allowed",
        ),
        (
            "columns: {country: {values: [DE, FR]}}",
            "country has values that are not allowed: “XX” (1 times)",
        ),
        ("columns: {country: {length: {min: 3}}}", "country has a value of 2 characters, at least 3 are expected"),
        (
            "columns: {day: {fresh: 11 hours}}",
            "day ends 2026-02-28; the file came on 2026-03-01 12:00 UTC, more than 11 hours later",
        ),
    ],
)
def test_a_rule_that_is_broken_says_what_and_where(rules: str, message: str) -> None:
    assert messages(rules) == [message]
    assert all(isinstance(one, Broken) for one in found(rules))


def test_what_cannot_be_proven_is_no_breach() -> None:
    many = "id,mail\n" + "".join(f"{i},u{i}@example.org\n" for i in range(200))
    unproven = found("columns: {mail: {values: [a@example.org]}, id: {min: 2026-01-01}}", many)
    assert [(type(one), one.rule) for one in unproven] == [
        (Unproven, "columns.mail.values"),
        (Unproven, "columns.id.min"),
    ]


def test_severity_decides_between_an_issue_and_an_error() -> None:
    document = profile_stream([ORDERS.encode()]).document
    mild = rules_from({"severity": "issue", "rows": {"min": 9}, "columns": {"town": {}, "x": {"severity": "error"}}})
    result = with_rules(document, mild, "here", UPLOADED)
    assert (result["status"], result["error"]["code"]) == ("error", "constraint-error")
    assert result["error"]["message"] == "a rule is broken (here): there is no column x"
    assert [issue["kind"] for issue in result["quality"]["issues"]][-3:] == ["rows", "required", "required"]
    only = with_rules(document, rules_from({"severity": "issue", "rows": {"min": 9}}), "here", UPLOADED)
    assert (only["status"], only["error"], only["quality"]["has_issues"]) == ("success", None, True)


def test_a_file_that_was_not_read_whole_is_not_held_against_rules() -> None:
    document = profile_stream([b"%PDF-1.4"]).document
    assert with_rules(document, rules_from({"rows": {"min": 9}}), "here", UPLOADED) == document


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"rows: {min: -1}", "line 1: rows.min is not a whole number"),
        (b"rows: 5", "line 1: rows does not hold names with values"),
        (b"- a\n- b", "line 1: the file does not hold names with values"),
        (b"", "line 1: the file does not hold names with values"),
        (b"\ncolumns:\n  a: {}\n  b: {typ: int}", "line 4: columns.b.typ is not one of type, required"),
        (b"columns:\n  a:\n    type: integer", "line 3: columns.a.type is not one of int, float"),
        (b"columns:\n  no: {}", "line 1: columns has the name False, which YAML does not read as text; quote it"),
        (b"columns:\n  a: {missing: 120 %}", "line 2: columns.a.missing is neither a number of cells"),
        (b"columns:\n  a: {values: [yes, no]}", "line 2: columns.a.values holds what YAML does not read as text"),
        (b"columns:\n  a: {min: low}", "line 2: columns.a.min is neither a number nor a date"),
        (b"columns:\n  a: {fresh: tomorrow}", "line 2: columns.a.fresh is not an age"),
        (b"columns:\n  a: {type: int}\n  a: {type: float}", "line 2: columns.a is there twice"),
        (b"severity: warning", "line 1: severity is not one of error, issue"),
        (b"columns: {a: [", "line 1: "),
        (b"a: !!python/object/apply:os.system [x]", "line 1: "),
        (b"\xff\xfe", "it is not UTF-8"),
        (b"columns: {a: {min: 2026-02-31}}", "it is no YAML"),
        (b"[" * 5000, "it is no YAML"),
        (b"x" * (1 << 21), "more than 1 MiB"),
    ],
)
def test_a_mistake_in_the_rules_is_named_with_its_line(content: bytes, message: str) -> None:
    with pytest.raises(WrongRules) as caught:
        parsed(content)
    assert message in str(caught.value)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(Unreadable) as caught:
        rules_from({"rows": {"min": "x"}, "columns": {"a": {"unique": 1, "missing": "all"}}})
    assert [path for path, _ in caught.value.mistakes] == [
        ("columns", "a", "missing"),
        ("columns", "a", "unique"),
        ("rows", "min"),
    ]


def test_json_is_read_as_well() -> None:
    stated: dict[str, Any] = {"columns": {"id": {"type": "int", "unique": True}}}
    assert parsed(b'{"columns": {"id": {"type": "int", "unique": true}}}') == rules_from(stated)


def test_a_package_without_rules_has_none() -> None:
    assert in_package() == {}
