"""The environment that the engine runs in, written from scratch: nothing of the shell's reaches LocalStack."""

import os
from collections.abc import Mapping
from pathlib import Path


def engine_environment(
    *, port: int, state: Path, runtime_python: Path, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """`extra` wins over what is set here; BARBACK_LAMBDA_CONCURRENCY and the LAMBDA_… settings are made for that."""
    nowhere = str(state / "home" / "none")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "HOME": str(state / "home"),
        "TMPDIR": str(state / "tmp"),
        # glibc gives memory back: few arenas for many threads, and large blocks apart from them.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "131072",
        "MALLOC_TRIM_THRESHOLD_": "131072",
        # plux remembers entry points by times that are exact to two minutes only: a fresh folder is never stale.
        "XDG_CACHE_HOME": str(state / "cache"),
        # No real profile, key or instance role can be found from here.
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "*",
        "no_proxy": "*",
        # LocalStack: where it listens (see inside/gateway.py) and writes, and that it calls nobody.
        "RUNTIME_COMPONENTS": "barback",
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        # What addresses it hands out begin with; host names below localhost resolve nowhere, and the AWS provider of
        # Terraform takes queue addresses of no other form than this.
        "LOCALSTACK_HOST": f"localhost:{port}",
        "SQS_ENDPOINT_STRATEGY": "off",
        # Even where this machine is itself a container: everything under our own root.
        "OVERRIDE_IN_DOCKER": "0",
        "FILESYSTEM_ROOT": str(state),
        "CONFIG_DIR": str(state / "home" / ".localstack"),
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "SQS_DISABLE_CLOUDWATCH_METRICS": "1",
        # DynamoDB without Java, objects in files of this engine, Lambda without Docker: see plugins.py.
        "PROVIDER_OVERRIDE_DYNAMODB": "moto",
        "PROVIDER_OVERRIDE_S3": "barback",
        "PROVIDER_OVERRIDE_LOGS": "barback",
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "BARBACK_RUNTIME_PYTHON": str(runtime_python),
        "BARBACK_STATE": str(state),
        # Nobody wants to wait AWS's minutes for a retry on a laptop.
        "LAMBDA_RETRY_BASE_DELAY": "1",
        # For a busy machine, on which many functions start at once.
        "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT": "90",
        "LAMBDA_KEEPALIVE_MS": "600000",
        "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.1",
        "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "0.5",
        "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_ERROR_SEC": "2",
        **(extra or {}),
    }
