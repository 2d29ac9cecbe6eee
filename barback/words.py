"""`python -m barback.words MODULE ARGUMENT…` runs a module as `python -m` does, with the words of the variable ARGS
where an argument says {ARGS}.

For the Makefile: quotes group words as in a shell, and nothing else that a shell knows is looked at.
"""

import os
import runpy
import shlex
import sys
from collections.abc import Sequence

PLACE = "{ARGS}"


def main() -> None:
    module, *arguments = sys.argv[1:]
    try:
        sys.argv = [module, *filled(arguments, os.environ.get("ARGS", ""))]
    except ValueError as error:
        sys.exit(f"barback: ARGS cannot be read: {str(error).lower()}\n  → quote it: ARGS='--with \"orange juice\"'")
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def filled(arguments: Sequence[str], typed: str) -> list[str]:
    """Only the first place is filled: what comes after it may be the name of a file."""
    if PLACE not in arguments:
        return list(arguments)
    place = arguments.index(PLACE)
    return [*arguments[:place], *shlex.split(typed), *arguments[place + 1 :]]


if __name__ == "__main__":
    main()
