"""The kernel compiled with AddressSanitizer and UndefinedBehaviorSanitizer, which end the process at the first read or
write outside a buffer and at the first undefined operation."""

import os
import subprocess
from pathlib import Path

from barback.errors import Problem
from barback.kernel import FLAGS, digest_of
from barback.paths import BUILD, LAMBDA_SRC, ROOT

KEPT = BUILD / "fuzz"
LIBRARY, SMALL_LIBRARY, ALONE = (KEPT / name for name in ("kernel-sanitized.so", "kernel-small.so", "alone"))
RUNNING = KEPT / "running"  # the number of the input that is compared
OPTIONS = {
    # Python itself keeps memory to its end. What the other sanitizer finds becomes an abort, which this one tells of.
    "ASAN_OPTIONS": "detect_leaks=0:handle_abort=1:exitcode=99:quarantine_size_mb=4",
    "UBSAN_OPTIONS": "print_stacktrace=1:abort_on_error=1",
}
_SANITIZERS = (
    "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-g", "-O1",
)  # fmt: skip
_SHARED = ("-fPIC", "-shared")
_SMALL = "-DSMALL_LIMITS"
# The kernel's allocations go through functions of alone.c.
_ALLOCATIONS = (
    "-Dmalloc=kernel_malloc", "-Dcalloc=kernel_calloc", "-Drealloc=kernel_realloc", "-Dfree=kernel_free_memory",
)  # fmt: skip
_SOURCES = LAMBDA_SRC / "csv_profile" / "kernel"


def build(*wanted: Path, compiler: str = "cc") -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for path in wanted:
        if path == ALONE:
            _compile(compiler, path, _SMALL, *_ALLOCATIONS, f"-I{_SOURCES}", str(ROOT / "tests" / "fuzz" / "alone.c"))
        else:
            _compile(compiler, path, *_SHARED, *([_SMALL] if path == SMALL_LIBRARY else []))


def environment(compiler: str = "cc") -> dict[str, str]:
    """For a Python that is to load such a library: the sanitizers have to be loaded before anything else is."""
    return {
        **OPTIONS,
        "PYTHONPATH": str(LAMBDA_SRC),
        "CSV_KERNEL": "",
        "CSV_KERNEL_LIBRARY": str(LIBRARY),
        "LD_PRELOAD": " ".join(_runtime(compiler, name) for name in ("libasan.so", "libubsan.so")),
    }


def _compile(compiler: str, path: Path, *arguments: str) -> None:
    sources = {path.name: path.read_bytes() for path in _SOURCES.iterdir() if path.suffix in (".c", ".h")}
    flags = [flag for flag in FLAGS if not flag.startswith(("-O", "-g")) and flag not in _SHARED]
    define = f'-DBARBACK_KERNEL_SOURCES="{digest_of(sources)}"'
    files = [str(_SOURCES / name) for name in sorted(sources) if name.endswith(".c")]
    new = path.with_name(f"{path.name}.{os.getpid()}")  # another run may have the old one open
    command = [compiler, *flags, *_SANITIZERS, define, *arguments, *files, "-o", str(new), "-lm"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
        new.replace(path)
    except FileNotFoundError as error:
        raise Problem("There is no C compiler on this machine.", "Install gcc or clang.") from error
    except subprocess.CalledProcessError as error:
        raise Problem(f"The kernel was not compiled with sanitizers:\n{error.stderr}", "Use gcc or clang.") from error


def _runtime(compiler: str, name: str) -> str:
    command = [compiler, f"-print-file-name={name}"]
    path = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    if not Path(path).is_absolute():
        raise Problem(f"The compiler has no {name}.", "Install the compiler's sanitizers.")
    return path
