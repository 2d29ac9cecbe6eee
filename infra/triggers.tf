# What starts functions: uploads, schedules and queues. Whoever invokes a function is named by ARN and account.

# S3 keeps one configuration a bucket, so all its triggers stand in one resource.
resource "aws_s3_bucket_notification" "this" {
  for_each = toset([for trigger in local.upload_triggers : trigger.bucket])

  # S3 tries the invocation when the configuration is put.
  depends_on = [aws_lambda_permission.bucket]
  bucket     = aws_s3_bucket.this[each.key].id

  dynamic "lambda_function" {
    for_each = [for trigger in local.upload_triggers : trigger if trigger.bucket == each.key]

    content {
      lambda_function_arn = aws_lambda_alias.live[lambda_function.value.function].arn
      events              = ["s3:ObjectCreated:*"]
      filter_prefix       = lambda_function.value.prefix
      filter_suffix       = lambda_function.value.suffix
    }
  }
}

resource "aws_lambda_permission" "bucket" {
  for_each = { for trigger in local.upload_triggers : "${trigger.function}-${trigger.bucket}" => trigger... }

  statement_id   = "bucket-${each.value[0].bucket}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_alias.live[each.value[0].function].function_name
  qualifier      = aws_lambda_alias.live[each.value[0].function].name
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.this[each.value[0].bucket].arn
  source_account = local.account
}

resource "aws_cloudwatch_event_rule" "schedule" {
  for_each = local.schedules

  name                = "${local.prefix}-${each.key}"
  schedule_expression = each.value.schedule
}

resource "aws_cloudwatch_event_target" "schedule" {
  for_each = local.schedules

  # A rule that fires before it may invoke loses that event.
  depends_on = [aws_lambda_permission.schedule]

  rule      = aws_cloudwatch_event_rule.schedule[each.key].name
  target_id = "function"
  arn       = aws_lambda_alias.live[each.value.function].arn
  input     = each.value.payload
}

resource "aws_lambda_permission" "schedule" {
  for_each = local.schedules

  statement_id   = "rule-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_alias.live[each.value.function].function_name
  qualifier      = aws_lambda_alias.live[each.value.function].name
  principal      = "events.amazonaws.com"
  source_arn     = aws_cloudwatch_event_rule.schedule[each.key].arn
  source_account = local.account
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each = local.queue_triggers

  # Lambda checks that the role may read the queue when the mapping is made.
  depends_on = [aws_iam_role_policy.this]

  event_source_arn                   = aws_sqs_queue.this[each.value.queue].arn
  function_name                      = aws_lambda_alias.live[each.value.function].arn
  batch_size                         = each.value.batch
  maximum_batching_window_in_seconds = each.value.window
  function_response_types            = ["ReportBatchItemFailures"]
}
