"""Structured logs and metrics, one JSON object a line.

Metrics travel in the same lines, in CloudWatch's embedded metric format: no call, no permission, no waiting.
Log what happened to which key; never the contents of a file or record. LOG_LEVEL, in a function's environment, leaves
out what is less than it: DEBUG, INFO (the default), WARNING or ERROR. Metrics are always sent.
"""

import json
import os
import sys
import time
import traceback
from typing import Any

NAMESPACE = "Barback"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Log:
    """Writes lines that all carry the same fields: the request, the function, the key at hand."""

    def __init__(self, **fields: Any) -> None:
        self._fields = fields

    def bind(self, **fields: Any) -> "Log":
        return Log(**{**self._fields, **fields})

    def debug(self, message: str, **fields: Any) -> None:
        self._write("DEBUG", message, fields)

    def info(self, message: str, **fields: Any) -> None:
        self._write("INFO", message, fields)

    def warning(self, message: str, **fields: Any) -> None:
        self._write("WARNING", message, fields)

    def error(self, message: str, **fields: Any) -> None:
        self._write("ERROR", message, fields)

    def exception(self, message: str, error: BaseException, **fields: Any) -> None:
        """An error with its kind and where it was raised. Its own message may quote a file, so it is left out."""
        frames = "".join(traceback.format_tb(error.__traceback__))
        self._write("ERROR", message, {"error": type(error).__name__, **fields, "traceback": frames})

    def metrics(self, flow: str, **values: tuple[float, str]) -> None:
        """Sends metrics, told apart by the function's whole name, which has the environment in it. `rejected` is what
        could be read but not accepted: on AWS an alarm waits for it.

        `log.metrics("csv_profile", rows=(100, "Count"), duration=(12.5, "Milliseconds"))`."""
        directive = {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["function"]],
                    "Metrics": [{"Name": name, "Unit": unit} for name, (_, unit) in values.items()],
                }
            ],
        }
        numbers = {name: value for name, (value, _) in values.items()}
        function = self._fields.get("function") or flow
        self._line("INFO", "metrics", {"flow": flow, "function": function, **numbers, "_aws": directive})

    def _write(self, level: str, message: str, fields: dict[str, Any]) -> None:
        if LEVELS.index(level) >= _threshold():
            self._line(level, message, fields)

    def _line(self, level: str, message: str, fields: dict[str, Any]) -> None:
        line = {"level": level, "message": message, **self._fields, **fields}
        sys.stdout.write(json.dumps(line, default=str, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _threshold() -> int:
    wanted = os.environ.get("LOG_LEVEL", "").strip().upper()
    return LEVELS.index(wanted) if wanted in LEVELS else LEVELS.index("INFO")


def log_for(context: Any) -> Log:
    """The log of one invocation."""
    return Log(
        request_id=getattr(context, "aws_request_id", None),
        function=getattr(context, "function_name", None),
    )
