"""Takes the pictures of the web pages in docs/images/, with sample data: `make screenshots`."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from barback.console import Step, say
from barback.flows import flows_of
from barback.paths import ROOT, SAMPLES
from tests.browser.lab import Lab, browser, lab, what_is_missing
from tests.integration.flows import Dropped, Flows

IMAGES = ROOT / "docs" / "images"
WIDE, HIGH = 1200, 800
SETTLED = 1500  # milliseconds for what moves, such as the underline of a tab
COLOURS = 64
MOST_BYTES = 200_000
OFFICES = ("Lisbon", "Porto", "Braga")
FAILED = ("uploads/invoices-2026-11.csv", "uploads/customers.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder (default: docs/images)")
    parser.add_argument("pages", nargs="*", help=f"only these of {', '.join(SHOTS)}")
    arguments = parser.parse_args()
    if why := what_is_missing():
        raise SystemExit(why)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder)) as made:
        fill(made)
        with browser() as opened:
            for name in arguments.pages or SHOTS:
                with Step(name) as step:
                    step.note(f"{take(opened, made, name, arguments.out / f'{name}.png'):,} bytes")


def fill(made: Lab) -> None:
    """What `make demo` does, and some events that have failed."""
    for flow in flows_of(made.target.stack):
        flow.demo(made.target)
    flows = Flows(made.target, run="sample")
    _next_version(made, flows)
    for key in FAILED:
        flows.leave_failed_event({"Records": [{"s3": {"object": {"key": key}}}]})
    say()


def _next_version(made: Lab, flows: Flows) -> None:
    """A later version of a sample: other ages, an empty salary in every fifth row, and a column that is new."""
    key = "uploads/employees.csv"
    head, *rows = (SAMPLES / "csv_profile" / "employees.csv").read_text().splitlines()
    changed = [f"{head},office"]
    for n, row in enumerate(rows):
        name, age, salary, joined = row.split(",")
        changed.append(",".join((name, str(int(age) + 6), salary if n % 5 else "", joined, OFFICES[n % 3])))
    body = "\n".join(changed).encode()
    put = made.target.client("s3").put_object(Bucket=made.target.names.bucket("raw"), Key=key, Body=body)
    flows.metadata_of(Dropped(key, put["ETag"].strip('"'), put.get("VersionId", "")))


def take(opened: Any, made: Lab, name: str, file: Path) -> int:
    path, heading, prepare = SHOTS[name]
    scheme = "dark" if name.endswith("-dark") else "light"
    context = opened.new_context(viewport={"width": WIDE, "height": HIGH}, color_scheme=scheme)
    page = context.new_page()
    page.goto(made.url(path))
    page.get_by_role("heading", name=heading, level=1).first.wait_for()
    prepare(page)
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=file, animations="disabled")
    context.close()
    # Few colours are enough for pages of text, and a third of the size.
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{file} is {size:,} bytes; {MOST_BYTES:,} are allowed")
    return size


def _wait(words: str) -> Callable[[Any], None]:
    return lambda page: page.get_by_text(words).first.wait_for()


def _upload(page: Any) -> None:
    page.locator("input[type=file]").set_input_files(SAMPLES / "csv_profile" / "late-surprise.csv")
    page.get_by_text("Profiled", exact=True).wait_for()


def _gin_and_lime(page: Any) -> None:
    box = page.get_by_role("combobox", name="What can I make with")
    for name in ("gin", "lime"):
        box.click()
        box.fill(name)
        page.get_by_role("option", name=f"{name} (").first.click()
    page.keyboard.press("Escape")
    page.locator(".drinks > li").first.wait_for()


def _failed_events(page: Any) -> None:
    page.get_by_text("Last lines").first.wait_for()
    page.get_by_role("heading", name="Queues").scroll_into_view_if_needed()
    page.get_by_role("heading", name="Queues").evaluate("e => e.scrollIntoView()")


# The name of the picture: what is opened, the heading to wait for, and what is done before it is taken.
SHOTS: dict[str, tuple[str, str, Callable[[Any], None]]] = {
    "overview": ("", "Overview", _wait("jsonplaceholder")),
    "profiles": ("profiles", "Profiles", _wait("employees.csv")),
    "profile": ("profile?file=uploads/employees.csv", "employees.csv", _wait("Raw JSON")),
    "compare": ("compare?file=uploads/employees.csv", "Compare", _wait("Distributions")),
    "upload": ("upload", "Upload", _upload),
    "records": ("records", "Records", _wait("jsonplaceholder")),
    "cocktails": ("cocktails", "Cocktails", _gin_and_lime),
    "pipeline": ("pipeline", "Pipeline", _wait("records_process")),
    "pipeline-dark": ("pipeline", "Pipeline", _failed_events),
}


if __name__ == "__main__":
    main()
