"""The kernel under AddressSanitizer and UndefinedBehaviorSanitizer, for as long as a test may take; `make fuzz` is it
for longer."""

import subprocess
import sys

import pytest

from barback.paths import ROOT
from tests.unit.kernel.compilers import needs_own_compiler

_INPUTS = 300


@needs_own_compiler
def test_some_inputs() -> None:
    command = [sys.executable, "-m", "tests.fuzz.kernel", "--first", "1", "--inputs", str(_INPUTS), "--minutes", "10"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    if "not compiled with sanitizers" in done.stderr or "The compiler has no lib" in done.stderr:
        pytest.skip(done.stderr.splitlines()[0])
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"the kernel alone, from 1: {_INPUTS} inputs" in done.stdout
    assert f"compared with the reference, from 1: {_INPUTS} inputs, 0 differ" in done.stdout
