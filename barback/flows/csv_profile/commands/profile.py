"""`barback profile`: show the profile of a CSV file; made here, or with --upload by the deployed function."""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from barback.console import Step, say, say_json
from barback.engines import current_config
from barback.errors import Problem
from barback.flows.csv_profile.exports import EXPORTS, export
from barback.flows.csv_profile.kernel import use_kernel
from barback.flows.csv_profile.report import report
from barback.flows.csv_profile.view import MOST_COLUMNS, progress, render
from barback.flows.csv_profile.words import size
from barback.targets import target_of
from barback.terminal import plain
from csv_profile.drift import drift
from csv_profile.expectations import with_rules
from csv_profile.rulebook import WrongRules, parsed

# The exit code where the profile says that the file is bad: an answer, not a failure of the command.
BAD_FILE = 3
CHUNK = 1 << 20
ALL = 1 << 30
# What a person may state about a file; the same names are read from an object's metadata.
STATEMENTS = ("encoding", "delimiter", "quote", "header", "nulls")


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "The exit code is 0 when the file is fine, 3 when its profile says that it is bad, 1 when there is no profile."
    )
    parser.add_argument("file", type=Path, help="a .csv, .tsv or .csv.gz file")
    parser.add_argument(
        "--upload", action="store_true", help="upload it to the bucket and show the function's profile of it"
    )
    parser.add_argument("--columns", metavar="A,B", default="", help="show these columns")
    parser.add_argument("--all", action="store_true", help=f"show every column, not the first {MOST_COLUMNS}")
    parser.add_argument("--json", action="store_true", help="print the profile as JSON")
    parser.add_argument("--as", dest="kind", choices=EXPORTS, help="print what another tool reads: see docs/exports.md")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write it as a web page in a single file")
    parser.add_argument("--out", metavar="FILE", type=Path, help="write what --json or --as prints to a file")
    parser.add_argument("--rules", metavar="FILE", type=Path, help="check it against these rules: see docs/rules.md")
    parser.add_argument("--against", metavar="FILE", type=Path, help="an earlier file: show what has changed since")
    parser.add_argument(
        "--no-mask", action="store_true", help="show values of personal data (e-mail addresses, IBANs, …) as they are"
    )
    stated = parser.add_argument_group("state what is otherwise found out")
    stated.add_argument("--encoding", help="such as utf-8 or windows-1252")
    stated.add_argument("--delimiter", help="one character, or comma, semicolon, tab, pipe")
    stated.add_argument("--quote", help="one character")
    stated.add_argument("--header", choices=("true", "false"), help="whether the first row names the columns")
    stated.add_argument("--nulls", metavar="A,B", help="spellings of missing values")


def run(arguments: argparse.Namespace) -> int:
    file = _a_file(arguments.file)
    stated = {f"csv-{name}": value for name in STATEMENTS if (value := getattr(arguments, name)) is not None}
    if arguments.no_mask:
        stated["csv-mask"] = "false"
    links: list[str] = []
    if arguments.upload:
        from barback.flows.csv_profile.upload import profile_by_upload

        content, links = profile_by_upload(target_of(current_config()), file, stated, sys.stderr)
    else:
        content = _profile_here(file, stated)
    document = json.loads(content)
    if arguments.against:
        document["drift"] = drift(json.loads(_profile_here(_a_file(arguments.against), stated)), document)
    if arguments.rules:
        document = _with_rules(document, _a_file(arguments.rules))
    if arguments.against or arguments.rules:
        content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if arguments.json or arguments.kind:
        _write(content if arguments.json else export(document, arguments.kind, str(file)), arguments.out)
        return 0
    if arguments.html:
        _write(report(document), arguments.html)
        return BAD_FILE if document["status"] == "error" else 0
    columns = [name for name in arguments.columns.split(",") if name]
    width = shutil.get_terminal_size((100, 24)).columns
    say(render(document, width=width, columns=columns, most=ALL if arguments.all else MOST_COLUMNS))
    if links:
        say("\nThe whole profile:\n  " + "\n  ".join(links))
    return BAD_FILE if document["status"] == "error" else 0


def _a_file(file: Path) -> Path:
    if not file.is_file():
        name = plain(str(file))
        what = f"{name} is no file" if file.exists() else f"there is no file {name}"
        raise Problem(what, "name an existing file, such as make profile FILE=my.csv")
    return file


def _with_rules(document: dict[str, Any], rules: Path) -> dict[str, Any]:
    try:
        return with_rules(document, parsed(rules.read_bytes()), str(rules), datetime.now(UTC))
    except WrongRules as error:
        raise Problem(f"{rules}: {error}", "fix the rules: docs/rules.md") from None


def _write(text: str, out: Path | None) -> None:
    if out is None:
        say_json(text)
        return
    try:
        out.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise Problem(f"{out} cannot be written: {error.strerror}", "name a file in a folder of yours") from None
    say(f"✓ {out}: {size(out.stat().st_size)}")


def _profile_here(file: Path, stated: dict[str, str]) -> str:
    from common.errors import BadInput
    from csv_profile.options import Options, with_metadata
    from csv_profile.profile import About, profile_stream

    total = file.stat().st_size
    try:
        with Step(f"profiling {file.name}", sys.stderr) as step:
            use_kernel(step.detail)
            options = with_metadata(Options(), stated)
            profile = profile_stream(
                _chunks(file, total, step), options=options, about=About(key=file.name, size=total)
            )
    except BadInput as error:
        raise Problem(str(error), "fix the option of that name") from None
    except OSError as error:
        raise Problem(f"{plain(str(file))} cannot be read: {error.strerror}", "check that you may read it") from None
    return profile.to_json().decode()


def _chunks(file: Path, total: int, step: Step) -> Iterator[bytes]:
    done = 0
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk
            done += len(chunk)
            step.detail(progress(done, total))
