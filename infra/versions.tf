# Builds infra/stack.yaml on AWS. Nothing about a single flow stands in these files: they read the stack.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # Where the state is kept: `barback deploy` names a file of its own for each account and environment.
  # docs/aws.md shows how to keep it in S3 instead (backend_override.tf).
  backend "local" {}
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account == "" ? null : [var.account]
  s3_use_path_style   = var.emulator

  default_tags {
    tags = local.tags
  }
}

# For alarms: LocalStack forgets the tags that one is made with, and every second plan would put them back.
provider "aws" {
  alias = "alarms"

  region              = var.region
  allowed_account_ids = var.account == "" ? null : [var.account]

  default_tags {
    tags = var.emulator ? {} : local.tags
  }
}
