# Functions, with their package and log groups, and what happens to their failed events.

# Uploaded once for all functions. From a file, Terraform would create one function after the other, and upload the
# package with each. Lambda keeps a copy of its own for every version of a function.
resource "aws_s3_object" "package" {
  bucket = aws_s3_bucket.this[local.package_bucket].id
  key    = "${coalesce(var.package_digest, filesha256(var.package))}.zip"
  source = var.package

  lifecycle {
    # The path on the machine that deploys: the key tells packages apart.
    ignore_changes = [source]
  }
}

# Made before the function, which would otherwise make its own, kept for ever.
resource "aws_cloudwatch_log_group" "function" {
  # checkov:skip=CKV_AWS_158:logs are encrypted by default and never hold the contents of a file
  for_each = local.functions

  name              = "/aws/lambda/${local.prefix}-${each.key}"
  retention_in_days = each.value.log_retention_days
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_50:tracing needs permissions on every resource (*); metrics and logs carry the request id instead
  # checkov:skip=CKV_AWS_115:the stack gives a cap to functions that need one; reserving for each takes from the account's pool
  # checkov:skip=CKV_AWS_116:failed events go to an on-failure destination, which keeps more of them than a dead-letter target does
  # checkov:skip=CKV_AWS_117:functions call public APIs and AWS's own endpoints; a VPC would add a NAT gateway and protect nothing
  # checkov:skip=CKV_AWS_173:variables hold names, never secrets
  # checkov:skip=CKV_AWS_272:the package is deployed by the one command that builds it; code signing has no second party to check
  for_each = local.functions

  # A function that starts before its role may write logs loses its first lines.
  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.this]

  function_name                  = "${local.prefix}-${each.key}"
  description                    = each.value.description
  role                           = aws_iam_role.this[each.key].arn
  runtime                        = "python${coalesce(var.python, local.stack.runtime.python)}"
  architectures                  = [coalesce(var.architecture, local.stack.runtime.architecture)]
  handler                        = each.value.handler
  memory_size                    = each.value.memory
  timeout                        = each.value.timeout
  reserved_concurrent_executions = each.value.concurrency == null ? -1 : each.value.concurrency
  s3_bucket                      = aws_s3_object.package.bucket
  s3_key                         = aws_s3_object.package.key

  # A version that stays as it is, for `barback rollback`.
  publish = true

  environment {
    variables = merge(
      local.told[each.key],
      { for key, value in each.value.environment : key => lookup(var.environment, key, value) },
    )
  }
}

# The version that triggers start: moved forward by a deployment, and back by `barback rollback`.
resource "aws_lambda_alias" "live" {
  for_each = local.functions

  name             = "live"
  description      = "What triggers start"
  function_name    = aws_lambda_function.this[each.key].function_name
  function_version = aws_lambda_function.this[each.key].version
}

# What happens to an asynchronous event whose function raised: through the alias, and without it as a person may call.
resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = merge([for name, entry in local.functions : {
    (name)           = { function = name, qualifier = null, entry = entry }
    "${name}-direct" = { function = name, qualifier = "$LATEST", entry = entry }
  }]...)

  depends_on = [aws_iam_role_policy.this]

  function_name                = aws_lambda_function.this[each.value.function].function_name
  qualifier                    = coalesce(each.value.qualifier, aws_lambda_alias.live[each.value.function].name)
  maximum_retry_attempts       = each.value.entry.retries
  maximum_event_age_in_seconds = each.value.entry.event_age

  dynamic "destination_config" {
    for_each = compact([each.value.entry.failed_events])

    content {
      on_failure {
        destination = aws_sqs_queue.this[destination_config.value].arn
      }
    }
  }
}
