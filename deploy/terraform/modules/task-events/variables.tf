variable "name" {
  description = "Name of the queue and its rule. One queue for each Slipway: two would take each other's messages."
  type        = string
  default     = "slipway-events"
  nullable    = false

  validation {
    # 59 + "-dead" and the alarms' endings are within 64, the length of a rule's name.
    condition     = can(regex("^[A-Za-z0-9_-]{1,59}$", var.name))
    error_message = "The name of queue and rule has 1 to 59 letters, digits, - and _."
  }
}

variable "cluster_arn" {
  description = "The cluster whose agent tasks are followed."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/[A-Za-z0-9_-]+$", var.cluster_arn))
    error_message = "cluster_arn is the ARN of an ECS cluster, arn:aws:ecs:REGION:ACCOUNT:cluster/NAME."
  }
}

variable "retention_seconds" {
  description = "How long an event waits for Slipway. What is older than a day says nothing that the cluster does not tell better."
  type        = number
  default     = 86400
  nullable    = false

  validation {
    condition     = var.retention_seconds >= 3600 && var.retention_seconds <= 1209600 && floor(var.retention_seconds) == var.retention_seconds
    error_message = "retention_seconds is a whole number from 3600 (an hour) to 1209600 (14 days)."
  }
}

variable "age_alarm_seconds" {
  description = "Age of the oldest event that raises the alarm, when it lasts for five minutes."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.age_alarm_seconds >= 60
    error_message = "age_alarm_seconds is 60 or more."
  }
}

variable "alarm_actions" {
  description = "ARNs that are told of an alarm and of its end, such as an SNS topic."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.alarm_actions : startswith(arn, "arn:")])
    error_message = "alarm_actions are ARNs, such as arn:aws:sns:REGION:ACCOUNT:TOPIC."
  }
}

variable "tags" {
  description = "Tags of everything made here, beside the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
