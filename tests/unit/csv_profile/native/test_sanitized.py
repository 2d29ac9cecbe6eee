"""The kernel under AddressSanitizer and UndefinedBehaviorSanitizer, for as long as a test may take; `make fuzz` is it
for longer."""

import os
import subprocess
import sys

import pytest

from barback.errors import Problem
from barback.paths import ROOT
from tests.fuzz.kernel import environment
from tests.unit.kernel.compilers import needs_own_compiler

_INPUTS = 40


@needs_own_compiler
def test_some_inputs() -> None:
    try:
        environ = environment()
    except Problem as problem:
        pytest.skip(problem.what.splitlines()[0])
    command = [sys.executable, "-m", "tests.fuzz.kernel", "--first", "1", "--inputs", str(_INPUTS), "--minutes", "10"]
    environ = {**os.environ, **environ, "BARBACK_FUZZ_CHILD": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{_INPUTS} inputs from 1, 0 differ" in done.stdout
