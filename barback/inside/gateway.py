"""The embedded LocalStack's front: it listens where it is told to, 127.0.0.1, and turns foreign web pages away.

LocalStack's own server takes the port from GATEWAY_LISTEN and ignores the host: it listens on all interfaces, and
whoever reaches it can run code by creating a function.
"""

from functools import cached_property
from typing import Any

from localstack.aws.components import AwsComponents
from localstack.aws.serving.twisted import TLSMultiplexerFactory
from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor, ssl

from barback.inside.origins import refuse_foreign_pages

BACKLOG = 1024  # connections that wait to be accepted; a burst of uploads comes at once


class Components(AwsComponents):  # type: ignore[misc]  # LocalStack is not typed for us
    name = "barback"

    @cached_property
    def gateway(self) -> Any:
        gateway = super().gateway
        gateway.request_handlers.insert(0, refuse_foreign_pages)
        return gateway

    @cached_property
    def runtime_server(self) -> Any:
        return Server()


class Server(TwistedRuntimeServer):  # type: ignore[misc]
    def register(self, gateway: Any, listen: list[Any], ssl_creds: tuple[str, str] | None = None) -> None:
        factory = TwistedGateway(gateway)
        if ssl_creds:
            certificate, key = ssl_creds
            factory = TLSMultiplexerFactory(ssl.DefaultOpenSSLContextFactory(key, certificate), False, factory)
        for address in listen:
            reactor.listenTCP(address.port, factory, backlog=BACKLOG, interface=address.host)
