# Functions that HTTP requests start: an HTTP API for each. An emulator without HTTP APIs gets function URLs, which
# send the same payload.

locals {
  http_apis     = var.emulator ? {} : local.http_triggers
  function_urls = var.emulator ? local.http_triggers : {}
  # How long a browser may remember which pages may call; barback/provision/triggers.py has the same.
  cors_seconds = 300
}

resource "aws_apigatewayv2_api" "this" {
  for_each = local.http_apis

  name          = "${local.prefix}-${each.key}"
  description   = local.functions[each.key].description
  protocol_type = "HTTP"

  dynamic "cors_configuration" {
    for_each = length(each.value.origins) == 0 ? [] : [each.value]

    content {
      allow_origins = cors_configuration.value.origins
      allow_methods = cors_configuration.value.methods
      max_age       = local.cors_seconds
    }
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = local.http_apis

  api_id                 = aws_apigatewayv2_api.this[each.key].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.live[each.key].invoke_arn
  payload_format_version = "2.0"
}

# Every request: what is not there is the function's to say.
resource "aws_apigatewayv2_route" "this" {
  # checkov:skip=CKV_AWS_309:the stack says that it is public; the function's role can only read
  for_each = local.http_apis

  api_id    = aws_apigatewayv2_api.this[each.key].id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

resource "aws_apigatewayv2_stage" "this" {
  for_each = local.http_apis

  api_id      = aws_apigatewayv2_api.this[each.key].id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit    = each.value.rate
    throttling_burst_limit   = each.value.burst
    detailed_metrics_enabled = true
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.http[each.key].arn
    format = jsonencode({
      request_id    = "$context.requestId"
      time          = "$context.requestTimeEpoch"
      source_ip     = "$context.identity.sourceIp"
      method        = "$context.httpMethod"
      path          = "$context.path"
      protocol      = "$context.protocol"
      status        = "$context.status"
      bytes         = "$context.responseLength"
      latency_ms    = "$context.responseLatency"
      function_ms   = "$context.integrationLatency"
      function_id   = "$context.integration.requestId"
      error_message = "$context.error.message"
    })
  }
}

resource "aws_cloudwatch_log_group" "http" {
  # checkov:skip=CKV_AWS_158:logs are encrypted by default and hold addresses and paths, never an answer
  for_each = local.http_apis

  name              = "/aws/apigateway/${local.prefix}-${each.key}"
  retention_in_days = local.functions[each.key].log_retention_days
}

resource "aws_lambda_permission" "http" {
  for_each = local.http_apis

  statement_id   = "http"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_alias.live[each.key].function_name
  qualifier      = aws_lambda_alias.live[each.key].name
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_apigatewayv2_api.this[each.key].execution_arn}/*"
  source_account = local.account
}

resource "aws_lambda_function_url" "this" {
  # checkov:skip=CKV_AWS_258:only on an emulator, which listens on this machine
  for_each = local.function_urls

  function_name      = aws_lambda_function.this[each.key].function_name
  authorization_type = "NONE"

  dynamic "cors" {
    for_each = length(each.value.origins) == 0 ? [] : [each.value]

    content {
      allow_origins = cors.value.origins
      allow_methods = cors.value.methods
      max_age       = local.cors_seconds
    }
  }
}
