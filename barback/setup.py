"""Makes the virtual environments: the project's own, and the two of the embedded engine.

    python3 -m barback.setup base|dev|dashboard|browser|bench|scan

is run by whatever `python3` there is, before anything is installed: so standard library only, and no syntax newer
than Python 3.6, that an old Python gets a sentence and not a traceback. An environment is brought up to date when its
requirements or the Python behind it have changed; otherwise this costs nothing.
"""

import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Iterator, List, Optional, Tuple  # noqa: UP035

from barback.errors import Problem

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
WHAT = {
    "base": "what `barback` needs",
    "dev": "what the tests need",
    "dashboard": "the dashboard",
    "browser": "what drives a browser",
    "bench": "the tools to compare with",
    "scan": "the security scanner",
    "engine": "LocalStack",
    "runtime": "the Lambda runtime",
}
# Settings of the shell that would lead pip or Python astray. The user's choice of a package index stays.
MISLEADING = (
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_USER",
    "PIP_REQUIRE_VIRTUALENV",
)
# Groups whose requirements clash with ours; the rest share one environment.
APART = ("scan",)
# Groups that hold all of others, in the same versions: their *.in includes that of the others.
COVERS = {"dev": ("base", "dashboard")}
# What else is in the project's environment, each with the module whose `main` it calls.
COMMANDS = {"barback": "barback.cli", "awslocal": "barback.awslocal"}
# Groups of which only a part is ever imported: Python compiles that part at its first use.
COMPILED_WHEN_USED = ("engine",)
PLAIN_SECONDS = 10.0

Progress = Callable[[str], None]


