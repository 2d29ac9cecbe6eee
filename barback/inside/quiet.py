"""Keeps what only asks whether LocalStack is ready out of its log, where it would hide everything else."""

import logging

READINESS = "/_localstack/init"


def log_no_readiness_checks() -> None:
    logging.getLogger("localstack.request.http").addFilter(lambda record: READINESS not in record.getMessage())
