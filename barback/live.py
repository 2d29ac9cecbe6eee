"""Code that is live as soon as it is saved: what `barback watch` does with a change in lambda_src/.

Every save becomes a folder of its own that never changes again: the libraries of the package, hard-linked, and the
sources as they were at one moment. It is checked first, and then LocalStack is told to take functions' code from
there. So no invocation ever runs half of a change, and one that runs keeps the code it began with.
"""

import hashlib
import marshal
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import Any

from barback.errors import Problem
from barback.kernel import Kernel
from barback.package import (
    Build,
    add_kernels,
    add_rules,
    compile_tree,
    find_interpreter,
    import_handlers,
    kernels,
    wheels,
)
from barback.paths import BUILD, LAMBDA_SRC
from barback.polling import wait_for
from barback.targets import Target

# LocalStack's name for a bucket whose keys are folders of this machine.
HOT_RELOAD = "hot-reload"
KEPT = 20
SETTLE_SECONDS = 60.0
# The flags and the hash in the head of bytecode that is to be taken as it is.
UNCHECKED_HASH = (1).to_bytes(4, "little") + bytes(8)
MEND = "fix it; until then the code before it serves"
Files = dict[str, tuple[int, int]]


def files_of(folder: Path) -> Files:
    """The files of a folder with their time and size; what Python and editors leave there is none of it."""
    return dict(_walk(folder, ""))


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # removed this very moment
        return
    for entry in entries:
        if entry.name == "__pycache__" or entry.name.startswith((".", "#")) or entry.name.endswith(("~", ".swp")):
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")
            continue
        try:
            status = entry.stat()
        except OSError:
            continue
        yield prefix + entry.name, (status.st_mtime_ns, status.st_size)


