"""A stack that is valid in itself, but does not fit the code or AWS: reported with path and line."""

from pathlib import Path

import pytest

from barback.commands import check
from barback.errors import Problem
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.checks import remarks
from barback.stack.load import load

FUNCTION = """
  copy:
    description: Copies what comes in
    handler: copy.handler.handle
    triggers:
      - {bucket: raw, prefix: in/, suffix: .txt}
    permissions:
      - {bucket: raw, prefix: in/, actions: ["s3:GetObject"]}
      - {bucket: processed, prefix: out/, actions: ["s3:PutObject"]}
"""
HANDLER = "def handle(event, context):\n    return None\n"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "lambda_src"
    (folder / "copy").mkdir(parents=True)
    (folder / "copy" / "handler.py").write_text(HANDLER)
    return folder


def written(tmp_path: Path, function: str) -> Path:
    head, _, _ = STACK.read_text(encoding="utf-8").partition("\nfunctions:\n")
    path = tmp_path / "stack.yaml"
    path.write_text(f"{head}\nfunctions:{function}", encoding="utf-8")
    return path


def mistake(path: Path, sources: Path) -> str:
    with pytest.raises(Problem) as caught:
        load(path, sources)
    return str(caught.value)


def test_the_stack_of_the_project_fits_its_code() -> None:
    assert [remark.split()[0] for remark in remarks(load(STACK, LAMBDA_SRC))] == ["records_ingest"], "it says why"


def test_a_stack_that_fits_is_taken(tmp_path: Path, sources: Path) -> None:
    assert "copy" in load(written(tmp_path, FUNCTION), sources).functions


@pytest.mark.parametrize(
    ("source", "handler", "what"),
    [
        (HANDLER, "copy.handler.handel", "lambda_src/copy/handler.py defines no 'handel'"),
        (HANDLER, "copy.handlers.handle", "there is no copy/handlers.py in lambda_src/"),
        ("def handle(event, context:\n", "copy.handler.handle", "lambda_src/copy/handler.py, line 1 is not Python"),
        ("def other(): ...\n", "copy.handler.handle", "defines no 'handle'"),
    ],
)
def test_a_handler_that_does_not_exist_is_named_with_its_line(
    tmp_path: Path, sources: Path, source: str, handler: str, what: str
) -> None:
    (sources / "copy" / "handler.py").write_text(source)
    path = written(tmp_path, FUNCTION.replace("copy.handler.handle", handler))
    line = next(n for n, text in enumerate(path.read_text().splitlines(), start=1) if "handler:" in text)
    message = mistake(path, sources)
    assert f"functions.copy.handler (line {line})" in message
    assert what in message


@pytest.mark.parametrize(
    "source",
    [
        "from elsewhere import handle\n",
        "import elsewhere as handle\n",
        "handle = make()\n",
        "try:\n    from a import handle\nexcept ImportError:\n    handle = None\n",
        "async def handle(event, context): ...\n",
        "class handle: ...\n",
    ],
)
def test_a_handler_may_be_whatever_has_its_name(tmp_path: Path, sources: Path, source: str) -> None:
    (sources / "copy" / "handler.py").write_text(source)
    load(written(tmp_path, FUNCTION), sources)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ("s3:PutObjects", "AWS knows no action s3:PutObjects; did you mean s3:PutObject?"),
        ("s3:Frobnicate", "AWS knows no action s3:Frobnicate"),
        ("s3:HeadObject", "what allows it is s3:GetObject"),
        ("s3:ListObjectsV2", "what allows it is s3:ListBucket"),
    ],
)
def test_an_action_that_aws_does_not_know_is_named(tmp_path: Path, sources: Path, wrong: str, what: str) -> None:
    message = mistake(written(tmp_path, FUNCTION.replace("s3:PutObject", wrong)), sources)
    assert "functions.copy.permissions[1].actions[0] (line " in message
    assert what in message


def test_a_function_that_writes_where_it_is_triggered_is_refused(tmp_path: Path, sources: Path) -> None:
    looping = FUNCTION.replace("{bucket: processed, prefix: out/", "{bucket: raw, prefix: in/done/")
    message = mistake(written(tmp_path, looping), sources)
    assert "functions.copy.permissions[1] (line " in message
    assert "lets copy write to raw/in/*.txt, which starts copy: an endless loop" in message


def test_a_loop_through_another_function_is_refused(tmp_path: Path, sources: Path) -> None:
    back = FUNCTION.replace("  copy:", "  back:").replace("in/", "out/").replace("bucket: raw", "bucket: processed", 1)
    back = back.replace(
        '{bucket: processed, prefix: out/, actions: ["s3:PutObject', '{bucket: raw, actions: ["s3:PutObject'
    )
    message = mistake(written(tmp_path, FUNCTION + back.lstrip("\n")), sources)
    assert "which starts back: an endless loop through back" in message
    assert "which starts copy: an endless loop through copy" in message


def test_losing_failed_events_is_allowed_and_mentioned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sources: Path
) -> None:
    losing = written(tmp_path, FUNCTION.replace("    triggers:", "    failed_events: null\n    triggers:"))
    monkeypatch.setattr(check, "LAMBDA_SRC", sources)
    assert check.run(type("", (), {"stack": losing})()) == 0  # type: ignore[arg-type]
    assert "copy keeps no failed events" in capsys.readouterr().out
    asked = FUNCTION.replace(
        "      - {bucket: raw, prefix: in/, suffix: .txt}", "      - {queue: failed_events, batch: 1}"
    )
    quiet = asked.replace("    triggers:", "    failed_events: null\n    timeout: 1\n    triggers:")
    assert remarks(load(written(tmp_path, quiet))) == [], "a queue keeps its messages itself"


def test_failed_events_are_kept_unless_a_function_opts_out(tmp_path: Path) -> None:
    assert load(written(tmp_path, FUNCTION)).functions["copy"].failed_events == "failed_events"
