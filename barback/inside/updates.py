"""Makes LocalStack change a function's code without losing, delaying or interrupting an event.

When a function is updated, LocalStack stops the old version at once: events that its poller has already taken off the
queue stay invisible for a minute plus the function's timeout, invocations that run lose their container or their
code folder, and an event that arrives before the new version's queue is open is dropped. On AWS none of that happens:
what runs is finished by the old code, and everything later is served by the new code. The same holds here with the
classes below, which take the place of LocalStack's own.
"""

import logging
import threading
from typing import Any
from weakref import WeakSet

from localstack.services.lambda_.invocation import event_manager, lambda_service
from localstack.services.lambda_.invocation.event_manager import Poller, get_sqs_client
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager

LOG = logging.getLogger(__name__)
# AWS's figure for events in one delivery; LocalStack's own for the rest.
BATCH = 10
POLL_SECONDS = 2
# An event whose invocation has not ended this long after the function's timeout is delivered again.
GRACE_SECONDS = 60

_versions: "WeakSet[PatientVersion]" = WeakSet()


class PatientVersion(LambdaVersionManager):  # type: ignore[misc]  # LocalStack is not typed for us
    """A version that, once replaced, finishes what it runs and hands everything else to its successor."""

    service: LambdaService | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopped = threading.Event()
        self._change = threading.Condition()
        self._running = 0
        self._replaced = False
        _versions.add(self)

    def successor(self) -> "PatientVersion | None":
        """The version that serves in place of this one; `None` while it serves itself, and when it was deleted."""
        serving = self.service.lambda_running_versions.get(self.function_arn) if self.service else None
        return None if serving is self else serving

    def invoke(self, *, invocation: Any) -> Any:
        with self._change:
            successor = self.successor() if self._replaced else None
            if successor is None:
                self._running += 1
        if successor is not None:
            return successor.invoke(invocation=invocation)
        try:
            return super().invoke(invocation=invocation)
        finally:
            with self._change:
                self._running -= 1
                self._change.notify_all()

    def stop(self) -> None:
        if self.successor() is None:  # deleted, or the engine shuts down: nothing to wait for
            self._stop_now()
            return
        with self._change:
            self._replaced = True
        # A thread of its own: LocalStack has few for all functions, and this may take as long as a function may.
        threading.Thread(target=self._stop_when_idle, name="lambda-version-idle", daemon=True).start()

    def _stop_when_idle(self) -> None:
        with self._change:
            self._change.wait_for(lambda: self._running == 0)
        self._stop_now()

    def _stop_now(self) -> None:
        try:
            super().stop()
        finally:
            self.stopped.set()


class PatientPoller(Poller):  # type: ignore[misc]
    """A poller that delivers every event it has received, also when it is stopped for an update in between."""

    def run(self, *_: Any, **__: Any) -> None:
        version = self.version_manager
        queue = get_sqs_client(version.function_version)
        hidden = version.function_version.config.timeout + GRACE_SECONDS
        while not self._shutdown_event.is_set():
            try:
                received = queue.receive_message(
                    QueueUrl=self.event_queue_url,
                    WaitTimeSeconds=POLL_SECONDS,
                    MaxNumberOfMessages=BATCH,
                    VisibilityTimeout=hidden,
                )
            except Exception:  # a poller must survive whatever it is
                if not self._shutdown_event.is_set():
                    LOG.exception("The events of %s could not be received; trying again", version.function_arn)
                self._shutdown_event.wait(1)
                continue
            if self._shutdown_event.is_set() and version.successor() is None:
                break  # the function was deleted
            for message in received.get("Messages") or ():
                self.invoker_pool.submit(self.handle_message, message)
        self.invoker_pool.shutdown(wait=False)

    def stop(self) -> None:
        self._shutdown_event.set()


def lose_no_events() -> None:
    """Has the LocalStack that this runs in use the classes above. Before the first function is made; twice is once."""
    if lambda_service.LambdaVersionManager is PatientVersion:
        return
    lambda_service.LambdaVersionManager = PatientVersion
    event_manager.Poller = PatientPoller
    start, queue_of, destroy = (
        LambdaService._start_lambda_version,
        LambdaService.get_lambda_event_manager,
        lambda_service.destroy_code_if_not_used,
    )

    def start_version(service: LambdaService, version: PatientVersion) -> None:
        version.service = service
        start(service, version)

    def queue_when_it_is_open(service: LambdaService, function_arn: str) -> Any:
        # A new version's queue is opened under this lock.
        with service.lambda_version_manager_lock:
            return queue_of(service, function_arn)

    def destroy_when_unused(code: Any, function: Any) -> None:
        if lambda_service.is_code_used(code, function):
            return
        last = [version for version in list(_versions) if version.function_version.config.code is code]

        def destroy_after_the_last() -> None:
            for version in last:
                version.stopped.wait()
            destroy(code, function)

        threading.Thread(target=destroy_after_the_last, name="lambda-code-unused", daemon=True).start()

    LambdaService._start_lambda_version = start_version
    LambdaService.get_lambda_event_manager = queue_when_it_is_open
    lambda_service.destroy_code_if_not_used = destroy_when_unused
