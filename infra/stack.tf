# The stack as Terraform sees it: every entry over the defaults of its kind, exactly as barback/stack.py reads it.

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}

locals {
  stack = yamldecode(file(coalesce(var.stack_file, "${path.module}/stack.yaml")))

  # The stack's own, and one for the Lambda package.
  package_bucket = "packages"
  buckets = merge(
    { for name, entry in local.stack.buckets : name => merge(local.stack.defaults.bucket, entry) },
    { (local.package_bucket) = { versioning = false, expire_days = null, expire_versions_days = null, expire_prefixes = {} } },
  )
  tables    = { for name, entry in local.stack.tables : name => merge(local.stack.defaults.table, entry) }
  queues    = { for name, entry in local.stack.queues : name => merge(local.stack.defaults.queue, entry) }
  functions = { for name, entry in local.stack.functions : name => merge(local.stack.defaults.function, entry) }

  account       = data.aws_caller_identity.here.account_id
  partition     = data.aws_partition.here.partition
  prefix        = coalesce(var.name_prefix, "${local.stack.name}-${var.env}")
  bucket_suffix = var.bucket_suffix == null ? "-${local.account}" : var.bucket_suffix
  tags          = merge(local.stack.tags, { environment = var.env })

  # Every trigger with a name of its own, sorted by kind.
  upload_triggers = flatten([
    for function, entry in local.functions : [
      for trigger in entry.triggers : {
        function = function
        bucket   = trigger.bucket
        prefix   = trigger.prefix
        suffix   = trigger.suffix
      } if can(trigger.bucket)
    ]
  ])
  schedules = merge([
    for function, entry in local.functions : {
      for i, trigger in [for t in entry.triggers : t if can(t.schedule)] :
      (length([for t in entry.triggers : t if can(t.schedule)]) == 1 ? function : "${function}-${i + 1}") => {
        function = function
        schedule = trigger.schedule
        payload  = jsonencode(try(trigger.payload, {}))
      }
    }
  ]...)
  queue_triggers = merge([
    for function, entry in local.functions : {
      for trigger in entry.triggers : "${function}-${trigger.queue}" => {
        function = function
        queue    = trigger.queue
        batch    = trigger.batch
        window   = try(trigger.window, 0)
      } if can(trigger.queue)
    }
  ]...)

  http_triggers = merge([
    for function, entry in local.functions : {
      for trigger in entry.triggers : function => {
        origins = try(trigger.origins, [])
        methods = try(trigger.methods, ["GET"])
        rate    = trigger.rate
        burst   = trigger.burst
      } if can(trigger.http)
    }
  ]...)

  # Queues that hold what has failed for good.
  dead_letter_queues = toset(concat(
    [for entry in values(local.queues) : entry.dead_letters if entry.dead_letters != null],
    [for entry in values(local.functions) : entry.failed_events if entry.failed_events != null],
  ))
}
