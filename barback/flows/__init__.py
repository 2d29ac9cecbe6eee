"""What a person does with a flow: its samples, demo step, smoke check and views. One folder a flow, found by its name.

    flow.py                  what every flow can bring; a flow that brings nothing still works
    <flow>/flow.py           `class Flow(…)`: what this flow brings
    <flow>/commands/NAME.py  a command of its own: `barback NAME`

A flow's name is that of its folder in lambda_src/, as the handlers in infra/stack.yaml spell it.
"""

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING

from barback.paths import LAMBDA_SRC

if TYPE_CHECKING:
    from barback.flows.flow import Flow
    from barback.stack.model import Stack

# What runs in Lambda can be run here as well, as it is: the same names for what is stored and what is asked for.
if str(LAMBDA_SRC) not in sys.path:
    sys.path.append(str(LAMBDA_SRC))


def flows_of(stack: "Stack") -> "list[Flow]":
    """The flows of a stack, in its order."""
    names = dict.fromkeys(function.handler.split(".")[0] for function in stack.functions.values())
    return [_flow(name, stack) for name in names]


def flow_of(stack: "Stack", function: str) -> "Flow":
    """The flow that a function belongs to."""
    return _flow(stack.functions[function].handler.split(".")[0], stack)


def _flow(name: str, stack: "Stack") -> "Flow":
    room = f"barback.flows.{name}"
    has_one = importlib.util.find_spec(room) and importlib.util.find_spec(f"{room}.flow")
    # Imported here, for what only shows things (the dashboard) must load nothing that talks to AWS.
    made: Flow = importlib.import_module(f"{room}.flow" if has_one else "barback.flows.flow").Flow(name, stack)
    return made
