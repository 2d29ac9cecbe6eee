"""Which tests may run side by side (`make test` runs two processes of them).

A folder whose tests share an engine, a Docker environment or Terraform's work stays together in one process, and so
do the tests of a file elsewhere, which share what their fixtures make.
"""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOGETHER = ("embedded", "integration", "terraform")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        place = item.path.relative_to(HERE)
        group = place.parts[0] if place.parts[0] in TOGETHER else place.as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
