variable "receiver" {
  description = <<-END
    The public listener: see docs/configuration.md.

      certificate, private_key  paths of the PEM files where Slipway runs
      public_url                where Azure DevOps reaches it; with it the hook subscriptions are watched
  END
  type = object({
    port                 = optional(number, 8443)
    certificate          = optional(string, "/run/slipway/tls.crt")
    private_key          = optional(string, "/run/slipway/tls.key")
    public_url           = string
    unready_milliseconds = optional(number, 0)
  })

  validation {
    condition     = can(regex("^https://[^/ :]+(:[0-9]+)?$", var.receiver.public_url))
    error_message = "receiver.public_url is https://NAME or https://NAME:PORT, without a path."
  }
  validation {
    condition     = var.receiver.port >= 1024 && var.receiver.port <= 65535
    error_message = "receiver.port is 1024 to 65535: Slipway runs without privileges."
  }
}

variable "store_path" {
  description = "Where Slipway runs, the file that keeps deliveries, launches and the ledger."
  type        = string
  default     = "/var/lib/slipway/slipway.db"
  nullable    = false

  validation {
    condition     = startswith(var.store_path, "/")
    error_message = "store_path is an absolute path."
  }
}

variable "azure_devops" {
  description = <<-END
    The organization, and how Slipway signs in: a token or a service principal. Secrets are references:
    aws-secretsmanager:ARN, with #KEY for a member of a JSON object, or file:/PATH.

      organization  its URL, such as https://dev.azure.com/fabrikam
      token         reference to a personal access token
      entra         tenant_id, client_id and client_secret, the last a reference
      respect_parallel_jobs  false: agents are started beyond the organization's self-hosted parallel jobs too
      token_expires  the day when token or client secret expires, such as 2027-01-31: slipway doctor warns 14 days before
  END
  type = object({
    organization          = string
    respect_parallel_jobs = optional(bool)
    token_expires         = optional(string)
    token                 = optional(string)
    entra = optional(object({
      tenant_id     = string
      client_id     = string
      client_secret = string
    }))
  })

  validation {
    condition     = can(regex("^https://[^/ ]+", var.azure_devops.organization))
    error_message = "azure_devops.organization is the organization's URL, https://dev.azure.com/NAME."
  }
  validation {
    condition     = var.azure_devops.token_expires == null || can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.azure_devops.token_expires))
    error_message = "azure_devops.token_expires is a day, such as 2027-01-31."
  }
  validation {
    condition     = (var.azure_devops.token == null) != (var.azure_devops.entra == null)
    error_message = "azure_devops has either token or entra."
  }
  validation {
    condition     = alltrue([for reference in compact([var.azure_devops.token, try(var.azure_devops.entra.client_secret, null)]) : can(regex("^aws-secretsmanager:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^#:]+(#.+)?$", reference)) || startswith(reference, "file:/")])
    error_message = "Azure DevOps' token and client_secret are references, aws-secretsmanager:ARN, aws-secretsmanager:ARN#KEY or file:/PATH: the secret itself would stay in Terraform's state, and a name alone would not bound Slipway's permission."
  }
}

variable "hooks" {
  description = <<-END
    How Azure DevOps proves who it is.

      username   of the basic authentication
      passwords  one or two references, two while they are rotated
      repair     whether broken hook subscriptions are made anew
  END
  type = object({
    username  = optional(string, "slipway")
    passwords = list(string)
    repair    = optional(bool, false)
  })

  validation {
    condition     = length(var.hooks.passwords) >= 1 && length(var.hooks.passwords) <= 2
    error_message = "hooks.passwords are one reference, or two while they are rotated."
  }
  validation {
    condition     = alltrue([for reference in var.hooks.passwords : can(regex("^aws-secretsmanager:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^#:]+(#.+)?$", reference)) || startswith(reference, "file:/")])
    error_message = "hooks.passwords are references, aws-secretsmanager:ARN, aws-secretsmanager:ARN#KEY or file:/PATH: the secret itself would stay in Terraform's state, and a name alone would not bound Slipway's permission."
  }
}

variable "claims" {
  description = <<-END
    How containers claim what their agents sign in with, for profiles with the registration preregistered. Null: none does,
    and each container needs AZP_TOKEN. Containers call receiver.public_url for it.

      secrets  what claim codes are made with, of 32 characters or more each: one or two references, two while they are
               rotated, the new one first
  END
  type        = object({ secrets = list(string) })
  default     = null

  validation {
    condition     = var.claims == null ? true : length(var.claims.secrets) >= 1 && length(var.claims.secrets) <= 2
    error_message = "claims.secrets are one reference, or two while they are rotated. Without claims: claims = null."
  }
  validation {
    condition     = alltrue([for reference in try(var.claims.secrets, []) : can(regex("^aws-secretsmanager:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^#:]+(#.+)?$", reference)) || startswith(reference, "file:/")])
    error_message = "claims.secrets are references, aws-secretsmanager:ARN, aws-secretsmanager:ARN#KEY or file:/PATH: the secret itself would stay in Terraform's state, and a name alone would not bound Slipway's permission."
  }
}

