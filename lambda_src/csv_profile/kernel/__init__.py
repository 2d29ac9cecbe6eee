"""The compiled kernel: the shared library for this machine, where there is one that was built from the sources here.

    kernel = load()  # None: the reference in Python does the work
    why()            # what does the work, in words

`barback/kernel.py` builds the library. In the Lambda package it is in this folder, beside its sources; in a checkout
`CSV_KERNEL_LIBRARY` names it. `CSV_KERNEL=off` makes the reference do the work.
"""

import hashlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from common.settings import is_off as means_off

if TYPE_CHECKING:
    import ctypes

SWITCH, LIBRARY = "CSV_KERNEL", "CSV_KERNEL_LIBRARY"
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Kernel:
    library: "ctypes.CDLL"
    path: Path


class Unusable(Exception):
    """Why a library is not used."""


def load() -> Kernel | None:
    return _chosen()[0]


def why() -> str:
    """Which library does the work, or why the reference does."""
    return _chosen()[1]


def is_off() -> bool:
    """Whether somebody has chosen the reference."""
    return means_off(os.environ.get(SWITCH, ""))


def file_name() -> str:
    """The name of the library for this machine: of the system and the processor, not of a version of Python."""
    machine = os.uname().machine
    return f"kernel-macos-{machine}.dylib" if sys.platform == "darwin" else f"kernel-{sys.platform}-{machine}.so"


def digest(folder: Path = _HERE) -> str:
    """Of the sources in C. A library returns the digest of those that it was built from."""
    seen = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in (".c", ".h") and path.name[0] != "."):
        seen.update(path.name.encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()


def _chosen() -> tuple[Kernel | None, str]:
    return _found(os.environ.get(SWITCH, ""), os.environ.get(LIBRARY, ""))


@cache
def _found(switch: str, library: str) -> tuple[Kernel | None, str]:
    if means_off(switch):
        return None, f"reference: {SWITCH}={switch.strip()}"
    path = Path(library) if library else _HERE / file_name()
    try:
        return Kernel(_opened(path), path), f"kernel: {path.name}"
    except Unusable as error:
        return None, f"reference: {error}"


def _opened(path: Path) -> "ctypes.CDLL":
    if not path.is_file():
        raise Unusable(f"there is no {path.name}")
    try:
        import ctypes

        library = ctypes.CDLL(str(path))
        sources = library.barback_kernel_sources
    except (ImportError, OSError) as error:
        raise Unusable(f"{path.name} cannot be loaded: {error}") from None
    except AttributeError:
        raise Unusable(f"{path.name} is not a kernel") from None
    sources.argtypes, sources.restype = (), ctypes.c_char_p
    if sources() != digest().encode():
        raise Unusable(f"{path.name} was built from other sources than those beside the loader")
    return library
