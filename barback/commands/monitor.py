"""`barback monitor`: follow the logs of all functions, one line an event, with a summary of the invocations."""

import argparse
import os
import sys
import time

from barback.console import is_terminal, say, table
from barback.engines import current_config
from barback.errors import Problem
from barback.monitor.follow import Follower
from barback.monitor.lines import LEVELS, TRACE, Line
from barback.monitor.summary import Summary
from barback.targets import target_of
from barback.terminal import left, plain

PAUSE = {False: 0.5, True: 2.0}  # seconds between two looks, here and on AWS, which allows a few calls a second
SUMMARY_SECONDS = 30.0
# By level; what is not in a terminal, or where NO_COLOR is set, has none.
COLOURS = {"TRACE": "2", "DEBUG": "2", "INFO": "0", "WARNING": "33", "ERROR": "1;31"}
SUMMARY_COLOUR = "36"
SHORT_ID = 8
HEAD = ("function", "invocations", "errors", "cold starts", "median ms", "longest ms", "memory MB")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("functions", nargs="*", help="only these; as in infra/stack.yaml (default: all)")
    parser.add_argument(
        "--level", type=str.upper, choices=LEVELS[1:], default="INFO", help="only this level and higher ones"
    )
    parser.add_argument("--request", metavar="ID", help="only this request; the beginning of its id is enough")
    parser.add_argument("--minutes", type=float, default=5.0, help="how far back to begin (default: %(default)g)")
    parser.add_argument(
        "--once", action="store_true", help="show the existing lines, with a summary by function, and exit"
    )
    parser.add_argument("--all", action="store_true", help="also START and END, metrics and the lines of tracebacks")
    parser.epilog = "It runs until Ctrl-C. With TARGET=aws it follows the functions there."


def run(arguments: argparse.Namespace) -> int:
    target = target_of(current_config())
    known = list(target.stack.functions)
    if unknown := [name for name in arguments.functions if name not in known]:
        raise Problem(f"there is no function {', '.join(unknown)}", f"name some of these: {', '.join(known)}")
    functions = arguments.functions or known
    least = LEVELS.index(TRACE if arguments.all else arguments.level)
    follower = Follower(target, functions, int((time.time() - arguments.minutes * 60) * 1000))
    summary, width = Summary(), max(map(len, functions))
    said_at, said = time.monotonic(), ""
    try:
        while True:
            for line in follower.look():
                if arguments.request and not (line.request or "").startswith(arguments.request):
                    continue
                summary.add(line)
                if LEVELS.index(line.level) >= least:
                    _print(_row(line, width), COLOURS[line.level])
            if arguments.once:
                break
            if time.monotonic() - said_at >= SUMMARY_SECONDS and summary.line() != said:
                said_at, said = time.monotonic(), summary.line()
                _print(f"── {said}", SUMMARY_COLOUR)
            time.sleep(PAUSE[target.is_aws])
    except KeyboardInterrupt:
        say()
    if rows := summary.rows():
        say(f"\n{table(HEAD, rows)}")
    _print(f"── {summary.line()}", SUMMARY_COLOUR)
    return 0


def _row(line: Line, width: int) -> str:
    moment = time.strftime("%H:%M:%S", time.localtime(line.milliseconds / 1000))
    request = (line.request or "")[:SHORT_ID]
    return f"{moment}  {line.level:7}  {left(line.function, width)}  {request:{SHORT_ID}}  {line.text}"


def _print(text: str, colour: str) -> None:
    """The only thing in it that a terminal obeys is our own colour."""
    text = plain(text)
    coloured = is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and colour != "0"
    sys.stdout.write(f"\033[{colour}m{text}\033[0m\n" if coloured else f"{text}\n")
    sys.stdout.flush()
