"""Functions on a whole embedded engine: invoked, triggered, updated, in a burst, and failing."""

import base64
import json
import os
import signal
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.lab import CAP, SHELL, Lab, zipped
from tests.waiting import SECONDS, until

pytestmark = pytest.mark.local_only


def test_the_shells_settings_reach_no_function(lab: Lab) -> None:
    environment = lab.answer(lab.create(), {"environment": 1})
    assert not [name for name, value in environment.items() if value in SHELL.values()]
    assert environment["AWS_ENDPOINT_URL"] == lab.running.url
    assert environment["AWS_ACCESS_KEY_ID"] not in SHELL.values()


def test_the_shells_settings_do_not_reach_the_engine(lab: Lab) -> None:
    [engine] = [process for process in lab.processes() if process.pid == lab.running.pid]
    assert not set(engine.environ().values()) & set(SHELL.values())


def test_context_is_complete(lab: Lab) -> None:
    name = lab.create()
    context = base64.b64encode(b'{"custom": {"who": "me"}}').decode()
    told = lab.answer(name, {"context": 1}, ClientContext=context)
    assert told["custom"] == {"who": "me"}
    assert told["arn"] == f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    assert told["memory"] == "256"
    assert told["trace"].startswith("Root=1-")
    assert 0 < told["left"] <= 60_000


def test_the_end_of_the_log_comes_with_the_answer_and_all_of_it_is_kept(lab: Lab) -> None:
    name = lab.create()
    _, error, tail = lab.invoke(name, {"print": 1_000_000})
    assert error is None
    assert len(tail) == 4096
    assert "REPORT RequestId: " in tail
    log = until(lambda: "REPORT" in (log := lab.log(name)) and log, "the log is stored")
    assert log.count("y" * 99 + "\n") == 10_000
    assert log.index("START RequestId") < log.index("called with")


def test_six_megabytes_come_back(lab: Lab) -> None:
    assert len(lab.answer(lab.create(), {"big": 6_000_000})) == 6_000_000


@pytest.mark.parametrize(
    ("event", "kind", "limit"),
    [
        ({"sleep": 300}, "Sandbox.Timedout", 2),
        ({"leak": 2000}, "Runtime.ExitError", 60),
        ({"exit": 1}, "Runtime.ExitError", 60),
        ({"import": "nothing_like_it"}, "ModuleNotFoundError", 60),
        ({"big": 7_000_000}, "Function.ResponseSizeTooLarge", 60),
    ],
)
def test_a_failed_invocation_leaves_its_log_and_a_clean_start(
    lab: Lab, event: dict[str, Any], kind: str, limit: int
) -> None:
    name = lab.create(Timeout=limit)
    payload, error, _ = lab.invoke(name, event)
    assert (payload["errorType"], error) == (kind, "Unhandled")
    assert lab.answer(name, {"echo": "well"}) == "well"
    log = until(lambda: (log := lab.log(name)).count("REPORT") == 2 and log, "both logs are stored")
    assert f"called with {list(event)}" in log


def test_a_module_that_cannot_be_loaded(lab: Lab) -> None:
    name = lab.create(Code={"ZipFile": zipped({"trouble.py": "import nothing_like_it\n"})})
    payload, error, log = lab.invoke(name, {})
    assert (payload["errorType"], error) == ("Runtime.ImportModuleError", "Unhandled")
    assert "Error Type: Runtime.ImportModuleError" in log


def test_a_function_killed_in_the_middle_fails_once(lab: Lab) -> None:
    name = lab.create()
    pid = lab.answer(name, {"pid": 1})
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(lab.invoke(name, {"write": "begun", "sleep": 60})))
    thread.start()
    lab.has_begun()
    os.kill(pid, signal.SIGKILL)
    thread.join(SECONDS)
    assert results[0][0]["errorType"] == "Runtime.ExitError"
    assert lab.answer(name, {"pid": 1}) != pid


def test_layers_are_on_the_path_the_last_one_first(lab: Lab) -> None:
    functions = lab.client("lambda")
    layers = [
        functions.publish_layer_version(
            LayerName=f"layer-{number}",
            Content={"ZipFile": zipped({f"python/only_{number}.py": "", "python/both.py": f"number = {number}"})},
        )["LayerVersionArn"]
        for number in range(2)
    ]
    source = "import both, only_0, only_1\ndef handle(event, context): return both.number\n"
    name = lab.create(Layers=layers, Handler="f.handle", Code={"ZipFile": zipped({"f.py": source})})
    assert lab.answer(name, {}) == 1


def test_updated_code_runs_at_once_and_the_old_process_ends(lab: Lab) -> None:
    name = lab.create()
    old = lab.answer(name, {"pid": 1})
    source = "def handle(event, context): return 'new'\n"
    lab.client("lambda").update_function_code(FunctionName=name, ZipFile=zipped({"trouble.py": source}))
    lab.settled(name)
    assert until(lambda: lab.answer(name, {"echo": "old"}) == "new", "the new code runs")
    until(lambda: old not in [worker.pid for worker in lab.workers()], "the old process ends")


