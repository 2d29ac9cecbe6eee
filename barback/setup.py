"""Makes the virtual environments: run by whatever `python3` there is, before anything is installed.

    python3 -m barback.setup base|dev

Standard library only, and no syntax newer than Python 3.6, so that an old Python gets a sentence and not a traceback.
An environment is made again when its requirements or the Python behind it have changed; otherwise this costs nothing.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Iterator, List, Optional, Tuple  # noqa: UP035

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
WHAT = {
    "base": "what `barback` needs",
    "dev": "what the tests need",
    "engine": "LocalStack for the embedded engine",
    "runtime": "the Lambda runtime for the embedded engine",
}


class SetupFailed(Exception):
    """An environment could not be made; the message says why and what to do."""


def main() -> int:
    if sys.version_info[:2] < OLDEST:
        return _with_newer_python()
    try:
        for group in sys.argv[1:] or ["base"]:
            # `dev` holds all of `base`: one environment serves both.
            make_venv(ROOT / ".venv", group, command=True)
    except SetupFailed as failure:
        print(f"barback: {failure}", file=sys.stderr)
        return 1
    return 0


def _to_stderr(message: str) -> None:
    print(f"barback: {message}", file=sys.stderr)


def make_venv(folder: Path, group: str, command: bool = False, say: Callable[[str], None] = _to_stderr) -> Path:
    """A virtual environment with requirements/<group>.txt in it; returns its Python.

    With `command`, the checkout and the command `barback` are in it too.
    """
    requirements = ROOT / "requirements" / f"{group}.txt"
    python = folder / "bin" / "python"
    stamp = folder / f"barback-{group}.stamp"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode() + str(folder).encode()).hexdigest()

    def is_made() -> bool:
        return python.exists() and stamp.exists() and stamp.read_text() == wanted

    if is_made():
        return python
    with _lock(folder.with_name(folder.name + ".lock")):
        if is_made():
            return python
        started = time.time()
        say(f"installing {WHAT.get(group, group)} (once; up to a minute) …")
        if _version_of(python) != sys.version_info[:2]:
            shutil.rmtree(str(folder), ignore_errors=True)
            _run(
                [sys.executable, "-m", "venv", str(folder)],
                "a virtual environment cannot be made",
                "on Debian and Ubuntu: sudo apt install python3-venv",
            )
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        _run(
            [str(python), "-m", "pip", "install", *options, "-r", str(requirements)],
            f"requirements/{group}.txt cannot be installed",
            "check the network and the package index in use (`pip config list`), then run the same command again",
        )
        if command:
            _add_command(python)
        stamp.write_text(wanted)
        say(f"installed {WHAT.get(group, group)} ({time.time() - started:.0f} s)")
    return python


def _add_command(python: Path) -> None:
    """Puts the checkout and a `barback` command into the environment; no build, no download."""
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.check_output([str(python), "-c", script]).decode().strip())
    (packages / "barback.pth").write_text(f"{ROOT}\n")
    command = python.with_name("barback")
    command.write_text(f"#!{python}\nimport sys\nfrom barback.cli import main\nsys.exit(main())\n")
    command.chmod(0o755)


def _with_newer_python() -> int:
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            return subprocess.call([newer, "-m", "barback.setup", *sys.argv[1:]], cwd=str(ROOT))
    have = ".".join(map(str, sys.version_info[:2]))
    _to_stderr(
        f"this needs Python {OLDEST[0]}.{OLDEST[1]} or later; `python3` is {have}\n"
        "  → install a newer one, or name one: make PYTHON=/path/to/python3.12 …"
    )
    return 1


def _version_of(python: Path) -> Optional[Tuple[int, ...]]:  # noqa: UP006, UP045
    """The version of an environment's Python; nothing when it is not there or no longer starts."""
    script = "import sys; print(*sys.version_info[:2])"
    try:
        said = subprocess.check_output([str(python), "-c", script], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in said.split())


def _run(command: List[str], what: str, hint: str) -> None:  # noqa: UP006
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    env["PIP_ROOT_USER_ACTION"] = "ignore"
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    out, err = process.communicate()
    if process.returncode:
        lines = [line for line in (err + out).decode(errors="replace").splitlines() if line.strip()]
        errors = [line for line in lines if "ERROR" in line or "No space left" in line] or lines[-3:]
        raise SetupFailed(f"{what}: {' '.join(errors[:3])}\n  → {hint}")


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Keeps two commands from making one environment at once; let go of however its holder ends."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
