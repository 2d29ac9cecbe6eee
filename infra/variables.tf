variable "env" {
  description = "Which copy of the stack this is: part of every name."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "prod"], var.env)
    error_message = "env is dev, staging or prod."
  }
}

variable "region" {
  description = "The AWS region to build in."
  type        = string
}

variable "account" {
  description = "The only account this may be applied to; empty takes whichever the credentials belong to."
  type        = string
  default     = ""
}

variable "package" {
  description = "Path of the Lambda package: `make package` builds it."
  type        = string
}

variable "package_digest" {
  description = "Tells packages apart by what they are made of; null is by their bytes, which differ with the bytecode in them."
  type        = string
  default     = null
}

variable "python" {
  description = "The Python version the package was built for; null is the stack's."
  type        = string
  default     = null
}

variable "architecture" {
  description = "The architecture the package was built for; null is the stack's."
  type        = string
  default     = null
}

variable "environment" {
  description = "Values for options of functions, over those in the stack: {COCKTAILDB_URL = ...}."
  type        = map(string)
  default     = {}
}

variable "alarm_email" {
  description = "Gets a mail when an alarm goes off, once the address has been confirmed; none or empty for nobody. Prod is not deployed while it is empty."
  type        = string
  default     = ""

  validation {
    condition     = contains(["", "none"], var.alarm_email) || can(regex("^[^@\\s]+@[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email is an e-mail address, or none."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete tables; null is yes for prod and no for the others."
  type        = bool
  default     = null
}

variable "monthly_budget_usd" {
  description = "Warns when a month is forecast to cost more than this; 0 for no budget."
  type        = number
  default     = 0
}

# For emulators, and for the test that compares what they build with what the ready hook builds.

variable "stack_file" {
  description = "The stack to build; null is infra/stack.yaml."
  type        = string
  default     = null
}

variable "name_prefix" {
  description = "What every name starts with; null is <stack>-<env>."
  type        = string
  default     = null
}

variable "bucket_suffix" {
  description = "What bucket names end in, being shared by everyone on AWS; null is the account's number."
  type        = string
  default     = null
}

variable "emulator" {
  description = "Talk to an emulator, which has no host for each bucket and may forget the tags of an alarm."
  type        = bool
  default     = false
}
