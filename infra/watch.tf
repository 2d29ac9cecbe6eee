# Who is told when something goes wrong, and the one page to look at then.

locals {
  # Every kind of alarm: what its name ends in, what it watches (each with the number of periods that have to be bad), the
  # metric with its namespace and dimension, and what it says. The rest is as `unless_told`.
  alarm_kinds = {
    errors      = { of = local.every_function, metric = ["AWS/Lambda", "Errors", "FunctionName"], text = "{name} raised an error: see its log group, and the failed events after the retries." }
    throttles   = { of = local.every_function, metric = ["AWS/Lambda", "Throttles", "FunctionName"], text = "{name} was throttled: raise its concurrency or the account's." }
    lost        = { of = local.keeping_failed, metric = ["AWS/Lambda", "DestinationDeliveryFailures", "FunctionName"], text = "{name} lost a failed event: it could not be put in its queue." }
    rejected    = { of = local.every_function, metric = ["Barback", "rejected", "function"], text = "{name} rejected data: what and why is in its log group and in its results." }
    missed      = { of = local.expected_runs, metric = ["AWS/Events", "Invocations", "RuleName"], comparison = "LessThanThreshold", threshold = 1, period = 3600, missing = "breaching", text = "The schedule of {name} has started nothing for {periods} hours: see whether its rule is enabled." }
    not-started = { of = local.every_schedule, metric = ["AWS/Events", "FailedInvocations", "RuleName"], text = "The schedule of {name} could not start its function: see the permission on the function." }
    not-empty   = { of = local.every_last_queue, metric = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"], statistic = "Maximum", text = "{name} holds what failed for good: fix the cause, then `make redrive`." }
    too-old     = { of = local.every_consumed_queue, metric = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"], statistic = "Maximum", threshold = 900, text = "A message has waited in {name} for a quarter of an hour: its function does not keep up." }
  }
  unless_told = { statistic = "Sum", comparison = "GreaterThanThreshold", threshold = 0, period = 300, missing = "notBreaching" }

  alarms = merge([
    for kind, alarm in local.alarm_kinds : {
      for name, periods in alarm.of : "${name}-${kind}" => merge(local.unless_told, alarm, { name = name, periods = periods })
    }
  ]...)

  every_function       = { for name in keys(local.functions) : name => 1 }
  keeping_failed       = { for name, entry in local.functions : name => 1 if entry.failed_events != null }
  every_schedule       = { for name in keys(local.schedules) : name => 1 }
  every_last_queue     = { for name in local.dead_letter_queues : name => 1 }
  every_consumed_queue = { for trigger in values(local.queue_triggers) : trigger.queue => 1 }

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
  count = contains(["", "none"], var.alarm_email) ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# The alarm for a missed run is active on the first day of a new stack as well, until the first run.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms
  provider = aws.alarms

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = replace(replace(each.value.text, "{name}", each.value.name), "{periods}", each.value.periods)
  namespace           = each.value.metric[0]
  metric_name         = each.value.metric[1]
  dimensions          = { (each.value.metric[2]) = "${local.prefix}-${each.value.name}" }
  statistic           = each.value.statistic
  period              = each.value.period
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
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
