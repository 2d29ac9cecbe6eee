"""Where things lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STACK = ROOT / "infra" / "stack.yaml"
LAMBDA_SRC = ROOT / "lambda_src"
HOOKS = ROOT / "init-aws.d"
REQUIREMENTS = ROOT / "requirements"
SAMPLES = ROOT / "samples"
BUILD = ROOT / "build"
