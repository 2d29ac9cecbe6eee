"""What the fuzzer finds can be looked at again: inputs are made of their number, and cut down as long as they fail."""

import subprocess
import sys

from barback.paths import LAMBDA_SRC, ROOT
from tests.fuzz.inputs import made, with_content
from tests.fuzz.smaller import smaller


def test_an_input_is_made_of_its_number() -> None:
    program = "from tests.fuzz.inputs import made; print(made(7))"
    command = [sys.executable, "-c", program]
    again = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(LAMBDA_SRC)}, capture_output=True, text=True)
    assert again.stdout.split("nulls=")[0] == str(made(7)).split("nulls=")[0], again.stderr  # a set has no order
    assert made(7) != made(8)
    assert with_content(7, b"a,b\n").options == made(7).options


def test_inputs_are_small_and_differ() -> None:
    contents = [made(number).content for number in range(1, 400)]
    assert len(set(contents)) > 390
    assert sum(map(len, contents)) / len(contents) < 2_000


def test_what_is_left_out_is_what_does_not_matter() -> None:
    content = b"".join(b"line %d,%d\n" % (i, i * i) for i in range(100))
    assert smaller(content, lambda tried: b"16" in tried and b"," in tried) in (b"16,", b",16")
    assert smaller(b"ab", lambda tried: True) == b""


def test_it_stops_in_time() -> None:
    tried: list[bytes] = []
    assert smaller(b"a\nb\n", lambda content: not tried.append(content), seconds=0) == b"a\nb\n"
    assert not tried
