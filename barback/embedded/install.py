"""Makes the two virtual environments of the embedded engine, once: LocalStack's own, and the one functions run in.

They are two so that a function sees what AWS's base image has and nothing of LocalStack. A stamp tells whether they
still fit their requirements; whoever comes while somebody else installs, waits and then finds the work done.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from barback.errors import Problem
from barback.paths import REQUIREMENTS, ROOT

Progress = Callable[[str], None]

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


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def is_installed(venv: Path, requirements: Path) -> bool:
    try:
        return (venv / "stamp").read_text() == _stamp(requirements)
    except OSError:
        return False


def install(home: Path, progress: Progress) -> None:
    """Bring `home`/venv (LocalStack) and `home`/runtime (functions) up to date."""
    wanted = {home / "venv": REQUIREMENTS / "engine.txt", home / "runtime": REQUIREMENTS / "runtime.txt"}
    if not all(is_installed(venv, requirements) for venv, requirements in wanted.items()):
        with alone(home / "install.lock", progress, "installing"):
            for venv, requirements in wanted.items():
                if not is_installed(venv, requirements):
                    _make(venv, requirements, progress)
    _make_known(home / "venv")


def _stamp(requirements: Path) -> str:
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{digest} python {sys.version_info.major}.{sys.version_info.minor} {sys.base_prefix}\n"


@contextmanager
def alone(lock: Path, progress: Progress, what: str) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"another command is {what} the engine: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(venv: Path, requirements: Path, progress: Progress) -> None:
    what = f"installing {requirements.stem}"
    progress(f"{what}: making a virtual environment")
    shutil.rmtree(venv, ignore_errors=True)
    environ = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    _run([sys.executable, "-m", "venv", str(venv)], environ, what)
    total = sum("==" in line for line in requirements.read_text().splitlines() if not line.startswith((" ", "#")))
    seen = 0

    def count(line: str) -> None:
        nonlocal seen
        if line.startswith("Collecting"):
            seen += 1
            progress(f"{what}: package {seen} of at most {total}")
        elif line.startswith("Installing collected"):
            progress(f"{what}: unpacking {seen} packages")

    command = [str(python_of(venv)), "-m", "pip", "--disable-pip-version-check", "install"]
    command += ["--no-deps", "--require-hashes", "--progress-bar", "off", "-r", str(requirements)]
    _run(command, environ, what, count)
    (venv / "stamp").write_text(_stamp(requirements))


def _run(command: list[str], environ: dict[str, str], what: str, each_line: Progress = lambda line: None) -> None:
    lines: list[str] = []
    with subprocess.Popen(
        command, env=environ, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            each_line(line)
    if process.returncode:
        tail = "".join(lines[-15:]).rstrip()
        raise Problem(
            f"{what} failed (exit code {process.returncode}):\n{tail}",
            "check the network, the package index that pip uses and the space on the disk, then run the command again",
        )


def _make_known(venv: Path) -> None:
    """Tell the engine's Python where this checkout lies and which plugins it has, as an editable install would.

    Written by hand because it takes no time, needs no build tool and is made new from pyproject.toml at every start,
    so that it cannot fall behind.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    site = venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    info = site / f"barback-{project['version']}.dist-info"
    for old in site.glob("barback-*.dist-info"):
        if old != info:
            shutil.rmtree(old)
    info.mkdir(exist_ok=True)
    entries = "".join(
        f"[{group}]\n" + "".join(f"{name} = {where}\n" for name, where in plugins.items()) + "\n"
        for group, plugins in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text(entries)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: barback\nVersion: {project['version']}\n")
    (site / "barback.pth").write_text(f"{ROOT}\n")
