"""Who may call the gateway: programs of this machine, and no web page that came from anywhere else.

A browser on this machine reaches 127.0.0.1 too, and any page it shows may send requests there. LocalStack lets its own
web application do so, and leaves S3 to the rules of its buckets. A page's requests are known by `Origin`, `Referer` or
`Sec-Fetch-Site`; one that got here by a host name of its own (DNS rebinding) by that name.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

FORBIDDEN = 403
# Names below these lead to this machine or to a private network, whoever asks for them.
OWN_DOMAINS = ("localhost", "localhost.localstack.cloud", "internal")


def refusal(headers: Mapping[str, str]) -> str:
    """Why a request is refused, or nothing."""
    if (origin := headers.get("Origin") or headers.get("Referer")) and not _is_this_machine(_host_of(origin)):
        return f"web pages of {origin} may not call this LocalStack"
    if headers.get("Sec-Fetch-Site") == "cross-site":
        return "web pages of other sites may not call this LocalStack"
    if (host := headers.get("Host")) and not _is_own_name(_host_of(f"//{host}")):
        return f"this LocalStack does not answer for {host}; call it at localhost"
    return ""


def refuse_foreign_pages(chain: Any, context: Any, response: Any) -> None:
    """A handler for the head of the gateway's chain."""
    if why := refusal(context.request.headers):
        response.status_code = FORBIDDEN
        response.data = why.encode()
        chain.terminate()


def guard_running_gateway() -> None:
    """The same in a LocalStack that runs already: the image's, which our hook can reach and we do not start."""
    from localstack.runtime import get_current_runtime

    handlers = get_current_runtime().components.gateway.request_handlers
    if refuse_foreign_pages not in handlers:
        handlers.insert(0, refuse_foreign_pages)


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_this_machine(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")


def _is_own_name(host: str) -> bool:
    """An address, a name without a dot (a container's), or one of ours: nothing that a stranger's DNS could answer."""
    if _address(host) or "." not in host:
        return bool(host)
    return any(host == domain or host.endswith(f".{domain}") for domain in OWN_DOMAINS)


def _address(host: str) -> Any:
    try:
        return ip_address(host)
    except ValueError:
        return None
