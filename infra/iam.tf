# One role for each owner of one, allowed what its entry in the stack names and nothing else. barback/stack/policy.py
# computes the same for local engines; a test holds the two together.

locals {
  # Actions on a bucket itself; every other S3 action in the stack is on its objects.
  bucket_actions = ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"]

  # Who owns a role, by name: the service that assumes it, what that service itself needs, and the permissions in the
  # stack. Another kind of owner is one more map to merge.
  owners = merge(local.function_owners)

  function_owners = {
    for name, entry in local.functions : name => {
      principal   = "lambda.amazonaws.com"
      permissions = entry.permissions
      needs = flatten([
        {
          actions  = ["logs:CreateLogStream", "logs:PutLogEvents"]
          resource = "${aws_cloudwatch_log_group.function[name].arn}:*"
        },
        [for queue in compact([entry.failed_events]) : {
          actions  = ["sqs:SendMessage"]
          resource = aws_sqs_queue.this[queue].arn
        }],
        [for trigger in entry.triggers : {
          actions  = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
          resource = aws_sqs_queue.this[trigger.queue].arn
        } if can(trigger.queue)],
      ])
    }
  }

  # The permissions of the stack, each with the ARN that it means.
  grants = {
    for name, owner in local.owners : name => flatten([for permission in owner.permissions : [
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

  statements = {
    for name, owner in local.owners : name => [
      for grant in concat(owner.needs, local.grants[name]) : {
        Effect   = "Allow"
        Action   = sort(grant.actions)
        Resource = grant.resource
      } if length(grant.actions) > 0
    ]
  }

  # What an owner is told by environment variables: the real names of the resources it has permissions on.
  told = {
    for name, owner in local.owners : name => merge([
      for permission in owner.permissions : merge(
        { for bucket in compact([try(permission.bucket, null)]) :
        "BUCKET_${upper(replace(bucket, "-", "_"))}" => aws_s3_bucket.this[bucket].id },
        { for table in compact([try(permission.table, null)]) :
        "TABLE_${upper(table)}" => aws_dynamodb_table.this[table].name },
        { for queue in compact([try(permission.queue, null)]) :
        "QUEUE_${upper(queue)}" => aws_sqs_queue.this[queue].url },
      )
    ]...)
  }
}

resource "aws_iam_role" "this" {
  for_each = local.owners

  name = "${local.prefix}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = each.value.principal }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.owners

  name   = "what-it-needs"
  role   = aws_iam_role.this[each.key].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements[each.key] })
}

moved {
  from = aws_iam_role.function
  to   = aws_iam_role.this
}

moved {
  from = aws_iam_role_policy.function
  to   = aws_iam_role_policy.this
}
