"""What LocalStack loads from us: DynamoDB on moto's tables, S3 with files of its own, logs with bounds, and the
executor that runs functions as processes."""

import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.plugins import Service, aws_provider


@aws_provider(api="dynamodb", name="moto")  # type: ignore[untyped-decorator]
def dynamodb() -> Service:
    from localstack.aws.api.dynamodb import DynamodbApi
    from localstack.services.moto import MotoFallbackDispatcher

    from barback.inside.bounds import forget_what_is_gone
    from barback.inside.order import keep_tables_in_order
    from barback.inside.tables import remember_only_what_transactions_touch, taking_turns

    class Tables(DynamodbApi):  # type: ignore[misc]  # LocalStack is not typed for us
        """No operation of our own: each falls through to moto."""

    forget_what_is_gone()
    remember_only_what_transactions_touch()
    keep_tables_in_order()
    return Service.for_provider(
        Tables(), dispatch_table_factory=lambda provider: taking_turns(MotoFallbackDispatcher(provider))
    )


@aws_provider(api="s3", name="barback")  # type: ignore[untyped-decorator]
def s3() -> Service:
    from localstack.services.s3.provider import S3Provider

    from barback.inside.objects import store

    return Service.for_provider(S3Provider(store(Path(os.environ["BARBACK_STATE"]) / "objects")))


@aws_provider(api="logs", name="barback")  # type: ignore[untyped-decorator]
def logs() -> Service:
    from localstack.services.logs.provider import LogsProvider
    from localstack.services.moto import MotoFallbackDispatcher

    from barback.inside.bounds import keep_the_newest_log_events

    keep_the_newest_log_events()
    return Service.for_provider(LogsProvider(), dispatch_table_factory=MotoFallbackDispatcher)


class ProcessExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]  # LocalStack is not typed for us
    name = "process"

    def load(self, *args: Any, **kwargs: Any) -> type:
        from barback.inside.aliases import heed_aliases
        from barback.inside.bounds import count_no_invocations, store_logs_in_batches
        from barback.inside.executor import ProcessExecutor
        from barback.inside.packages import share_packages

        heed_aliases()
        share_packages()
        count_no_invocations()
        store_logs_in_batches()
        _hand_on_whole_invocations()
        _take_no_more_events_than_can_run()
        return ProcessExecutor


def _hand_on_whole_invocations() -> None:
    """LocalStack drops the client context on the way to the executor, and how the function was invoked."""
    from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment

    from barback.inside.executor import INVOCATION

    invoke = ExecutionEnvironment.invoke
    if getattr(invoke, "hands_on", False):
        return

    def invoke_with_context(self: Any, invocation: Any) -> Any:
        token = INVOCATION.set(invocation)
        try:
            return invoke(self, invocation)
        finally:
            INVOCATION.reset(token)

    invoke_with_context.hands_on = True  # type: ignore[attr-defined]
    ExecutionEnvironment.invoke = invoke_with_context


def _take_no_more_events_than_can_run() -> None:
    """LocalStack's poller takes events off the queue without end, and those that wait too long run twice."""
    from localstack.services.lambda_.invocation import event_manager

    event_manager.ThreadPoolExecutor = BoundedThreadPool


class BoundedThreadPool(ThreadPoolExecutor):
    """`submit` waits for a free thread in place of keeping the work in a queue."""

    def __init__(self, **kwargs: Any) -> None:
        from barback.inside.executor import concurrency

        super().__init__(max_workers=concurrency(), **kwargs)
        self._free = threading.Semaphore(concurrency())

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self._free.acquire()
        try:
            future = super().submit(fn, *args, **kwargs)
        except BaseException:
            self._free.release()
            raise
        future.add_done_callback(lambda done: self._free.release())
        return future
