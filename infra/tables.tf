resource "aws_dynamodb_table" "this" {
  # checkov:skip=CKV_AWS_28:the stack decides, and its default is on; the scanner cannot read the stack
  # checkov:skip=CKV_AWS_119:tables are encrypted with a key that AWS owns; a customer-managed key costs a call for each request
  for_each = local.tables

  name         = "${local.prefix}-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = each.value.key
  range_key    = each.value.sort

  deletion_protection_enabled = coalesce(var.deletion_protection, var.env == "prod")

  # Every attribute that some key names, each once.
  dynamic "attribute" {
    for_each = toset(compact(flatten([
      each.value.key, each.value.sort, [for index in values(each.value.indexes) : [index.key, try(index.sort, null)]]
    ])))

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.key
      range_key          = try(global_secondary_index.value.sort, null)
      projection_type    = try(global_secondary_index.value.include, null) == null ? "ALL" : "INCLUDE"
      non_key_attributes = try(global_secondary_index.value.include, null)
    }
  }

  dynamic "ttl" {
    for_each = each.value.ttl == null ? [] : [each.value.ttl]

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = each.value.recovery
  }
}
