"""Makes LocalStack treat a failed event as the alias says that was invoked: how often it is tried again, and where it
goes then. LocalStack asks only the version that the alias points to, so what triggers an alias would lose its failed
events."""

import json
from typing import Any

from localstack.services.lambda_.invocation.event_manager import Poller


class _With:
    """One of LocalStack's objects, with some attributes replaced."""

    def __init__(self, original: Any, **replaced: Any) -> None:
        self.__dict__.update(replaced, _original=original)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def heed_aliases() -> None:
    """For the LocalStack that this runs in; twice is once."""
    handle = Poller.handle_message
    if getattr(handle, "heeds_aliases", False):
        return

    def handle_as_invoked(poller: Any, message: dict[str, Any]) -> None:
        version = poller.version_manager
        invoked = json.loads(message["Body"])["invoked_arn"].split(":")[7:]
        settings = version.function.event_invoke_configs
        if invoked and invoked[0] in settings:
            own = {version.function_version.id.qualifier: settings[invoked[0]]}
            function = _With(version.function, event_invoke_configs=own)
            poller = _With(poller, version_manager=_With(version, function=function))
        handle(poller, message)

    handle_as_invoked.heeds_aliases = True  # type: ignore[attr-defined]
    Poller.handle_message = handle_as_invoked
