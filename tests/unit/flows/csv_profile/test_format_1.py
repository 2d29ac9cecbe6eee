"""Profiles in the former format, which stay in buckets, are shown, compared and exported as before."""

import json
from pathlib import Path
from typing import Any

import pytest

from barback.flows.csv_profile.exports import EXPORTS, export
from barback.flows.csv_profile.report import report
from barback.flows.csv_profile.view import render
from csv_profile.drift import drift
from csv_profile.profile import profile_stream

OLD: dict[str, Any] = json.loads((Path(__file__).parent / "format-1.json").read_text())


def test_it_is_shown() -> None:
    shown = render(OLD, width=100, columns=[], most=9)
    assert "12 rows · 5 columns" in shown
    assert "2024-01-12" in report(OLD)


@pytest.mark.parametrize("kind", EXPORTS)
def test_it_is_exported(kind: str) -> None:
    assert "when" in export(OLD, kind, "old.csv")


def test_a_profile_of_today_is_not_compared_with_it() -> None:
    now: Any = profile_stream([b"id,name\n1,x\n2,y\n"]).document
    assert drift(OLD, now) is None
    assert drift(OLD, OLD) is not None
