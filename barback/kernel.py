"""Builds kernels: the C sources that a flow has in lambda_src/FLOW/kernel/, as one shared library for each platform.

    python3 -m barback.kernel

builds them for Lambda on this machine, as `docker compose up` does. What is to run on this machine only is compiled by
its own compiler, where there is one. Everything else is compiled by the one in the package `ziglang`, pinned in
requirements/kernel.txt, which gives the same bytes on every machine. A flow works without its kernel, only slower:
whatever keeps one from being built is reported and stops nothing, except mistakes in the sources themselves. Standard
library only: it runs before anything is installed.
"""

import hashlib
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from barback.errors import Problem
from barback.paths import BUILD, LAMBDA_SRC, REQUIREMENTS, ROOT
from barback.setup import Progress, alone

FLAGS = (
    "-std=c11", "-O3", "-g0", "-fPIC", "-shared", "-fvisibility=hidden",
    # Every platform and compiler gives the same floating-point results.
    "-ffp-contract=off", "-fno-math-errno",
)  # fmt: skip
# The C library of Lambda's oldest image that has a supported Python, and the oldest macOS on Apple's processors.
GLIBC, MACOS = "2.26", "11.0"
PIN = REQUIREMENTS / "kernel.txt"
# Of the compiler's package, what compiling C for the platforms here takes: two thirds of it.
NEEDED = re.compile(
    r"ziglang/(zig|LICENSE|lib/[^/]+|lib/(std|compiler|compiler_rt|include|libc/glibc|libc/darwin)/.*"
    r"|lib/libc/include/((x86_64|x86|aarch64|arm|any)-(linux|macos)|generic-glibc|any-darwin).*)$"
)
COMPILE_SECONDS = 300
OFF = ("off", "0", "no", "false")
KEPT = 20
# The beginning of a kernel's file, by the processor: 64 bits, and which one.
ELF_MACHINES = {"x86_64": 62, "aarch64": 183}
MACH_MACHINES = {"x86_64": 0x01000007, "arm64": 0x0100000C}
PRINT_SOURCES = (
    "import ctypes, sys\n"
    "function = ctypes.CDLL(sys.argv[1]).barback_kernel_sources\n"
    "function.restype = ctypes.c_char_p\n"
    "print(function().decode())"
)


@dataclass(frozen=True)
class Platform:
    system: str  # linux or macos
    machine: str  # in the system's own words

    @classmethod
    def here(cls) -> "Platform":
        return cls.of(platform.system(), platform.machine())

    @classmethod
    def of(cls, system: str, machine: str) -> "Platform":
        """From any of the names that systems and processors go by."""
        system = {"darwin": "macos"}.get(system.lower(), system.lower())
        machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(machine.lower(), machine.lower())
        return cls(system, "aarch64" if (system, machine) == ("linux", "arm64") else machine)

    @property
    def file_name(self) -> str:
        return f"kernel-{self.system}-{self.machine}.{'dylib' if self.system == 'macos' else 'so'}"

    @property
    def target(self) -> str:
        """In the words of the compiler that builds for any of them."""
        machine = {"arm64": "aarch64"}.get(self.machine, self.machine)
        return f"{machine}-macos.{MACOS}" if self.system == "macos" else f"{machine}-{self.system}-gnu.{GLIBC}"


ALL = [
    Platform("linux", "x86_64"),
    Platform("linux", "aarch64"),
    Platform("macos", "x86_64"),
    Platform("macos", "arm64"),
]


@dataclass(frozen=True)
class Kernel:
    """A kernel as it was built for a platform; without a path, `how` says why it was not."""

    flow: str
    path: Path | None
    how: str

    def describe(self) -> str:
        return f"{'with' if self.path else 'without'} the kernel of {self.flow} ({self.how})"


class CompileError(Problem):
    """The compiler did not take the sources."""


class NoCompiler(Problem):
    """There is none, or none that works."""


def switched_off(settings: Mapping[str, str]) -> str | None:
    """The setting by which somebody has chosen to do without a kernel: CSV_KERNEL=off."""
    off = (name for name, value in settings.items() if name.endswith("_KERNEL") and value.strip().lower() in OFF)
    return next(off, None)


def folders(tree: Path = LAMBDA_SRC) -> list[Path]:
    """The folders with a kernel's sources, one a flow at most."""
    return sorted({source.parent for source in tree.glob("*/kernel/*.c")})


def is_source(name: str) -> bool:
    return name.endswith((".c", ".h")) and not name.startswith(".")


def digest_of(sources: dict[str, bytes]) -> str:
    """What a library says that it was built from. The loader in the folder computes the same."""
    return hashlib.sha256(b"".join(name.encode() + b"\0" + sources[name] for name in sorted(sources))).hexdigest()


