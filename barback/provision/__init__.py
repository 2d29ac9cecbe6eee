"""Builds the compiled stack through AWS's own APIs: what the ready hook does on every local engine.

Each resource knows what it should look like and can read back what is there; building is making the two equal. So
a second run changes nothing, a run that was cut off is finished by the next, and success means it was read back.

Runs inside LocalStack's process too: standard library and boto3 only.
"""

from barback.provision.resource import StepFailed
from barback.provision.stages import Report, build, main

__all__ = ["Report", "StepFailed", "build", "main"]