@dataclass
class Live:
    target: Target
    build: Build
    sources: Path = LAMBDA_SRC
    folder: Path = BUILD / "live"
    # The bytecode of each source, with the time and size of the source.
    _compiled: dict[str, tuple[tuple[int, int], bytes]] = field(default_factory=dict, init=False)

    @cached_property
    def _interpreter(self) -> str | None:
        return find_interpreter(self.build)

    @cached_property
    def _libraries(self) -> Path:
        """The package's libraries with their bytecode; made once."""
        source = wheels(self.build)
        made = self.folder / source.name
        if not made.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f"{source.name}.{os.getpid()}.part"
            shutil.copytree(source, part)
            if self._interpreter:
                compile_tree(self._interpreter, part)
            part.rename(made)
        return made

    def prepare(self) -> None:
        """Everything that can be done before a first save, and the removal of folders that nobody runs any more."""
        _ = self._libraries
        with suppress(Problem):  # shown at the first save
            kernels(self.build, self.sources)
        for name, stamp in files_of(self.sources).items():
            if name.endswith(".py"):
                with suppress(Problem):
                    self._compiled[name] = stamp, self._compile(self.sources / name, name)
        old = sorted(self.folder.glob("code-*"), key=lambda path: path.stat().st_mtime)[:-KEPT]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)

    def snapshot(self, changed: set[str]) -> Path:
        """A folder with the sources of this moment, checked: what does not compile or import is a `Problem`."""
        while True:
            before = files_of(self.sources)
            digest = hashlib.sha256(repr((before, self.build, self.target.stack.buckets)).encode()).hexdigest()[:16]
            made = self.folder / f"code-{digest}"
            if made.is_dir():
                made.touch()
                return made
            part = made.with_suffix(f".{os.getpid()}.part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(self._libraries, part, copy_function=_link)
            ignored = shutil.ignore_patterns("__pycache__", "requirements.*", ".*", "#*", "*~", "*.swp")
            shutil.copytree(self.sources, part, dirs_exist_ok=True, ignore=ignored)
            add_rules(self.target.stack, part)
            if files_of(self.sources) == before:
                break
        try:
            add_kernels(self._kernels(part, changed), part)
            self._check(part, changed)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        try:
            part.rename(made)
        except OSError:  # another one that watches was quicker
            shutil.rmtree(part, ignore_errors=True)
            if not made.is_dir():
                raise
        return made

    def deploy(self, folder: Path, functions: list[str]) -> None:
        """Has functions take their code from a folder, and returns when the new code serves."""
        with ThreadPoolExecutor(max(1, len(functions))) as pool:
            list(pool.map(lambda name: self._update(name, folder), functions))

    def served_by(self, changed: set[str]) -> list[str]:
        """The functions that a change reaches: those of its flow, or all where more than a flow is concerned."""
        flows = {name.partition("/")[0] for name in changed}
        known = {function.handler.partition(".")[0] for function in self.target.stack.functions.values()}
        everyone = not flows <= known
        return [
            name
            for name, function in self.target.stack.functions.items()
            if everyone or function.handler.partition(".")[0] in flows
        ]

    def _kernels(self, tree: Path, changed: set[str]) -> list[Kernel]:
        """Of the sources in the folder. One that was changed and cannot be compiled is a `Problem`: without it, the
        functions would go on, and nobody would see that it is not in use."""
        compiled = kernels(self.build, tree, strict=True)
        for one in compiled:
            if one.path is None and any(name.startswith(f"{one.flow}/kernel/") for name in changed):
                raise Problem(f"the kernel of {one.flow} cannot be compiled: {one.how}", "see `make doctor`")
        return compiled

    def _check(self, tree: Path, changed: set[str]) -> None:
        for name, stamp in files_of(self.sources).items():
            if not name.endswith(".py"):
                continue
            if self._compiled.get(name, (None, b""))[0] != stamp:
                self._compiled[name] = stamp, self._compile(tree / name, name)
            if self.build.is_here:
                cached = Path(cache_from_source(str(tree / name)))
                cached.parent.mkdir(exist_ok=True)
                cached.write_bytes(self._compiled[name][1])
        here = Build.for_here()
        if self._interpreter and (self.build.system, self.build.architecture) == (here.system, here.architecture):
            handlers = [self.target.stack.functions[name].handler for name in self.served_by(changed)]
            import_handlers(self._interpreter, tree, handlers)

    def _compile(self, path: Path, name: str) -> bytes:
        """A file's bytecode, of the kind that is never checked against its source."""
        try:
            code = compile(path.read_bytes(), f"/var/task/{name}", "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            place = f"lambda_src/{name}" + (f", line {line}" if line else "")
            raise Problem(f"{place}: {getattr(error, 'msg', error)}", MEND) from None
        return MAGIC_NUMBER + UNCHECKED_HASH + marshal.dumps(code)

    def _update(self, function: str, folder: Path) -> None:
        client, name = self.target.client("lambda"), self.target.names.function(function)
        client.update_function_code(FunctionName=name, S3Bucket=HOT_RELOAD, S3Key=str(folder))

        def settled() -> dict[str, Any] | None:
            there: dict[str, Any] = client.get_function_configuration(FunctionName=name)
            return there if there["LastUpdateStatus"] != "InProgress" else None

        there = wait_for(settled, f"the new code of {function}", seconds=SETTLE_SECONDS)
        if there["LastUpdateStatus"] != "Successful":
            raise Problem(f"{function} did not take the new code: {there.get('LastUpdateStatusReason', '')}")


def changes(before: Files, after: Files) -> set[str]:
    """The files that are new, gone or different."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def settled_files(folder: Path, pause: float = 0.05) -> Files:
    """The files of a folder once nothing has changed for a moment: an editor or git may be writing several."""
    seen = files_of(folder)
    while True:
        time.sleep(pause)
        again = files_of(folder)
        if again == seen:
            return seen
        seen = again


def _link(source: str, target: str) -> str:
    """A hard link; a copy where the file system has none."""
    try:
        os.link(source, target)
    except OSError:
        return str(shutil.copy2(source, target))
    return target
