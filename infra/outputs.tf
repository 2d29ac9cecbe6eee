output "buckets" {
  description = "The buckets by their short names."
  value       = { for name, bucket in aws_s3_bucket.this : name => bucket.id }
}

output "functions" {
  description = "The functions by their short names."
  value       = { for name, function in aws_lambda_function.this : name => function.function_name }
}

output "alarm_topic" {
  description = "Subscribe to this topic to be told of alarms."
  value       = aws_sns_topic.alarms.arn
}

output "policies" {
  description = "What each role may do."
  value       = { for name, policy in aws_iam_role_policy.this : name => jsondecode(policy.policy) }
}

output "addresses" {
  description = "Where functions with an http trigger answer, by their short names."
  value = merge(
    { for name, api in aws_apigatewayv2_api.this : name => api.api_endpoint },
    { for name, url in aws_lambda_function_url.this : name => url.function_url },
  )
}

output "region" {
  description = "Where it is deployed: `barback deploy` refuses to lose track of it by a change of region."
  value       = var.region
}
