# One role a function, allowed what its entry in the stack names and nothing else. barback/policy.py computes the
# same for local engines; a test holds the two together.

locals {
  # Actions on a bucket itself; every other S3 action in the stack is on its objects.
  bucket_actions = ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"]

  granted = {
    for name, entry in local.functions : name => flatten([
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.function[name].arn}:*"
      },
      [for queue in compact([entry.failed_events]) : {
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = aws_sqs_queue.this[queue].arn
      }],
      [for trigger in entry.triggers : {
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = aws_sqs_queue.this[trigger.queue].arn
      } if can(trigger.queue)],
      [for grant in local.grants[name] : {
        Effect   = "Allow"
        Action   = sort(grant.actions)
        Resource = grant.resource
      } if length(grant.actions) > 0],
    ])
  }

  # The permissions of the stack, each with the ARN that it means.
  grants = {
    for name, entry in local.functions : name => flatten([for permission in entry.permissions : [
      [for bucket in compact([try(permission.bucket, null)]) : [
        {
          actions  = [for action in permission.actions : action if contains(local.bucket_actions, action)]
          resource = aws_s3_bucket.this[bucket].arn
        },
        {
          actions  = [for action in permission.actions : action if !contains(local.bucket_actions, action)]
          resource = "${aws_s3_bucket.this[bucket].arn}/${try(permission.prefix, "")}*"
        },
      ]],
      [for table in compact([try(permission.table, null)]) : {
        actions  = permission.actions
        resource = join("/index/", compact([aws_dynamodb_table.this[table].arn, try(permission.index, null)]))
      }],
      [for queue in compact([try(permission.queue, null)]) : {
        actions  = permission.actions
        resource = aws_sqs_queue.this[queue].arn
      }],
    ]])
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name = "${local.prefix}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = "what-it-needs"
  role   = aws_iam_role.function[each.key].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.granted[each.key] })
}
