# Who is told when something goes wrong, and the one page to look at then.

locals {
  # What is measured of every function, and what a person should do about it.
  function_alarms = merge([
    for name, entry in local.functions : {
      for kind, alarm in {
        errors    = { metric = "Errors", text = "raised an error: see its log group, and the failed events after the retries." }
        throttles = { metric = "Throttles", text = "was throttled: raise its concurrency or the account's." }
        lost      = { metric = "DestinationDeliveryFailures", text = "lost a failed event: it could not be put in its queue." }
      } : "${name}-${kind}" => merge(alarm, { function = name }) if kind != "lost" || entry.failed_events != null
    }
  ]...)
  # Hours between two runs of a schedule, where they can be told: a cron expression that is not daily is left out.
  hours_between = {
    for name, entry in local.schedules : name => (
      can(regex("^rate\\(\\d+ days?\\)$", entry.schedule)) ? 24 * tonumber(regex("\\d+", entry.schedule)) :
      can(regex("^rate\\(\\d+ hours?\\)$", entry.schedule)) ? tonumber(regex("\\d+", entry.schedule)) :
      can(regex("^rate\\(", entry.schedule)) ? ceil(tonumber(regex("\\d+", entry.schedule)) / 60) :
      can(regex("^cron\\(\\S+ \\S+ [*?] [*] [*?] [*]\\)$", entry.schedule)) ? 24 : null
    )
  }
  # A run that has not come two hours after its time was missed. An alarm looks back for a week at most.
  expected_runs = { for name, hours in local.hours_between : name => hours + 2 if hours != null && coalesce(hours, 0) <= 166 }

  consumed_queues = toset([for trigger in values(local.queue_triggers) : trigger.queue])
}

resource "aws_sns_topic" "alarms" {
  # checkov:skip=CKV_AWS_26:CloudWatch cannot publish to a topic under the AWS-managed key, and alarms hold no data
  name = "${local.prefix}-alarms"
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Publish"
        Effect    = "Allow"
        Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alarms.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  count = var.alarm_email == "" ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "function" {
  for_each = local.function_alarms
  provider = aws.alarms

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = "${each.value.function} ${each.value.text}"
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.this[each.value.function].function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# What a function could read but not accept, as it counts it itself (common/logs.py).
resource "aws_cloudwatch_metric_alarm" "rejected" {
  for_each = local.functions
  provider = aws.alarms

  alarm_name          = "${local.prefix}-${each.key}-rejected"
  alarm_description   = "${each.key} rejected data: what and why is in its log group and in its results."
  namespace           = "Barback"
  metric_name         = "rejected"
  dimensions          = { function = aws_lambda_function.this[each.key].function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Goes off on the first day of a new stack as well, until the first run.
resource "aws_cloudwatch_metric_alarm" "missed_run" {
  for_each = local.expected_runs
  provider = aws.alarms

  alarm_name          = "${local.prefix}-${each.key}-missed"
  alarm_description   = "The schedule of ${each.key} has started nothing for ${each.value} hours: see whether its rule is enabled."
  namespace           = "AWS/Events"
  metric_name         = "Invocations"
  dimensions          = { RuleName = aws_cloudwatch_event_rule.schedule[each.key].name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = each.value
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "failed_start" {
  for_each = local.schedules
  provider = aws.alarms

  alarm_name          = "${local.prefix}-${each.key}-not-started"
  alarm_description   = "The schedule of ${each.key} could not start its function: see the permission on the function."
  namespace           = "AWS/Events"
  metric_name         = "FailedInvocations"
  dimensions          = { RuleName = aws_cloudwatch_event_rule.schedule[each.key].name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = local.dead_letter_queues
  provider = aws.alarms

  alarm_name          = "${local.prefix}-${each.key}-not-empty"
  alarm_description   = "${each.key} holds what failed for good: fix the cause, then `make redrive`."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.this[each.key].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "oldest_message" {
  for_each = local.consumed_queues
  provider = aws.alarms

  alarm_name          = "${local.prefix}-${each.key}-too-old"
  alarm_description   = "A message has waited in ${each.key} for a quarter of an hour: its function does not keep up."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.this[each.key].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 900
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = local.prefix
  dashboard_body = jsonencode({
    widgets = concat(
      [for name in keys(local.functions) : {
        type   = "metric"
        width  = 12
        height = 6
        properties = {
          title   = "${name}: invocations and what went wrong"
          region  = var.region
          stat    = "Sum"
          period  = 300
          metrics = [for metric in ["Invocations", "Errors", "Throttles"] : ["AWS/Lambda", metric, "FunctionName", "${local.prefix}-${name}"]]
        }
      }],
      [for name in keys(local.functions) : {
        type   = "metric"
        width  = 12
        height = 6
        properties = {
          title   = "${name}: duration in ms"
          region  = var.region
          period  = 300
          metrics = [for stat in ["p50", "p99", "Maximum"] : ["AWS/Lambda", "Duration", "FunctionName", "${local.prefix}-${name}", { stat = stat, label = stat }]]
        }
      }],
      [{
        type   = "metric"
        width  = 12
        height = 6
        properties = {
          title   = "Messages waiting in queues"
          region  = var.region
          stat    = "Maximum"
          period  = 300
          metrics = [for name in keys(local.queues) : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${local.prefix}-${name}"]]
        }
      }],
      [{
        type   = "metric"
        width  = 12
        height = 6
        properties = {
          title   = "Tables: units written"
          region  = var.region
          stat    = "Sum"
          period  = 300
          metrics = [for name in keys(local.tables) : ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", "${local.prefix}-${name}"]]
        }
      }],
    )
  })
}

resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget_usd > 0 ? 1 : 0

  name         = local.prefix
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  # Counts what carries this tag, once `environment` is made a cost allocation tag in the billing console.
  cost_filter {
    name   = "TagKeyValue"
    values = ["user:environment$${var.env}"]
  }

  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    notification_type         = "FORECASTED"
    subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
  }
}
