"""The pages of profiles: the list, one profile, two versions compared, a file dropped; with hostile names and cells."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from common.aws import client as aws_client
from common.items import typed
from common.objects import stamp
from csv_profile.item import item
from csv_profile.profile import About, profile_stream
from csv_profile.store import profile_key
from dashboard.client import Client
from dashboard.views.overview import DAYS, last_days
from dashboard.views.profile import PAGE, fitting
from tests.unit.api.conftest import NAMES, store_profile
from tests.unit.dashboard.conftest import open_page, samples

HOSTILE_NAME = "uploads/<script>alert(1)</script> \u202e **x** $y$ :red[z].csv"
HOSTILE = b"id,<img src=x onerror=alert(1)>\n" + b"".join(b"%d,<b>v</b>\x1b[31m\n" % (n % 3) for n in range(30))


def profiled(key: str, content: bytes) -> None:
    """What the flow leaves behind of a file."""
    etag = hashlib.md5(content).hexdigest()
    document = profile_stream([content], about=About(key=key, size=len(content), etag=etag)).document
    place = profile_key(key)
    body = profile_stream([content], about=About(key=key, size=len(content), etag=etag)).to_json()
    aws_client("s3").put_object(Bucket=NAMES.bucket("processed"), Key=place, Body=body)
    where = f"s3://{NAMES.bucket('processed')}/{place}"
    facts = {"file_name": key, "etag": etag, "size": len(content), "profile": where, "drift": None}
    facts["processed_timestamp"] = stamp(datetime.now(UTC))
    aws_client("dynamodb").put_item(TableName=NAMES.table("file_metadata"), Item=typed(item(document, where, **facts)))


def test_the_list_shows_what_was_found_and_leads_to_the_profile(api: Client) -> None:
    profiled("uploads/listed & more.csv", b"a,b\n1,x\n2,\n3,y,z\n")
    page = open_page("profiles")
    assert "href='profile?file=uploads%2Flisted+%26+more.csv'" in page.html
    assert "missing-values, extra-cell" in page.html


def test_pages_of_the_list_follow_each_other(api: Client) -> None:
    for n in range(60):
        store_profile(f"uploads/many-{n}.csv", processed_timestamp=f"2026-01-01T00:00:{n:02}.000Z")
    page = open_page("profiles")
    page.test.text_input[0].set_value("many")
    page.run()
    assert "many-59" in page.html
    assert "many-34" not in page.html
    page.click("Next")
    assert "many-34" in page.html
    assert "many-59" not in page.html
    page.click("Next")
    assert "many-0" in page.html
    assert [button.disabled for button in page.test.button] == [False, True]
    page.click("Previous")
    assert "many-34" in page.html
    page.test.text_input[0].set_value("many-1")  # another list begins at its first page
    page.run()
    assert "many-19" in page.html
    page.test.text_input[0].set_value("nobody")
    page.run()
    assert "No file fits" in page.html


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_every_sample_has_its_page(api: Client, path: Any) -> None:
    profiled(f"uploads/{path.name}", path.read_bytes())
    page = open_page("profile", file=f"uploads/{path.name}")
    assert path.name in page.html
    assert "Raw JSON" in page.html
    assert "The API" not in page.html


def test_a_profile_shows_the_same_pieces_as_the_page_in_one_file(api: Client) -> None:
    content = b"a,b\n" + b"".join(b"%d,%s\n" % (n, b"xy"[n % 2 : n % 2 + 1]) for n in range(50)) + b"oops,x\n"
    profiled("uploads/pieces.csv", content)
    page = open_page("profile", file="uploads/pieces.csv")
    for piece in ("id=quality>Issues", "type-error", "oops", "in row 51", "Histogram from 0 to 49",
                  "Most common values", "How the file was read", "rows of that width"):  # fmt: skip
        assert piece in page.html, piece
    page.test.toggle[0].set_value(True)
    page.run()
    assert '"profile_format"' in page.test.json[0].value


def test_500_columns_come_in_pages_and_can_be_searched(api: Client) -> None:
    names = ",".join(f"column_{n}" for n in range(500))
    row = ",".join(str(n) for n in range(500))
    profiled("uploads/wide.csv", f"{names}\n{row}\n{row}\n".encode())
    page = open_page("profile", file="uploads/wide.csv")
    assert page.html.count("<details") == PAGE
    assert "column_24<" in page.html
    assert "column_25<" not in page.html
    page.test.text_input[0].set_value("column_49")
    page.run()
    assert "11 of 500 columns" in page.html
    assert page.html.count("<details") == 11


def test_columns_are_found_by_words_and_by_what_is_wrong() -> None:
    columns = [
        {"name": "Unit price", "type": "float", "alerts": []},
        {"name": "price", "type": "int", "alerts": ["missing"]},
        {"name": "id", "type": "int", "alerts": ["unique"]},
    ]
    assert [c["name"] for c in fitting(columns, "PRICE float", False)] == ["Unit price"]
    assert [c["name"] for c in fitting(columns, "", True)] == ["price"]


def test_hostile_names_and_cells_are_text_on_every_page(api: Client) -> None:
    profiled(HOSTILE_NAME, HOSTILE)
    profiled(HOSTILE_NAME, HOSTILE + b"9,<i>\n")
    for page in (
        open_page("profiles"),
        open_page("profile", file=HOSTILE_NAME),
        open_page("compare", file=HOSTILE_NAME),
    ):
        for markup in ("<script", "<img", "<b>v", "\u202e", "\x1b"):
            assert markup not in page.html, markup
        assert "&lt;script&gt;" in page.html
        assert not [element for element in page.test.markdown if "alert" in element.value]


def test_two_versions_are_compared(api: Client) -> None:
    key = "uploads/versions.csv"
    profiled(key, b"id,kind,old\n" + b"".join(b"%d,a,1\n" % n for n in range(100)))
    page = open_page("compare", file=key)
    assert "There is only one version" in page.html
    profiled(key, b"id,kind,new\n" + b"".join(b"%d.5,%s,z\n" % (n, b"a" if n % 2 else b"") for n in range(100)))
    api._kept.clear()
    page.run()
    for said in ("old</bdi></th><td>removed", "new</bdi></th><td>added", "50.0 %", "missing cells", "float", "changed"):
        assert said in page.html, said
    before = page.test.selectbox[0]
    before.set_value(0)
    page.run()
    assert "These are the same version" in page.html


def test_versions_that_cannot_be_compared_say_why(api: Client) -> None:
    profiled("uploads/broke.csv", b"a,b\n1,2\n")
    profiled("uploads/broke.csv", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "cannot be compared" in open_page("compare", file="uploads/broke.csv").html


def test_a_file_that_is_not_there(api: Client) -> None:
    for name in ("profile", "compare"):
        assert "Not found" in open_page(name, file="uploads/nobody.csv").html


def test_a_dropped_file_is_uploaded_once_and_shows_its_profile(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    upload = api.upload
    monkeypatch.setattr(api, "upload", lambda key, content: sent.append(key) or upload(key, content))
    content = b"a,b\n1,2\n3,4\n"
    page = open_page("upload")
    page.test.file_uploader[0].set_value([("dropped.csv", content, "text/csv")])
    page.run()
    assert sent == ["uploads/dropped.csv"]
    stored = aws_client("s3").get_object(Bucket=NAMES.bucket("raw"), Key="uploads/dropped.csv")["Body"].read()
    assert stored == content
    assert "Profiled" not in page.html
    profiled("uploads/dropped.csv", content)
    page.run()
    assert sent == ["uploads/dropped.csv"]
    assert "Profiled" in page.html
    assert "2 columns" in page.html


def test_a_file_that_starts_nothing_is_refused_with_the_reason(api: Client) -> None:
    page = open_page("upload")
    page.test.file_uploader[0].set_value([("archive.gz", b"x", "application/gzip")])
    page.run()
    assert "a file with this key starts nothing" in page.html


def test_without_routes_that_write_nothing_can_be_dropped(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARBACK_READ_ONLY", "1")
    page = open_page("upload")
    assert "This dashboard is read-only" in page.html
    assert not page.test.file_uploader


def test_days_without_anything_are_there_too() -> None:
    days = last_days({"2026-11-21": 3, "2020-01-01": 9}, datetime(2026, 11, 21, tzinfo=UTC).date())
    assert (len(days), days["2026-11-21"], sum(days.values())) == (DAYS, 3, 3)
