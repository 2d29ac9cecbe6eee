"""Where things lie in a checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STACK = ROOT / "infra" / "stack.yaml"
LAMBDA_SRC = ROOT / "lambda_src"
HOOKS = ROOT / "init-aws.d"
REQUIREMENTS = ROOT / "requirements"
SAMPLES = ROOT / "samples"
# Packages and wheels; elsewhere where the checkout cannot be written to.
BUILD = Path(os.environ.get("BARBACK_WORK") or ROOT / "build")
