variable "names" {
  description = "Names of the repositories, such as azp-agent and slipway."
  type        = set(string)

  validation {
    condition     = alltrue([for name in var.names : can(regex("^[a-z0-9]+(?:[._/-][a-z0-9]+)*$", name)) && length(name) >= 2 && length(name) <= 256])
    error_message = "A repository's name has 2 to 256 lower-case letters and digits, joined by single characters of . _ - /."
  }
}

variable "untagged_days" {
  description = "Days until an image without a tag is removed."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.untagged_days >= 1 && floor(var.untagged_days) == var.untagged_days
    error_message = "untagged_days is a whole number from 1."
  }
}

variable "kept_images" {
  description = "How many of the newest images are kept. One that a task definition still names must be among them, or its agents can't start."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.kept_images >= 2 && floor(var.kept_images) == var.kept_images
    error_message = "kept_images is a whole number from 2: the image in use and the one before."
  }
}

variable "kms_key_arn" {
  description = "A KMS key of your own for the images. Null: the key of ECR."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "force_delete" {
  description = "Whether destroy removes repositories that still hold images."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of everything made here, beside the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
