"""`barback watch`: a saved file in lambda_src/ is live at the next event, a saved infra/stack.yaml is applied."""

import argparse
import time

from barback.commands.up import start
from barback.config import read_config
from barback.console import Step, say
from barback.engines import Engine
from barback.errors import Problem
from barback.live import Files, Live, changes, files_of, settled_files
from barback.package import build_for
from barback.paths import LAMBDA_SRC, STACK
from barback.stack.load import load
from barback.targets import target_of

LOOK_SECONDS = 0.1
SHOWN = 3


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "It starts the environment if nothing runs. Ctrl-C ends it; what was saved last stays live."


def run(arguments: argparse.Namespace) -> int:
    engine = start(read_config())
    live = _live(engine)
    with Step("preparing"):
        live.prepare()
    say("\nwatching lambda_src/ and infra/stack.yaml; Ctrl-C ends it")
    watch(engine, live, files_of(LAMBDA_SRC), _stack_file())
    return 0


def watch(engine: Engine, live: Live, code: Files, stack: tuple[int, int] | None) -> None:
    """Until it is interrupted. A mistake is shown, and what served before goes on serving."""
    waiting: set[str] = set()
    while True:
        time.sleep(LOOK_SECONDS)
        seen = files_of(LAMBDA_SRC)
        other_libraries = any(name.startswith("requirements") for name in changes(code, seen))
        if (seen_stack := _stack_file()) != stack or other_libraries:
            stack = seen_stack
            settled_files(STACK.parent)
            code, waiting = settled_files(LAMBDA_SRC), set()
            try:
                load(STACK, LAMBDA_SRC)
                with Step("requirements" if other_libraries else "infra/stack.yaml") as step:
                    engine.up(step)
            except Problem as problem:
                say(f"✗ {problem}")
            live = _live(engine)
        elif seen != code:
            began = time.monotonic()
            seen = settled_files(LAMBDA_SRC)
            # With what an earlier save has changed that could not be taken.
            waiting |= changes(code, seen)
            code = seen
            try:
                functions = update(live, waiting)
            except Problem as problem:
                say(f"✗ {problem}")
                continue
            say(f"✓ {_named(waiting)}: live in {', '.join(functions)} ({time.monotonic() - began:.1f} s)")
            waiting = set()


def update(live: Live, changed: set[str]) -> list[str]:
    """Makes a change live; the functions that it reached."""
    functions = live.served_by(changed)
    folder = live.snapshot(changed)
    load(STACK, LAMBDA_SRC)  # a handler that was renamed is a mistake in the stack
    live.deploy(folder, functions)
    return functions


def _live(engine: Engine) -> Live:
    target = target_of(engine.config)
    return Live(target, build_for(engine.name, target.stack))


def _stack_file() -> tuple[int, int] | None:
    try:
        status = STACK.stat()
    except OSError:  # between two halves of a save
        return None
    return status.st_mtime_ns, status.st_size


def _named(changed: set[str]) -> str:
    names = sorted(changed)
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