variable "profiles" {
  description = "The output profiles of the module agents."
  type = map(object({
    task_definition    = string
    platform           = optional(string, "LINUX/X86_64")
    container          = string
    task_role_arn      = string
    execution_role_arn = string
    placements = list(object({
      capacity_provider = string
      subnets           = list(string)
      security_groups   = list(string)
      assign_public_ip  = bool
    }))
  }))
  nullable = false
}

variable "pools" {
  description = <<-END
    The agent pools that Slipway serves. What each key means and defaults to is in docs/configuration.md; a null is left to
    Slipway, or to the pool's first profile.

      profiles  in order; name is one of var.profiles. A job gets the profile with the fewest demands that satisfies its own
                registration  how its agents are registered: preregistered, by Slipway, which needs claims; or self, by the
                              container with AZP_TOKEN. Null: self on Windows, else as the pool's first profile says, else
                              preregistered where there are claims
  END
  type = list(object({
    name                       = string
    sweep_seconds              = optional(number)
    maximum_agents             = optional(number)
    maximum_agents_per_project = optional(number)
    when_given_up              = optional(string)
    when_interrupted           = optional(string)
    placeholders               = optional(string)
    profiles = list(object({
      name                 = string
      demands              = optional(list(string), [])
      registration         = optional(string)
      maximum_agents       = optional(number)
      maximum_replacements = optional(number)
      deadlines            = optional(map(number), {})
    }))
  }))
  nullable = false

  validation {
    condition     = length(var.pools) >= 1 && length(var.pools) <= 50 && length(distinct(var.pools[*].name)) == length(var.pools)
    error_message = "pools are 1 to 50, each name once."
  }
  validation {
    condition     = alltrue(flatten([for pool in var.pools : concat([length(pool.profiles) >= 1], [for profile in pool.profiles : contains(keys(var.profiles), profile.name)])]))
    error_message = "Each pool has one or more profiles, and each is one of ${join(", ", keys(var.profiles))}."
  }
  validation {
    condition     = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : profile.registration == null ? true : contains(["self", "preregistered"], profile.registration)]]))
    error_message = "A profile's registration is self or preregistered."
  }
  validation {
    condition     = var.claims != null || !contains(flatten([for pool in var.pools : [for profile in pool.profiles : coalesce(profile.registration, "self")]]), "preregistered")
    error_message = "registration preregistered needs claims: the container claims what its agent signs in with."
  }
  validation {
    condition     = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : !(contains(local.windows, profile.name) && coalesce(profile.registration, "self") == "preregistered")]]))
    error_message = "Agents on Windows can't be preregistered, since Windows keeps their key: leave registration out, or make it self, for ${join(", ", local.windows)}."
  }
  validation {
    condition     = alltrue([for pool in var.pools : pool.when_given_up == null ? true : contains(["leave", "tag", "cancel"], pool.when_given_up)])
    error_message = "when_given_up is leave, tag or cancel."
  }
  validation {
    condition     = alltrue([for pool in var.pools : pool.when_interrupted == null ? true : contains(["leave", "retryStage"], pool.when_interrupted)])
    error_message = "when_interrupted is leave or retryStage."
  }
  validation {
    condition     = alltrue([for pool in var.pools : pool.placeholders == null ? true : contains(["manage", "leave"], pool.placeholders)])
    error_message = "placeholders is manage or leave."
  }
  validation {
    condition     = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for key, _ in profile.deadlines : contains(["startSeconds", "onlineSeconds", "idleSeconds", "busySeconds", "leaveSeconds", "surplusSeconds"], key)]]]))
    error_message = "deadlines are startSeconds, onlineSeconds, idleSeconds, busySeconds, leaveSeconds and surplusSeconds."
  }
}

variable "cluster_arn" {
  description = "The cluster of the agent tasks: the output cluster_arn of the module agents."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/[A-Za-z0-9_-]+$", var.cluster_arn))
    error_message = "cluster_arn is the ARN of an ECS cluster, arn:aws:ecs:REGION:ACCOUNT:cluster/NAME."
  }
}

variable "event_queue" {
  description = "The queue of task events: the outputs queue_url and queue_arn of the module task-events. Null: the cluster is only asked."
  type = object({
    url = string
    arn = string
  })
  default = null
}

variable "doctor" {
  description = "Whether slipway doctor may look at the network, quotas, images, log groups, and at roles and what they may do. Reads only; the server does without."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_arns" {
  description = "Keys of your own that Slipway's secrets are encrypted with."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.kms_key_arns : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", arn))])
    error_message = "kms_key_arns are ARNs of KMS keys, arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "log_level" {
  description = "The least important level that is logged."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["trace", "debug", "info", "notice", "warning", "error", "critical"], var.log_level)
    error_message = "log_level is trace, debug, info, notice, warning, error or critical."
  }
}
