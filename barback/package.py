"""Builds the Lambda package: the zip of lambda_src/ and its requirements, for a named Python and architecture.

The same sources give the same bytes. Wheels only, so that nothing is compiled for the wrong machine; compiled
bytecode is added where an interpreter of that version is found, because Lambda otherwise compiles at each cold start.
"""

import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from barback import kernel
from barback.errors import Problem
from barback.files import replacing, write
from barback.kernel import Kernel
from barback.paths import BUILD, LAMBDA_SRC
from barback.setup import Progress
from barback.stack.load import compile_stack
from barback.stack.model import Stack

BUDGET = 15 * 1024 * 1024
REQUIREMENTS = LAMBDA_SRC / "requirements.txt"
# What the package says of itself, inside it: provisioners read it to name the right runtime.
LABEL = "package.json"
# The stack's rules for files (`expect`), where there are any: see lambda_src/csv_profile/rulebook.py.
RULES = "expect.json"
EPOCH = (1980, 1, 1, 0, 0, 0)
# What Lambda's base image brings: boto3 and what it stands on.
PROVIDED = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
# Of a wheel's own papers only the licence and the metadata travel; the rest differs from install to install.
LEFT_OUT = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "entry_points.txt")


@dataclass(frozen=True)
class Build:
    """What a package is built for. `system` is "linux" for Lambda, or this machine's for the embedded engine."""

    python: str
    architecture: str
    system: str = "linux"
    # It is to run on this very machine only, so that what is compiled may be compiled by the machine's own compiler.
    local: bool = field(default=False, compare=False, repr=False)

    @property
    def platform(self) -> kernel.Platform:
        return kernel.Platform.of(self.system, self.architecture)

    @property
    def zip_path(self) -> Path:
        return BUILD / f"lambda-py{self.python}-{self.system}-{self.architecture}.zip"

    @property
    def is_here(self) -> bool:
        """Whether this very interpreter can run it."""
        return self == Build.for_here()

    @classmethod
    def for_here(cls) -> "Build":
        return cls(f"{sys.version_info[0]}.{sys.version_info[1]}", machine(), platform.system().lower(), True)


