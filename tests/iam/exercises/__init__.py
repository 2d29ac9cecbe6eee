"""One module a flow, named after it; in it one function for each of the flow's functions, named after that.

A new function needs an exercise; the test says so by name.
"""

import importlib
import importlib.util
from collections.abc import Callable

from barback.stack.model import Function
from tests.iam.bench import Bench

Exercise = Callable[[Bench], None]


def exercise_of(name: str, function: Function) -> Exercise:
    flow = function.handler.split(".")[0]
    room = f"tests.iam.exercises.{flow}"
    found = getattr(importlib.import_module(room), name, None) if importlib.util.find_spec(room) else None
    assert found, f"write an exercise for {name}: a function of that name in tests/iam/exercises/{flow}.py"
    exercise: Exercise = found
    return exercise
