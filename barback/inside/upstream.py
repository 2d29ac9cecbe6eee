"""Serves the stand-ins for public APIs inside the embedded engine, so that they live exactly as long as it does."""

import os

from localstack.runtime import hooks


@hooks.on_infra_start()  # type: ignore[untyped-decorator]  # LocalStack is not typed for us
def serve_upstream() -> None:
    """Listens where BARBACK_UPSTREAM_PORT says; without it, nothing is served."""
    port = os.environ.get("BARBACK_UPSTREAM_PORT")
    if port:
        from upstream.server import Upstream

        Upstream(port=int(port)).__enter__()
