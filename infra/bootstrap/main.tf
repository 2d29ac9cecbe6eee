# What has to be there before a pipeline can deploy: the bucket for Terraform's state, and two roles that GitHub Actions
# takes by OIDC, without any key. Applied once for an account, by a person: docs/aws.md, Pipeline.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "region" {
  description = "Where the bucket is."
  type        = string
}

variable "state_bucket" {
  description = "The name of the bucket for states: STATE_BUCKET of the commands."
  type        = string
}

variable "stack" {
  description = "The name of the stack in infra/stack.yaml."
  type        = string
  default     = "barback"
}

variable "repository" {
  description = "Whose workflows may take the roles: owner/name on GitHub; empty for no roles."
  type        = string
  default     = ""
}

variable "emulator" {
  description = "Talk to an emulator, which has no host for each bucket."
  type        = bool
  default     = false
}

provider "aws" {
  region            = var.region
  s3_use_path_style = var.emulator

  default_tags {
    tags = { project = var.stack }
  }
}

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}

locals {
  issuer = "token.actions.githubusercontent.com"
  policy = templatefile("${path.module}/deployer.json.tftpl", {
    partition    = data.aws_partition.here.partition
    account      = data.aws_caller_identity.here.account_id
    stack        = var.stack
    state_bucket = aws_s3_bucket.state.id
  })
  # Who may take which role: any pull request may plan; what deploys has passed the approval of its environment.
  roles = var.repository == "" ? {} : {
    plan   = ["repo:${var.repository}:pull_request"]
    deploy = [for env in ["dev", "staging", "prod"] : "repo:${var.repository}:environment:${env}"]
  }
}

resource "aws_s3_bucket" "state" {
  # checkov:skip=CKV_AWS_18:access logs would need a bucket of their own; CloudTrail data events are the way where an audit is wanted
  # checkov:skip=CKV_AWS_144:old versions bring a state back; a second region would not have the resources it names
  # checkov:skip=CKV_AWS_145:SSE-S3 encrypts at rest; the state of this stack holds names and no secrets
  # checkov:skip=CKV2_AWS_61:every version of a state is worth keeping, and they are small
  # checkov:skip=CKV2_AWS_62:nobody is to be told of every new state
  bucket = var.state_bucket

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "state" {
  depends_on = [aws_s3_bucket_public_access_block.state]
  bucket     = aws_s3_bucket.state.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.repository == "" ? 0 : 1

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
  # AWS trusts GitHub's certificate by its authority and does not look at this one, which has to be there.
  thumbprint_list = ["ffffffffffffffffffffffffffffffffffffffff"]
}

resource "aws_iam_role" "ci" {
  for_each = local.roles

  name = "${var.stack}-ci-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github[0].arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = {
        "${local.issuer}:aud" = "sts.amazonaws.com"
        "${local.issuer}:sub" = each.value
      } }
    }]
  })
}

resource "aws_iam_role_policy" "deploy" {
  for_each = { for name, role in aws_iam_role.ci : name => role if name == "deploy" }

  name   = "deploy-the-stack"
  role   = each.value.id
  policy = local.policy
}

# Planning reads what is there, and locks the state meanwhile.
resource "aws_iam_role_policy_attachment" "plan" {
  for_each = { for name, role in aws_iam_role.ci : name => role if name == "plan" }

  role       = each.value.name
  policy_arn = "arn:${data.aws_partition.here.partition}:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role_policy" "plan" {
  for_each = { for name, role in aws_iam_role.ci : name => role if name == "plan" }

  name = "lock-the-state"
  role = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:DeleteObject"]
      Resource = "${aws_s3_bucket.state.arn}/*.tflock"
    }]
  })
}

output "state_bucket" {
  description = "STATE_BUCKET of the commands and of the workflow."
  value       = aws_s3_bucket.state.id
}

output "roles" {
  description = "The variables AWS_PLAN_ROLE and AWS_DEPLOY_ROLE of the repository."
  value       = { for name, role in aws_iam_role.ci : name => role.arn }
}

output "policy" {
  description = "What deploying needs, for other ways to sign in than GitHub's."
  value       = local.policy
}
