"""Which tests may run side by side (`make test` runs two processes of them).

A folder whose tests share an engine, a Docker environment or Terraform's work stays together in one process, and so
do the tests of a file elsewhere, which share what their fixtures make.
"""

import os
import signal
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from barback.flows.csv_profile.kernel import use_kernel

# The same examples each time: a change is judged by what it changes. `--hypothesis-profile=new` looks for others.
# A busy machine makes no example wrong.
PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("same", derandomize=True, database=None, **PATIENT)
hypothesis.settings.register_profile("new", derandomize=False, **PATIENT)
hypothesis.settings.load_profile("same")

# Where the shell names a proxy, it is for the package index: servers of the tests are on this machine.
for name in ("NO_PROXY", "no_proxy"):
    os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))

# What a shell runs in the background ignores interrupts, and so would the programs that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Where there is no compiler, the profiler's tests are tests of the reference, and those of the kernel are skipped.
KERNEL = use_kernel()

TOGETHER = ("browser", "embedded", "integration", "terraform")


class ByRoom(LoadScopeScheduling):  # type: ignore[misc]  # xdist is not typed
    def _split_scope(self, nodeid: str) -> str:
        file: str = nodeid.split("::")[0]
        folder = file.removeprefix("tests/").split("/")[0]
        return folder if folder in TOGETHER else file


@pytest.fixture(scope="session", autouse=True)
def no_compiler_comes() -> Iterator[None]:
    """Where there is none, an engine gets one in the background: in the middle of the tests, other code would be built
    than before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("barback.engines.embedded.engine.fetch_in_background", lambda: False)
        yield


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByRoom:
    return ByRoom(config, log)


def pytest_report_header() -> str:
    return f"kernel: {KERNEL.how}"
