"""One module a flow, named after it; in it one function for each of the flow's owners of roles, named after that.

A new owner, which is mostly a function, needs an exercise; the test says so by name.
"""

import importlib
import pkgutil
from collections.abc import Callable

from tests.iam.bench import Bench

Exercise = Callable[[Bench], None]


def exercise_of(owner: str) -> Exercise:
    rooms = [importlib.import_module(f"{__name__}.{room.name}") for room in pkgutil.iter_modules(__path__)]
    found: list[Exercise] = [getattr(room, owner) for room in rooms if hasattr(room, owner)]
    assert found, (
        f"write an exercise for {owner}: a function of that name in tests/iam/exercises/, in its flow's module"
    )
    return found[0]