def test_hot_reload_sees_a_changed_file(lab: Lab, tmp_path: Path) -> None:
    module = tmp_path / "f.py"
    module.write_text("def handle(event, context): return 'before'\n")
    name = lab.create(Handler="f.handle", Code={"S3Bucket": "hot-reload", "S3Key": str(tmp_path)})
    assert lab.answer(name, {}) == "before"
    module.write_text("def handle(event, context): return 'afterwards'\n")
    assert lab.answer(name, {}) == "afterwards"
    assert [path.name for path in tmp_path.iterdir()] == ["f.py"]


def test_a_function_can_invoke_another_one_when_all_places_are_taken(lab: Lab) -> None:
    outer, inner = lab.create(), lab.create()
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(lab.answer(outer, {"invoke": inner}))) for _ in range(2 * CAP)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert answers == ["null"] * 2 * CAP


def test_an_upload_runs_its_function(lab: Lab) -> None:
    name = lab.create()
    bucket = triggered_by_uploads(lab, name)
    lab.client("s3").put_object(Bucket=bucket, Key="echo/1/a b.csv", Body=b"x")
    until(lambda: "called with ['echo']" in lab.log(name), "the function has run")


def triggered_by_uploads(lab: Lab, name: str) -> str:
    s3 = lab.client("s3")
    bucket = f"bucket-of-{name}"
    s3.create_bucket(Bucket=bucket)
    arn = lab.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    lab.client("lambda").add_permission(
        FunctionName=name, StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    return bucket


def test_a_burst_queues_and_every_event_runs_once(lab: Lab) -> None:
    name = lab.create()
    functions = lab.client("lambda")
    most = 0
    over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, len(lab.workers()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(300):
        functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"echo": number}))
    log = until(lambda: (log := lab.log(name)).count("REPORT") >= 300 and log, "all events have run")
    over.set()
    watcher.join()
    assert log.count("REPORT") == log.count("called with ['echo']") == 300
    assert 1 <= most <= CAP


def test_an_event_that_fails_is_tried_again_and_then_kept(lab: Lab) -> None:
    sqs = lab.client("sqs")
    queue = sqs.create_queue(QueueName="failed")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    name = lab.create(DeadLetterConfig={"TargetArn": arn})
    lab.client("lambda").put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
    lab.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b'{"exit": 1}')
    [message] = until(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), "the dead letter")
    assert json.loads(message["Body"]) == {"exit": 1}
    until(lambda: lab.log(name).count("Runtime.ExitError\n") == 2, "both attempts are in the log")


def test_an_alias_says_what_becomes_of_its_failed_events(lab: Lab) -> None:
    """Its version has no settings of its own; a function without any would be tried three times, and lose the event."""
    functions, sqs = lab.client("lambda"), lab.client("sqs")
    queue = sqs.create_queue(QueueName="failed-of-an-alias")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    name = lab.create()
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    functions.put_function_event_invoke_config(
        FunctionName=name, Qualifier="live", MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )  # fmt: skip
    functions.invoke(FunctionName=f"{name}:live", InvocationType="Event", Payload=b'{"exit": 1}')
    [message] = until(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), "the failed event")
    context = json.loads(message["Body"])["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 1)


def test_a_message_reaches_its_function(lab: Lab) -> None:
    sqs = lab.client("sqs")
    queue = sqs.create_queue(QueueName="messages")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    source = "def handle(event, context): print('got', event['Records'][0]['body'])\n"
    name = lab.create(Code={"ZipFile": zipped({"trouble.py": source})})
    lab.client("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=arn, BatchSize=1)
    sqs.send_message(QueueUrl=queue, MessageBody="a message")
    until(lambda: "got a message" in lab.log(name), "the message is processed")


def test_a_function_url_answers(lab: Lab) -> None:
    source = "def handle(event, context): return {'statusCode': 201, 'body': event['rawPath']}\n"
    name = lab.create(Code={"ZipFile": zipped({"trouble.py": source})})
    url = lab.client("lambda").create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
    request = urllib.request.Request(f"{lab.running.url}/records", headers={"Host": url.split("/")[2]})
    with urllib.request.urlopen(request, timeout=SECONDS) as reply:
        assert (reply.status, reply.read()) == (201, b"/records")


def test_a_table_keeps_items(lab: Lab) -> None:
    tables = lab.client("dynamodb")
    tables.create_table(
        TableName="files",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    tables.put_item(TableName="files", Item={"name": {"S": "a.csv"}, "rows": {"N": "3"}})
    with pytest.raises(tables.exceptions.ConditionalCheckFailedException):
        tables.put_item(
            TableName="files",
            Item={"name": {"S": "a.csv"}},
            ConditionExpression="attribute_not_exists(#n)",
            ExpressionAttributeNames={"#n": "name"},
        )
    assert tables.get_item(TableName="files", Key={"name": {"S": "a.csv"}})["Item"]["rows"] == {"N": "3"}
