"""The dashboard reads through the API alone: nothing that it loads can talk to AWS."""

import subprocess
import sys

from barback.paths import ROOT
from dashboard.views import PAGES

LOADED = """
import sys
sys.path[:] = [path for path in sys.path if not path.endswith("lambda_src")]
import dashboard.client, dashboard.ui, {pages}
print(*sorted(name for name in sys.modules if name.split(".")[0] in ("boto3", "botocore", "fastapi")))
print(*sorted(name for name in sys.modules if name.startswith("barback.")))
"""


def test_nothing_of_aws_is_loaded() -> None:
    pages = ", ".join(f"dashboard.views.{entry.name}" for entry in PAGES)
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(pages=pages)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    of_aws, ours = done.stdout.split("\n")[:2]
    assert of_aws == ""
    assert "barback.markup" in ours
    assert not {"barback.targets", "barback.config", "barback.stack.model"} & set(ours.split())
