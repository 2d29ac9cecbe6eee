# Builds infra/stack.yaml on AWS. Nothing about a single flow stands in these files: they read the stack.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # Where the state is kept: the commands of `barback` put a backend for each account and environment over this one.
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