def build_all(
    wanted: Platform,
    *,
    tree: Path = LAMBDA_SRC,
    local: bool = False,
    fetch: bool = True,
    strict: bool = False,
    progress: Progress = lambda line: None,
) -> list[Kernel]:
    """Every flow's kernel, built or found built.

    `local`: it is to run on this machine only, so that its own compiler will do; a compiler that does not take the
    sources is then no failure, unless `strict`. `fetch`: a compiler that is not here may be downloaded.
    """
    made = []
    for folder in folders(tree):
        flow = folder.parent.name
        try:
            made.append(_build(folder, wanted, local, fetch, progress))
        except CompileError as problem:
            if strict or not local:
                raise
            made.append(Kernel(flow, None, f"it cannot be compiled: {problem.what}"))
        except NoCompiler as problem:
            made.append(Kernel(flow, None, problem.what))
        except (OSError, zipfile.BadZipFile) as error:
            made.append(Kernel(flow, None, str(error)))
    return made


def _build(folder: Path, wanted: Platform, local: bool, fetch: bool, progress: Progress) -> Kernel:
    flow, reason = folder.parent.name, "there is no C compiler on this machine"
    sources = {path.name: path.read_bytes() for path in folder.iterdir() if is_source(path.name)}
    if local and wanted == Platform.here() and (own := own_compiler()):
        command, version = own
        try:
            return Kernel(flow, _library(flow, sources, wanted, command, version, progress), f"built by {version}")
        except NoCompiler as problem:
            reason = problem.what
    options = ["cc", "-target", wanted.target, "-s"]  # stripped: else it holds the debug information of what it links
    kept = _place(sources, wanted, _pin(), options)
    if not kept.exists():
        zig = portable_compiler(progress, fetch=fetch)
        if zig is None:
            raise NoCompiler(reason)
        command = [str(zig), *options]
        kept = _library(flow, sources, wanted, command, _pin(), progress)
    return Kernel(flow, kept, f"built by {_pin()}")


def own_compiler() -> tuple[list[str], str] | None:
    """This machine's C compiler and its version."""
    if sys.platform == "darwin" and not _succeeds(["xcode-select", "-p"]):
        return None  # Apple's `cc` would open a window and offer to install a compiler
    for name in filter(None, (os.environ.get("CC"), "cc", "gcc", "clang")):
        command = shlex.split(name)
        if not shutil.which(command[0]):
            continue
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
        if not done.returncode and done.stdout.strip():
            return command, done.stdout.splitlines()[0].strip()
    return None


def portable_compiler(progress: Progress = lambda line: None, *, fetch: bool = True) -> Path | None:
    """The compiler for every platform; downloaded once for each version of it."""
    home = BUILD / f"zig-{hashlib.sha256(PIN.read_bytes() + repr(Platform.here()).encode()).hexdigest()[:16]}"
    program = home / "ziglang" / "zig"
    if program.exists() or not fetch:
        return program if program.exists() else None
    what = "getting the C compiler for the kernel"
    with alone(BUILD / "zig.lock", progress, what):
        if not program.exists():
            with tempfile.TemporaryDirectory(prefix="zig-", dir=BUILD) as scratch:
                progress(f"{what}: once, about 85 MB")
                wheel = _download(Path(scratch))
                progress(f"{what}: unpacking")
                tree = Path(scratch) / "tree"
                with zipfile.ZipFile(wheel) as archive:
                    for name in filter(NEEDED.match, archive.namelist()):
                        archive.extract(name, tree)
                (tree / "ziglang" / "zig").chmod(0o755)
                tree.rename(home)
    return program


def _download(folder: Path) -> Path:
    """By pip, which knows the user's package index and checks the hash."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--retries=1",
        "--require-hashes", "--only-binary=:all:", "--dest", str(folder), "-r", str(PIN),
    ]  # fmt: skip
    env = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        why = (errors or ["no message"])[-1].removeprefix("ERROR: ")
        raise NoCompiler(f"the package {_pin()} cannot be downloaded: {why} (`pip config list` shows the index in use)")
    return wheels[0]


def _pin() -> str:
    """The compiler's package and version, which is all that its result depends on."""
    pin = next(line.split()[0] for line in PIN.read_text().splitlines() if "==" in line)
    return pin.replace("==", " ")


def _place(sources: dict[str, bytes], wanted: Platform, version: str, options: Sequence[str]) -> Path:
    """Where a library is kept: a folder for all that it depends on."""
    whole = repr((digest_of(sources), wanted, version, list(options), FLAGS))
    return BUILD / f"kernel-{hashlib.sha256(whole.encode()).hexdigest()[:16]}" / wanted.file_name