def main() -> int:
    if sys.version_info[:2] < OLDEST:
        return _with_newer_python()
    try:
        with _shown() as progress:
            for group in sys.argv[1:] or ["base"]:
                if group in APART:
                    make_venv(ROOT / f".venv-{group}", group, progress)
                else:
                    make_venv(ROOT / ".venv", group, progress, command=True)
    except Problem as problem:
        print(f"barback: {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"barback: {error.filename or ROOT} cannot be used: {error.strerror}", file=sys.stderr)
        print("  → check that you may write to the checkout and that the disk has free space", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nbarback: interrupted", file=sys.stderr)
        return 130
    return 0


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def is_made(venv: Path, group: str) -> bool:
    """Whether an environment holds what requirements/<group>.txt says, for the Python that asks."""
    try:
        return python_of(venv).exists() and _stamp(venv, group).read_text() == _wanted(venv, group)
    except OSError:
        return False


def make_venv(venv: Path, group: str, progress: Progress, command: bool = False) -> None:
    """Brings an environment up to date. With `command`, the checkout and the command `barback` are in it too."""
    if is_made(venv, group):
        return
    with alone(venv.with_name(venv.name + ".lock"), progress, f"installing {WHAT[group]}"):
        if is_made(venv, group):
            return
        what = f"installing {WHAT[group]}"
        progress(f"{what}: once, up to a minute")
        if _version_of(python_of(venv)) != sys.version_info[:2]:
            shutil.rmtree(str(venv), ignore_errors=True)
            hint = "on Debian and Ubuntu: sudo apt install python3-venv"
            without = ["--without-pip"] if _has_pip() else []
            _run([sys.executable, "-m", "venv", *without, str(venv)], what, hint)
        _pip(venv, group, what, progress)
        if command:
            _add_command(python_of(venv))
        for there in (*COVERS.get(group, ()), group):
            _stamp(venv, there).write_text(_wanted(venv, there))


@contextlib.contextmanager
def alone(lock: Path, progress: Progress, what: str) -> Iterator[None]:
    """Keeps two commands from doing the same at once; let go of however its holder ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"another command is {what}: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _stamp(venv: Path, group: str) -> Path:
    return venv / f"barback-{group}.stamp"


def _wanted(venv: Path, group: str) -> str:
    """What the stamp of an up-to-date environment says; a folder that was moved is not up to date."""
    interpreter = f"{sys.version}\n{sys.base_prefix}\n{venv.resolve()}\n{sorted(COMMANDS)}\n".encode()
    return hashlib.sha256((REQUIREMENTS / f"{group}.txt").read_bytes() + interpreter).hexdigest()


def _pip(venv: Path, group: str, what: str, progress: Progress) -> None:
    file = REQUIREMENTS / f"{group}.txt"
    total = sum("==" in line for line in file.read_text().splitlines() if not line.startswith((" ", "#")))
    seen = 0

    def count(line: str) -> None:
        nonlocal seen
        if line.startswith("Collecting"):
            seen += 1
            progress(f"{what}: package {seen} of at most {total}")
        elif line.startswith("Installing collected"):
            progress(f"{what}: unpacking {seen} packages")

    options = ["--disable-pip-version-check", "--no-deps", "--require-hashes", "--progress-bar", "off"]
    if group in COMPILED_WHEN_USED:
        options.append("--no-compile")
    pip = [sys.executable, "-m", "pip", "--python"] if _has_pip() else []
    command = [*pip, str(python_of(venv)), *([] if pip else ["-m", "pip"]), "install", *options, "-r", str(file)]
    hint = "check the network, the package index that pip uses and the room on the disk, then run the command again"
    _run(command, what, hint, count)


def _has_pip() -> bool:
    """Whether the Python that runs this is the project's own, whose pip can fill other environments too."""
    return Path(sys.prefix) == ROOT / ".venv"


def _run(command: List[str], what: str, hint: str, each_line: Progress = lambda line: None) -> None:  # noqa: UP006
    env = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    env["PIP_ROOT_USER_ACTION"] = "ignore"
    lines = []  # type: List[str]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for line in process.stdout or ():
            lines.append(line.decode(errors="replace").rstrip())
            each_line(lines[-1])
    if process.returncode:
        errors = [line for line in lines if "ERROR" in line or "No space left" in line] or lines[-10:]
        raise Problem(f"{what} failed:\n" + "\n".join(errors[:10]), hint)


def _add_command(python: Path) -> None:
    """Puts the checkout and its commands into the environment; no build, no download."""
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.check_output([str(python), "-c", script]).decode().strip())
    (packages / "barback.pth").write_text(f"{ROOT}\n")
    for name, module in COMMANDS.items():
        command = python.with_name(name)
        if command.exists() and "from barback" not in command.read_text():
            command.replace(command.with_name(f"{name}-package"))  # a package's command, which ours calls
        command.write_text(_script(python, module))
        command.chmod(0o755)


def _script(python: Path, module: str) -> str:
    """A command that both a shell and Python can read: a path in a first line `#!` may hold no space, nor be long."""
    start = f"#!/bin/sh\n'''exec' {shlex.quote(str(python))} \"$0\" \"$@\"\n'''\n"
    return f"{start}import sys\nfrom {module} import main\nsys.exit(main())\n"


def _version_of(python: Path) -> Optional[Tuple[int, ...]]:  # noqa: UP006, UP045
    """The version of an environment's Python; nothing when it is not there or no longer starts."""
    script = "import sys; print(*sys.version_info[:2])"
    try:
        said = subprocess.check_output([str(python), "-c", script], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in said.split())


def _with_newer_python() -> int:
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            return subprocess.call([newer, "-m", "barback.setup", *sys.argv[1:]], cwd=str(ROOT))
    have = ".".join(map(str, sys.version_info[:2]))
    print(
        f"barback: this needs Python {OLDEST[0]}.{OLDEST[1]} or later; `python3` is {have}\n"
        "  → install a newer one, or name one: make PYTHON=/path/to/python3.12 …",
        file=sys.stderr,
    )
    return 1


@contextlib.contextmanager
def _shown() -> Iterator[Progress]:
    """Progress on stderr: one line that moves in a terminal, a line now and then anywhere else."""
    live = sys.stderr.isatty()
    last = -PLAIN_SECONDS

    def tell(message: str) -> None:
        nonlocal last
        if live:
            print(f"\r\033[Kbarback: {message}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - last >= PLAIN_SECONDS:
            last = time.monotonic()
            print(f"barback: {message}", file=sys.stderr, flush=True)

    try:
        yield tell
    finally:
        if live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
