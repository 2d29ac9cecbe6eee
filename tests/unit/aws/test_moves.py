"""What a state has under earlier addresses is taken for what is called otherwise now."""

import json
from pathlib import Path

from barback.aws.moves import FILE, write_moves


def test_each_earlier_alarm_moves_to_its_key_and_all_else_stays(tmp_path: Path) -> None:
    alarm = "aws_cloudwatch_metric_alarm"
    write_moves(
        tmp_path,
        [
            f'{alarm}.function["orders-errors"]',
            f'{alarm}.missed_run["orders-2"]',
            f'{alarm}.this["orders-lost"]',
            'aws_lambda_function.this["orders"]',
            "aws_sns_topic.alarms",
        ],
    )
    assert json.loads((tmp_path / FILE).read_text())["moved"] == [
        {"from": f'{alarm}.function["orders-errors"]', "to": f'{alarm}.this["orders-errors"]'},
        {"from": f'{alarm}.missed_run["orders-2"]', "to": f'{alarm}.this["orders-2-missed"]'},
    ]
