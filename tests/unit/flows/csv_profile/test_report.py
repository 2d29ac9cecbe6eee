"""The page of a profile: whole without a network, and nothing in a file becomes more than text on it."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from barback.cli import main
from barback.flows.csv_profile.report import MOST_OPEN, report
from csv_profile.profile import About, profile_stream
from samples.make_samples import UPLOADS

CHROMIUM = shutil.which("chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-quic")  # fmt: skip
HOSTILE = """id,<script>document.title='owned'</script>,"a""><img src=x onerror=document.title='owned'>",\u202etxt
1,</style><script>document.title='owned'</script>,' onmouseover=alert(1) x=',\u202eabc\u2066
2,&lt;b&gt;,--><svg/onload=document.title='owned'>,\x1b[31mred
3,</details></title>,x,<!--
four,y,<base href=//evil.example>,z
""".encode()
# Without an end tag in HTML.
VOID = {"meta", "br", "input"}


class Page(HTMLParser):
    """Its elements, what they say, and whether each that was begun was ended."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.said.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(content: bytes, key: str = "uploads/x.csv") -> str:
    return report(profile_stream([content], about=About(key=key, size=len(content))).document)


@pytest.mark.parametrize("name", sorted(path.name for path in UPLOADS.iterdir()))
def test_every_sample_has_a_page_that_is_whole_and_alone(name: str) -> None:
    page = Page(page_of((UPLOADS / name).read_bytes(), name))
    assert page.open in ([], ["html"])
    assert "".join(page.said).count(name) >= 1
    for tag in ("link", "iframe", "object", "base", "form", "img"):
        assert page.all(tag) == []
    assert all(set(script) == set() for script in page.all("script"))
    assert [a["href"] for a in page.all("a") if not re.fullmatch(r"#c\d+", str(a["href"]))] == []


def test_every_link_and_label_leads_somewhere() -> None:
    page = Page(page_of((UPLOADS / "employees.csv").read_bytes()))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in page.all("a")} == {"c1", "c2", "c3", "c4"} <= set(ids)
    assert {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a} <= set(ids)
    drawn = [attributes for attributes in page.all("i") if "style" not in attributes or "role" in attributes]
    assert len(drawn) == 10  # bars of what is filled for each column, and two histograms for those with numbers
    assert all(attributes.get("role") == "img" and attributes.get("aria-label") for attributes in drawn)


def test_hostile_cells_names_and_keys_are_text() -> None:
    text = page_of(HOSTILE, "<script>'\"&\u202e.csv")
    page = Page(text)
    assert len(page.all("script")) == 1
    assert not [a for _, a in page.tags if any(name.startswith("on") for name in a)]
    said = "".join(page.said)
    assert "<script>document.title='owned'</script>" in said
    assert "--><svg/onload=document.title='owned'>" in said
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200e\u200f]", text)


def test_the_policy_allows_the_one_script_there_is() -> None:
    import base64
    import hashlib

    text = page_of(HOSTILE)
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in text


def test_issues_say_what_where_and_what_to_do() -> None:
    said = "".join(Page(page_of((UPLOADS / "ragged.csv").read_bytes())).said)
    assert re.search(r"missing-cell 1 row: fewer cells.*?line \d+→ look at those lines", said, re.DOTALL)
    assert "Has issues" in said


def test_what_the_profile_noticed_is_on_the_page() -> None:
    rows = "".join(f"{i},u{i}@example.org,{['Mill', 'mill', '-'][i % 3]},2026-01-{1 + i % 28:02}\n" for i in range(60))
    page = Page(page_of(("id,mail,town,day\n" + rows + rows.splitlines()[0]).encode()))
    said = " ".join("".join([*page.said, *(str(a.get("aria-label")) for a in page.all("i"))]).split())
    for words in (
        "1 row repeats an earlier row",
        "Missing is written - (20)",
        "Differ only in case or space around them: Mill / mill",
        "e-mail (100.0 %)",
        "The values may be personal data and are masked",
        "from 2026-01-01 to 2026-01-28",
        "SHA-256 of the content",
    ):
        assert words in said.replace("mill / Mill", "Mill / mill")
    assert "u7@example.org" not in said


def test_rules_and_what_changed_are_on_the_page(tmp_path: Path) -> None:
    rules, file, earlier, out = (tmp_path / name for name in ("r.yaml", "now.csv", "earlier.csv", "out.html"))
    rules.write_text("columns: {id: {type: bool}, n: {min: 2026-01-01}}")
    earlier.write_text("id,name\n1,Ann\n2,Bob\n")
    file.write_text("id,n\n1,2\n2,3\n")
    command = ["profile", str(file), "--rules", str(rules), "--against", str(earlier), "--html", str(out)]
    assert main(command) == 3
    said = " ".join("".join(Page(out.read_text()).said).split())
    assert "constraint-error id is int, not bool" in said
    assert "1 rule broken, see above. not proven: n is int" in said
    assert "Since the last file gone: nameadded: n" in said
    assert "What follows is about" not in said


def test_many_columns_are_closed_until_asked_for() -> None:
    wide = Page(page_of((UPLOADS / "wide.csv").read_bytes())).all("details")
    assert len(wide) == 300 > MOST_OPEN
    assert not [column for column in wide if "open" in column]
    assert all("open" in column for column in Page(page_of((UPLOADS / "sales.csv").read_bytes())).all("details"))


def test_five_hundred_columns_stay_a_small_page() -> None:
    rows = [[f"c{i}" for i in range(500)], *([str(i * j % 97) for i in range(500)] for j in range(300))]
    text = page_of("\n".join(",".join(row) for row in rows).encode())
    assert text.count("<details") == 500
    assert len(text) < 2_000_000


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.html"
    assert main(["profile", str(UPLOADS / "sales.csv"), "--html", str(out)]) == 0
    assert out.read_text().startswith("<!doctype html>")
    assert "out.html" in capsys.readouterr().out
    assert main(["profile", str(UPLOADS / "picture.csv"), "--html", str(out)]) == 3
    assert "it seems to be a PNG image" in out.read_text()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here")
def test_a_browser_runs_the_page_s_script_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    # The page itself opens the column that its address names; what the file holds would rename it.
    file.write_text(page_of(HOSTILE).replace("<details class=column open", "<details class=column"))
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"{file.as_uri()}#c3"]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "<title>Profile of uploads/x.csv</title>" in dom
    assert re.search(r'<details class="column"[^>]* open[^>]*>(?:(?!</details>).)* id="c3"', dom, re.DOTALL)
    assert len(re.findall(r'<details class="column"[^>]* open', dom)) == 1
    assert dom.count("<script>") == 1
