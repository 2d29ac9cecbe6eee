"""A function that does what its event says: everything that a real one does wrong, one at a time."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

print("the module is loaded")  # printed by the init phase

calls = 0


def handle(event, context):
    # An S3 notification does what its key says: `sleep/0.5/…`.
    if "Records" in event:
        what, argument, *_ = event["Records"][0]["s3"]["object"]["key"].split("/")
        event = {what: float(argument)}
    global calls
    calls += 1
    print("called with", list(event))
    for what, argument in event.items():
        answer = ACTIONS[what](argument, context)
    return answer


def leak(megabytes, context):
    block = bytearray(megabytes * 1024 * 1024)
    block[::4096] = b"x" * len(block[::4096])
    time.sleep(60 if megabytes > 1000 else 0)
    return len(block)


def leak_in_child(megabytes, context):
    code = f"import time; block = b'x' * ({megabytes} << 20); time.sleep(60)"
    subprocess.run([sys.executable, "-c", code], check=True)


def start_child(seconds, context):
    """A child that stays in our process group, and one that leaves it."""
    command = [sys.executable, "-c", f"import time; time.sleep({seconds})"]
    children = [subprocess.Popen(command), subprocess.Popen(command, start_new_session=True)]
    return [os.getpid(), *(child.pid for child in children)]


def start_daemons(seconds, context):
    """Two that left group, session and parents behind; the second also the environment."""
    code = f"""
import os, time
for _ in range(2):
    if os.fork():
        os._exit(0)
    os.setsid()
print(os.getpid(), flush=True)
os.close(1)
time.sleep({seconds})
"""
    command = [sys.executable, "-c", code]
    return [int(subprocess.check_output(command, **how)) for how in ({}, {"env": {"PATH": os.environ["PATH"]}})]


def hold_the_interpreter(seconds, context):
    """Native code that never lets another thread run, the lifeline's neither."""
    subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds})"])
    print(os.getpid())
    sum(range(10**12))


def raise_it(message, context):
    raise ValueError(message)


def invoke(name, context):
    import boto3

    answer = boto3.client("lambda").invoke(FunctionName=name, Payload=b'{"sleep": 0}')
    return answer["Payload"].read().decode()


def in_a_thread(what, context):
    thread = threading.Thread(target=print, args=("from a thread",))
    thread.start()
    thread.join()


def context_of(what, context):
    client = context.client_context
    return {
        "request": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "left": context.get_remaining_time_in_millis(),
        "stream": context.log_stream_name,
        "custom": client.custom if client else None,
        "cognito": context.identity.cognito_identity_id,
        "trace": os.environ.get("_X_AMZN_TRACE_ID", ""),
    }


ACTIONS = {
    "sleep": lambda seconds, context: time.sleep(seconds),
    "exit": lambda status, context: sys.exit(status),
    "die": lambda signal, context: os.kill(os.getpid(), signal),
    "print": lambda size, context: print("\n".join(["y" * 99] * (size // 100))),
    "big": lambda size, context: "z" * size,
    "echo": lambda what, context: what,
    "calls": lambda what, context: calls,
    "pid": lambda what, context: os.getpid(),
    "environment": lambda what, context: dict(os.environ),
    "path": lambda what, context: [str(Path.cwd()), *sys.path],
    "write": lambda name, context: str(
        Path(os.environ["TMPDIR"], name).write_text("kept") and Path(os.environ["TMPDIR"])
    ),
    "import": lambda name, context: __import__(name).__name__,
    "leak": leak,
    "leak_in_child": leak_in_child,
    "start_child": start_child,
    "start_daemons": start_daemons,
    "hold_the_interpreter": hold_the_interpreter,
    "raise": raise_it,
    "invoke": invoke,
    "thread": in_a_thread,
    "context": context_of,
}