def machine() -> str:
    """This machine's architecture in Lambda's words."""
    return {"aarch64": "arm64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())


def build_for(goal: str, stack: Stack) -> Build:
    """What the package is built for when it is to run on "aws", in "docker" here, or "embedded"."""
    if goal == "embedded":
        return Build.for_here()
    return Build(stack.runtime.python, stack.runtime.architecture if goal == "aws" else machine())


@dataclass(frozen=True)
class Package:
    path: Path
    build: Build
    bytecode: bool
    files: int
    # Whether the handlers were imported from the zip; where nothing here can, only its libraries are checked.
    imported: bool
    # The compiled part of each flow that has one, or why it is not in it.
    kernels: list[Kernel]
    # Of what it was made of: the same on every machine, though not each of them can add the same bytecode.
    digest: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def remarks(self) -> list[str]:
        """What is missing without anything having failed."""
        return [one.describe() for one in self.kernels if one.path is None]

    def describe(self) -> str:
        size = f"{self.size / 1024 / 1024:.1f} MB"
        bytecode = (
            "with bytecode" if self.bytecode else f"no bytecode (no python{self.build.python} here to compile it)"
        )
        tested = "imports tested" if self.imported else "libraries checked"
        compiled = "".join(f", {one.describe()}" for one in self.kernels)
        return (
            f"{self.path.name}: {size} of {BUDGET // 1024 // 1024} MB, {self.files} files, "
            f"Python {self.build.python}, {self.build.system}/{self.build.architecture}, {bytecode}, {tested}{compiled}"
        )


def build_package(
    stack: Stack, build: Build, out: Path | None = None, progress: Progress = lambda line: None
) -> Package:
    """Builds the zip and, beside it, the compiled stack. A zip that was made of the same is taken as it is."""
    out = out or build.zip_path
    with ThreadPoolExecutor(1) as pool:  # the first time, both take seconds
        compiling = pool.submit(kernels, build, progress=progress)
        if not out.exists():
            wheels(build)
        compiled = compiling.result()
    interpreter = find_interpreter(build)
    here = Build.for_here()
    runs_here = bool(interpreter) and (build.system, build.architecture) == (here.system, here.architecture)
    label = {
        **asdict(build), "bytecode": bool(interpreter), "imported": runs_here, "sources": _digest(stack),
        "kernels": {one.flow: one.path and one.path.parent.name for one in compiled},
    }  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    if _label_of(out) != label:
        with replacing(out) as part, tempfile.TemporaryDirectory(prefix="barback-") as scratch:
            tree = Path(scratch) / "tree"
            shutil.copytree(wheels(build), tree)
            ignored = shutil.ignore_patterns("__pycache__", "requirements.*")
            shutil.copytree(LAMBDA_SRC, tree, dirs_exist_ok=True, ignore=ignored)
            add_kernels(compiled, tree)
            add_rules(stack, tree)
            (tree / LABEL).write_text(json.dumps(label, sort_keys=True) + "\n")
            if interpreter:
                compile_tree(interpreter, tree)
            _zip(tree, part)
            if interpreter and runs_here:
                _check_imports(stack, interpreter, part)
            else:
                _check_tags(build, tree)
            if (size := part.stat().st_size) > BUDGET:
                raise Problem(
                    f"the package is {size / 1024 / 1024:.1f} MB; the budget is {BUDGET // 1024 // 1024} MB",
                    "take a requirement out of lambda_src/requirements.in, or raise BUDGET in barback/package.py",
                )
    write(out.parent / "stack.json", compile_stack(stack))
    with zipfile.ZipFile(out) as archive:
        whole = hashlib.sha256(repr((build, label["sources"], label["kernels"])).encode()).hexdigest()
        return Package(out, build, bool(interpreter), len(archive.namelist()), runs_here, compiled, whole)


def kernels(
    build: Build, tree: Path = LAMBDA_SRC, strict: bool = False, progress: Progress = lambda line: None
) -> list[Kernel]:
    """The compiled part of each flow that has one. On this machine nothing is downloaded for it, as somebody waits."""
    return kernel.build_all(
        build.platform, tree=tree, local=build.local, fetch=not build.local, strict=strict, progress=progress
    )


def add_kernels(compiled: list[Kernel], tree: Path) -> None:
    """Puts the libraries beside their sources, which the loader compares them with."""
    for one in compiled:
        if one.path:
            shutil.copyfile(one.path, tree / one.flow / "kernel" / one.path.name)


def add_rules(stack: Stack, tree: Path) -> None:
    """Puts the stack's rules for files beside the code that applies them."""
    if rules := _rules(stack):
        (tree / RULES).write_text(rules, encoding="utf-8")


def _rules(stack: Stack) -> str:
    """By bucket and prefix; dates as text."""
    stated = {name: bucket.model_dump(mode="json")["expect"] for name, bucket in stack.buckets.items() if bucket.expect}
    return json.dumps(stated, indent=1, sort_keys=True) + "\n" if stated else ""


def _digest(stack: Stack) -> str:
    """What the package is made of and checked against: sources, requirements, handlers, and this module."""
    seen = hashlib.sha256()
    for path in [Path(__file__), Path(kernel.__file__), REQUIREMENTS, *_entries(LAMBDA_SRC)]:
        if "__pycache__" not in path.parts:
            seen.update(f"{path.name}\0".encode() + path.read_bytes())
    seen.update(repr([function.handler for function in stack.functions.values()]).encode())
    seen.update(_rules(stack).encode())
    return seen.hexdigest()


def _label_of(path: Path) -> dict[str, Any] | None:
    try:
        with zipfile.ZipFile(path) as archive:
            label: dict[str, Any] = json.loads(archive.read(LABEL))
            return label
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        return None


def read_label(path: Path) -> Build:
    """What a package was built for, as it says itself."""
    if not path.exists():
        raise Problem(f"there is no Lambda package at {path}", "run `make package`")
    label = _label_of(path)
    if label is None:
        raise Problem(f"{path} is not a Lambda package of this project", "run `make clean package`")
    return Build(label["python"], label["architecture"], label["system"])


def without_kernels(path: Path) -> list[str]:
    """The flows whose compiled part is not in a package, though they have one."""
    label = _label_of(path) or {}
    return [flow for flow, built in label.get("kernels", {}).items() if built is None]


def find_interpreter(build: Build) -> str | None:
    """An interpreter of the package's Python version: this one, one on PATH, or one that pyenv or uv keeps."""
    if f"{sys.version_info[0]}.{sys.version_info[1]}" == build.python:
        return sys.executable
    candidates = [shutil.which(f"python{build.python}")]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += [str(path) for path in sorted(pyenv.glob(f"versions/{build.python}.*/bin/python{build.python}"))]
    if uv := shutil.which("uv"):
        found = subprocess.run(
            [uv, "python", "find", "--no-python-downloads", build.python], capture_output=True, text=True, check=False
        )
        candidates.append(found.stdout.strip() or None)
    for candidate in filter(None, candidates):
        try:
            answer = subprocess.run(
                [candidate, "-IS", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                capture_output=True, text=True, timeout=20, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer.stdout.strip() == build.python:
            return candidate
    return None


def wheels(build: Build) -> Path:
    """The requirements, unpacked; made once for each list of requirements, Python, system and architecture."""
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + repr(build).encode()).hexdigest()[:16]
    kept = BUILD / f"wheels-{key}"
    if kept.is_dir():
        return kept
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wheels-", dir=BUILD) as scratch:
        target = Path(scratch) / "tree"
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
            "--no-deps", "--require-hashes", "--only-binary=:all:", "--target", str(target), "-r", str(REQUIREMENTS),
        ]  # fmt: skip
        if not build.is_here:
            if build.system != "linux":
                raise Problem(f"a package for {build.system} can only be built there", "build on that machine")
            arch = {"arm64": "aarch64"}.get(build.architecture, build.architecture)
            command += ["--implementation", "cp", "--python-version", build.python]
            for tag in ("manylinux2014", "manylinux_2_17", "manylinux_2_28"):
                command += ["--platform", f"{tag}_{arch}"]
        env = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PYTHONWARNINGS": "ignore"}
        result = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        if result.returncode:
            reason = next(
                (line for line in result.stderr.splitlines() if line.startswith("ERROR")), result.stderr[-500:]
            )
            raise Problem(
                f"cannot get lambda_src/'s requirements for Python {build.python} on {build.architecture}: {reason}",
                "check the network and that each has a wheel for it; `pip config list` shows the index in use",
            )
        shutil.rmtree(target / "bin", ignore_errors=True)
        for paper in [p for name in LEFT_OUT for p in target.glob(f"*.dist-info/{name}")]:
            paper.unlink()
        try:
            target.rename(kept)
        except OSError:
            if not kept.is_dir():  # else another build was quicker
                raise
    return kept


def compile_tree(interpreter: str, tree: Path) -> None:
    """Bytecode that is never checked against its source: Lambda's disk has other times, and never changes."""
    script = (
        "import compileall, py_compile, sys\n"
        "ok = compileall.compile_dir(sys.argv[1], quiet=1, workers=1, stripdir=sys.argv[1], prependdir='/var/task',"
        " invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)\n"
        "sys.exit(not ok)"
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | {"PYTHONHASHSEED": "0"}
    result = subprocess.run(
        [interpreter, "-S", "-c", script, str(tree)], capture_output=True, text=True, env=env, check=False
    )
    if result.returncode:
        raise Problem(
            f"lambda_src/ does not compile:\n{(result.stdout + result.stderr).strip()}", "fix the file it names"
        )


def _entries(tree: Path) -> Iterator[Path]:
    return iter(sorted(path for path in tree.rglob("*") if path.is_file()))


def _zip(tree: Path, out: Path) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in _entries(tree):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o755 if path.suffix in (".so", ".dylib") else 0o644) << 16
            archive.writestr(entry, path.read_bytes())


def _check_imports(stack: Stack, interpreter: str, path: Path) -> None:
    """Imports every handler from the zip as Lambda would."""
    with tempfile.TemporaryDirectory(prefix="barback-") as scratch:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(scratch)
        import_handlers(interpreter, Path(scratch), [function.handler for function in stack.functions.values()])


def import_handlers(interpreter: str, tree: Path, handlers: list[str]) -> None:
    """Imports handlers from a folder with what is in it and what Lambda brings, nothing else."""
    with tempfile.TemporaryDirectory(prefix="barback-") as scratch:
        provided = Path(scratch)
        for spec in filter(None, map(importlib.util.find_spec, PROVIDED)):
            source = Path(spec.origin or "")
            source = source.parent if source.name == "__init__.py" else source
            (provided / source.name).symlink_to(source)
        script = (
            "import importlib, sys\n"
            "sys.dont_write_bytecode = True\n"
            "sys.path[:0] = sys.argv[1:3]\n"
            "for handler in sys.argv[3:]:\n"
            "    module, _, name = handler.rpartition('.')\n"
            "    assert callable(getattr(importlib.import_module(module), name)), f'{handler} is not callable'\n"
        )
        command = [interpreter, "-IS", "-c", script, str(tree), str(provided), *handlers]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if result.returncode:
        last = result.stderr.strip().splitlines()[-1:] or ["no message"]
        raise Problem(
            f"a handler cannot be imported from the package: {last[0]}{_place(result.stderr, tree)}",
            "in Lambda there are lambda_src/, its requirements.in and boto3, nothing else",
        )


def _place(traceback: str, tree: Path) -> str:
    """The last file and line of ours that a traceback names."""
    named = re.findall(rf'File "(?:{re.escape(str(tree))}|/var/task)/([^"]+)", line (\d+)', traceback)
    ours = [(file, line) for file, line in named if (LAMBDA_SRC / file).is_file()]
    return f" (lambda_src/{ours[-1][0]}, line {ours[-1][1]})" if ours else ""


def _check_tags(build: Build, tree: Path) -> None:
    tag = f"cpython-{build.python.replace('.', '')}"
    arch = {"arm64": "aarch64"}.get(build.architecture, build.architecture)
    for library in tree.rglob("*.so"):
        if library.name == build.platform.file_name:
            continue  # of no version of Python; checked when it was built
        if "abi3" not in library.name and not (tag in library.name and arch in library.name):
            raise Problem(f"{library.name} in the package is not for {tag} on {arch}", "run `make clean package`")
