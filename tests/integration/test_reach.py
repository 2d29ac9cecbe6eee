"""Who can reach a local engine: programs of this machine through 127.0.0.1, and no web page of anyone else."""

import errno
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from barback.targets import Target
from tests.integration.conftest import COMPOSE_PROJECT
from tests.waiting import SECONDS

pytestmark = pytest.mark.local_only(reason="AWS is made to be reached")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 is no address of this machine")
def test_it_listens_on_one_address_only(target: Target) -> None:
    """A server on all interfaces answers at 127.0.0.2 as well."""
    for port in target.config.ports.values():
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
        with socket.socket() as stranger:
            assert stranger.connect_ex(("127.0.0.2", port)) == errno.ECONNREFUSED


def test_no_container_publishes_a_port_elsewhere(target: Target, engine_name: str) -> None:
    if engine_name != "docker":
        pytest.skip("the embedded engine has no containers; tests/embedded looks at its processes")
    listed = subprocess.run(
        ["docker", "ps", "--filter", f"label=com.docker.compose.project={COMPOSE_PROJECT}", "--format", "{{.Ports}}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    published = [port for line in listed.stdout.splitlines() for port in line.split(", ") if "->" in port]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published), published


@pytest.mark.parametrize("page", ["https://app.localstack.cloud", "https://example.org", "null"])
def test_web_pages_of_others_are_turned_away(target: Target, page: str) -> None:
    for path in ("/_localstack/health", f"/{target.names.bucket('raw')}"):
        request = urllib.request.Request(f"{target.endpoint}{path}", headers={"Origin": page})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=SECONDS)
        with refused.value as answer:
            assert answer.code == 403
            assert "Access-Control-Allow-Origin" not in answer.headers
