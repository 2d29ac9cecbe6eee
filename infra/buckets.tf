resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_18:access logs would need a bucket of their own and cost more than the data; CloudTrail data events are the way where an audit is wanted
  # checkov:skip=CKV_AWS_144:what is here can be made again from its sources; a second region would double the bill
  # checkov:skip=CKV_AWS_145:SSE-S3 encrypts at rest; a customer-managed key costs a dollar a month and a call for each object
  for_each = local.buckets

  bucket = "${local.prefix}-${each.key}${local.bucket_suffix}"
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = { for name, entry in local.buckets : name => entry if entry.versioning }

  bucket = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  # Noncurrent versions are there only once versioning is.
  depends_on = [aws_s3_bucket_versioning.this]
  bucket     = aws_s3_bucket.this[each.key].id

  rule {
    id     = "keep-it-tidy"
    status = "Enabled"

    filter {
      prefix = ""
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    dynamic "expiration" {
      for_each = each.value.expire_days == null ? [] : [each.value.expire_days]

      content {
        days = expiration.value
      }
    }

    dynamic "noncurrent_version_expiration" {
      for_each = each.value.versioning && each.value.expire_versions_days != null ? [each.value.expire_versions_days] : []

      content {
        noncurrent_days = noncurrent_version_expiration.value
      }
    }
  }

  # What goes earlier than the rest.
  dynamic "rule" {
    for_each = each.value.expire_prefixes

    content {
      id     = "expire ${rule.key}"
      status = "Enabled"

      filter {
        prefix = rule.key
      }

      expiration {
        days = rule.value
      }

      dynamic "noncurrent_version_expiration" {
        for_each = each.value.versioning ? [1] : []

        content {
          noncurrent_days = noncurrent_version_expiration.value
        }
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets

  # S3 checks a policy against the public access block: first the one, then the other.
  depends_on = [aws_s3_bucket_public_access_block.this]
  bucket     = aws_s3_bucket.this[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.this[each.key].arn, "${aws_s3_bucket.this[each.key].arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
