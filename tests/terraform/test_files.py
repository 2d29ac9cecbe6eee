"""The .tf files themselves: formatted, valid, and clean for a security scanner but for reasoned exceptions."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from barback.aws.workspace import INFRA
from barback.paths import ROOT
from barback.setup import python_of

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_valid(terraform_at: Run) -> None:
    done = terraform_at("validate", "-json")
    assert json.loads(done.stdout)["diagnostics"] == []


def test_formatted(terraform_at: Run) -> None:
    for folder in (INFRA, INFRA / "bootstrap"):
        done = terraform_at("fmt", "-check", "-list=true", str(folder))
        assert done.stdout.split() == []


def test_no_file_has_more_than_it_says() -> None:
    """Nothing about a single flow stands in Terraform: adding one is an entry in the stack."""
    flows = re.compile(r"csv_profile|cocktails|records|orders")
    assert [f.name for f in INFRA.glob("*.tf") if flows.search(f.read_text(encoding="utf-8"))] == []


def test_security_scan_is_clean() -> None:
    venv = ROOT / ".venv-scan"
    checkov = venv / "bin" / "checkov"
    if not checkov.exists():
        pytest.skip("checkov is not installed; `make scan` installs and runs it")
    done = subprocess.run(
        # As Python's argument: by itself it does not start in a folder with a space in its name.
        [
            python_of(venv), checkov, "--directory", INFRA, "--skip-path", "state", "--framework", "terraform",
            "--output", "json", "--skip-download",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert [f"{c['check_id']} {c['resource']}" for c in found["results"]["failed_checks"]] == []
    assert found["summary"]["passed"] > 30


@pytest.mark.parametrize("file", sorted(INFRA.glob("*.tf")), ids=lambda file: file.name)
def test_every_exception_has_its_reason_beside_it(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        if "checkov:skip" in line:
            reason = re.fullmatch(r"\s*# checkov:skip=CKV2?_AWS_\d+:(.+)", line)
            assert reason, line
            assert len(reason[1].split()) > 4, line
