"""What a person needs to see when something does not come: states, last log lines, failed events."""

from botocore.exceptions import BotoCoreError, ClientError

from barback.monitor.last import last_events
from barback.targets import Target

LAST_LINES = 12


def function_state(target: Target, function: str) -> str:
    """`Active`, or what is wrong with it, in a line."""
    try:
        there = target.client("lambda").get_function_configuration(FunctionName=target.names.function(function))
    except ClientError as error:
        code: str = error.response["Error"]["Code"]
        return "not deployed" if code == "ResourceNotFoundException" else code
    except BotoCoreError as error:
        return f"cannot be asked: {error}"
    state: str = there["State"]
    return f"{state}: {there['StateReason']}" if there.get("StateReason") and state != "Active" else state


def last_log_lines(target: Target, function: str, count: int = LAST_LINES) -> list[str]:
    """The end of a function's newest log streams, oldest line first."""
    try:
        return [str(event["message"]).rstrip() for event in last_events(target, function, count)]
    except ClientError:
        return []


def queue_length(target: Target, queue: str) -> int:
    """Messages in a queue, those being worked on included."""
    sqs = target.client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=target.names.queue(queue))["QueueUrl"]
    except ClientError:
        return 0
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))


def explain(target: Target, function: str) -> str:
    """Everything above about one function, for the message of a time-out."""
    lines = last_log_lines(target, function)
    queue = target.stack.functions[function].failed_events
    failed = f"{queue_length(target, queue)} in {queue}" if queue else "it keeps none"
    return f"function {function}: {function_state(target, function)}\nfailed events: {failed}\nlast log lines:\n  " + (
        "\n  ".join(lines) or "(there are none)"
    )
