"""The two virtual environments of the embedded engine: LocalStack's own, and the one functions run in.

They are two so that a function sees what AWS's base image has and nothing of LocalStack.
"""

import shutil
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from barback import setup
from barback.files import write
from barback.paths import ROOT

# Folder below the engine's home, and the requirements that fill it.
ENVIRONMENTS = {"venv": "engine", "runtime": "runtime"}


def is_installed(home: Path) -> bool:
    return all(setup.is_made(home / folder, group) for folder, group in ENVIRONMENTS.items())


def install(home: Path, progress: setup.Progress) -> None:
    """Bring `home`/venv (LocalStack) and `home`/runtime (functions) up to date."""
    with ThreadPoolExecutor() as pool:  # most of it is work of pip, in processes of its own
        list(pool.map(lambda folder: setup.make_venv(home / folder, ENVIRONMENTS[folder], progress), ENVIRONMENTS))
    _make_known(home / "venv")


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
    write(info / "entry_points.txt", entries)
    write(info / "METADATA", f"Metadata-Version: 2.1\nName: barback\nVersion: {project['version']}\n")
    write(site / "barback.pth", f"{ROOT}\n")
