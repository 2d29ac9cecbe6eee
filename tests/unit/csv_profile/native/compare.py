"""One file through the reference and through the kernel."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from csv_profile import accounts, column, kernel, keys, profile, repeats
from csv_profile.column import Budget
from csv_profile.options import DEFAULTS, Options
from csv_profile.profile import profile_stream


@dataclass(frozen=True)
class Bounds:
    """What is held of a file; as files have it, or so little that small files go past it."""

    held: int | None = None
    remembered: int = repeats.REMEMBERED
    limits: bool = False  # those of a kernel that was compiled with SMALL_LIMITS; and a short sample


AS_THEY_ARE = Bounds()
# So that small files have more than a sample, and more rows than are looked at together.
_SMALL = ((accounts, "_SHARED_AT", 16), (accounts, "_FEW_ROWS", 3), (keys, "_MOST_ROWS", 40), (profile, "SAMPLE", 150))


@contextmanager
def bounds(wanted: Bounds) -> Iterator[None]:
    share, remembered = Budget.share, repeats.REMEMBERED
    held = wanted.held
    if held is not None:
        small = Budget(held=held, sketch=8, hashes=16, frequent=4, turn=7)
        column.Budget.share = lambda columns: small  # type: ignore[method-assign, assignment]
    limits = [(module, name, getattr(module, name)) for module, name, _ in _SMALL]
    if wanted.limits:
        for module, name, value in _SMALL:
            setattr(module, name, value)
    repeats.REMEMBERED = wanted.remembered
    repeats.Repeats.__init__.__defaults__ = (wanted.remembered,)
    try:
        yield
    finally:
        for module, name, value in limits:
            setattr(module, name, value)
        column.Budget.share = share  # type: ignore[method-assign]
        repeats.REMEMBERED = remembered
        repeats.Repeats.__init__.__defaults__ = (remembered,)


@contextmanager
def reference() -> Iterator[None]:
    """Instead of the kernel."""
    before = os.environ.get(kernel.SWITCH)
    os.environ[kernel.SWITCH] = "off"
    try:
        yield
    finally:
        del os.environ[kernel.SWITCH]
        if before is not None:
            os.environ[kernel.SWITCH] = before


def profiled(content: bytes, options: Options = DEFAULTS, chunk: int = 1 << 16) -> bytes:
    return profile_stream((content[i : i + chunk] for i in range(0, len(content), chunk)), options=options).to_json()


def both(content: bytes, options: Options = DEFAULTS, held: Bounds = AS_THEY_ARE) -> tuple[bytes, bytes]:
    with bounds(held):
        with reference():
            expected = profiled(content, options)
        assert kernel.load(), kernel.why()
        return expected, profiled(content, options)


def differences(expected: bytes, found: bytes) -> list[tuple[str, str]]:
    """What differs, and something around it."""
    different = []
    for one, other in zip(expected.decode().split("\n"), found.decode().split("\n"), strict=False):
        if one != other:
            at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
            different.append((one[max(0, at - 100) : at + 100], other[max(0, at - 100) : at + 100]))
    return different
