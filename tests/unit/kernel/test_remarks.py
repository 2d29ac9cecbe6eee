"""What `make up` says of a package without its kernel, and what it does about it."""

from pathlib import Path

import pytest

from barback.config import Config
from barback.engines.embedded import engine
from barback.kernel import Kernel
from barback.package import Build, Package

WITHOUT = Kernel("csv_profile", None, "there is no C compiler on this machine")


def package(kernel: Kernel) -> Package:
    return Package(Path("lambda.zip"), Build.for_here(), True, 1, True, [kernel], "")


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    started: list[bool] = []

    def fetch() -> bool:
        started.append(True)
        return True

    monkeypatch.setattr(engine, "fetch_in_background", fetch)
    return started


def test_a_missing_compiler_is_named_and_got_in_the_background(fetched: list[bool]) -> None:
    missing, fetching = engine.remarks_on(package(WITHOUT), Config())
    assert missing == "without the kernel of csv_profile (there is no C compiler on this machine)"
    assert "in the background" in fetching
    assert fetched == [True]


def test_a_compiler_that_is_here_is_not_got_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "fetch_in_background", lambda: False)
    assert len(engine.remarks_on(package(WITHOUT), Config())) == 1


@pytest.mark.parametrize(
    ("kernel", "config"),
    [(Kernel("csv_profile", Path("kernel.so"), "built"), Config()), (WITHOUT, Config(values={"CSV_KERNEL": "off"}))],
    ids=["it is there", "it is switched off"],
)
def test_nothing_is_said_or_downloaded(kernel: Kernel, config: Config, fetched: list[bool]) -> None:
    assert engine.remarks_on(package(kernel), config) == []
    assert fetched == []
