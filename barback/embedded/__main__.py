"""`python -m barback.embedded start PORT | stop | status`: the engine by itself, for working on it."""

import sys

from barback.embedded.engine import Engine, default_home
from barback.errors import Problem
from barback.paths import HOOKS


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    engine = Engine(default_home())
    try:
        match arguments:
            case ["start", port] if port.isdigit():
                say(engine.start(port=int(port), hooks=HOOKS, progress=say).url)
            case ["stop"]:
                say("stopped" if engine.stop() else "no engine ran")
            case ["status"]:
                say(f"{engine.status()} {engine.health()}")
            case _:
                say(__doc__ or "")
                return 2
    except Problem as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