def _library(
    flow: str, sources: dict[str, bytes], wanted: Platform, command: Sequence[str], version: str, progress: Progress
) -> Path:
    """Compiles copies of the sources, as an editor may be writing the originals; what was compiled before is kept."""
    kept = _place(sources, wanted, version, command[1:])
    what = f"compiling the kernel for {wanted.system} on {wanted.machine}"
    with alone(BUILD / "kernel.lock", progress, what):
        if kept.exists():
            kept.parent.touch()
        else:
            progress(what)
            _make(kept, flow, sources, wanted, command)
    return kept


def _make(kept: Path, flow: str, sources: dict[str, bytes], wanted: Platform, command: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="kernel-", suffix=".part", dir=BUILD) as scratch:
        copies, made = Path(scratch) / "sources", Path(scratch) / "made"
        copies.mkdir()
        made.mkdir()
        for name, content in sources.items():
            (copies / name).write_bytes(content)
        library = made / wanted.file_name
        _compile(flow, sources, wanted, command, copies, library)
        _check(library, wanted, digest_of(sources))
        shutil.rmtree(kept.parent, ignore_errors=True)  # what somebody has half removed
        made.rename(kept.parent)
    for old in sorted(BUILD.glob("kernel-*/"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _compile(
    flow: str, sources: dict[str, bytes], wanted: Platform, command: Sequence[str], folder: Path, out: Path
) -> None:
    named = [f"-Wl,-install_name,@rpath/{out.name}"] if wanted.system == "macos" else []
    files = sorted(name for name in sources if name.endswith(".c"))
    made_of = f'-DBARBACK_KERNEL_SOURCES="{digest_of(sources)}"'
    full = [*command, *FLAGS, *named, made_of, *files, "-o", str(out), "-lm"]
    # What is the same for every kernel of a platform is kept, which makes the next one a matter of a second.
    caches = {"ZIG_GLOBAL_CACHE_DIR": str(BUILD / "zig-cache"), "ZIG_LOCAL_CACHE_DIR": str(folder / "cache")}
    env = {**os.environ, **caches, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            full, cwd=folder, env=env, capture_output=True, text=True, errors="replace",
            timeout=COMPILE_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoCompiler(f"{command[0]} cannot be run: {error}") from None
    if done.returncode or not out.exists():
        said = [line for line in done.stderr.splitlines() if line.strip()]
        if mistakes := _mistakes(flow, sources, said):
            raise CompileError("\n".join(mistakes[:3]), "fix it; `make kernel` shows whether it compiles")
        last = next((line for line in said if "error" in line), "".join(said[-1:]) or f"exit code {done.returncode}")
        raise NoCompiler(f"{command[0]} does not work: {last}")


def _mistakes(flow: str, sources: dict[str, bytes], said: list[str]) -> list[str]:
    """What the compiler says of the sources; that a header of the C library is missing is not their mistake."""
    found = []
    for line in said:
        if match := re.match(r"([^:]+):(\d+):(?:\d+:)? (?:fatal )?error: (.*)", line):
            file, number, message = match.groups()
            missing = re.match(r"'?([^':]+)'?(?: file not found|: No such file)", message)
            ours = missing is None or any(f'"{missing[1]}"'.encode() in content for content in sources.values())
            if file in sources and ours:
                found.append(f"lambda_src/{flow}/kernel/{file}, line {number}: {message}")
    return found


def _check(library: Path, wanted: Platform, digest: str) -> None:
    """That it is for the right processor and, where this is that machine, that it loads and names its sources."""
    head = library.read_bytes()[:20]
    if wanted.system == "macos":
        right = head[:8] == b"\xcf\xfa\xed\xfe" + MACH_MACHINES[wanted.machine].to_bytes(4, "little")
    else:
        right = head[:5] == b"\x7fELF\x02" and head[18:20] == ELF_MACHINES[wanted.machine].to_bytes(2, "little")
    if not right:
        raise NoCompiler(f"what the compiler made is not a library for {wanted.system} on {wanted.machine}")
    if wanted != Platform.here():
        return
    done = subprocess.run(
        [sys.executable, "-IS", "-c", PRINT_SOURCES, str(library)], capture_output=True, text=True, check=False
    )
    if done.stdout.strip() != digest:
        raise NoCompiler(f"the kernel does not load: {(done.stderr.strip().splitlines() or ['it ends Python'])[-1]}")


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def fetch_in_background() -> bool:
    """Gets the compiler and builds the kernels for this machine, while whoever started it goes on. False if the
    compiler is here already: then it is not what was missing."""
    if portable_compiler(fetch=False):
        return False
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "kernel.log").open("w") as log:
        command = [sys.executable, "-m", "barback", "kernel"]
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    return True


def main() -> int:
    try:
        kernels = build_all(Platform.of("linux", platform.machine()), progress=lambda line: print(line, flush=True))
    except Problem as problem:
        print(f"kernel: {problem}", file=sys.stderr)
        return 1
    for kernel in kernels:
        print(f"kernel of {kernel.flow}: {kernel.how}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
