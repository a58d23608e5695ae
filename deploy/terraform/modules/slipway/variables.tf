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
    condition     = alltrue([for reference in compact([var.azure_devops.token, try(var.azure_devops.entra.client_secret, null)]) : can(regex(local.reference, reference))])
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
    condition     = alltrue([for reference in var.hooks.passwords : can(regex(local.reference, reference))])
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
    condition     = alltrue([for reference in try(var.claims.secrets, []) : can(regex(local.reference, reference))])
    error_message = "claims.secrets are references, aws-secretsmanager:ARN, aws-secretsmanager:ARN#KEY or file:/PATH: the secret itself would stay in Terraform's state, and a name alone would not bound Slipway's permission."
  }
}

variable "server_tasks" {
  description = <<-END
    For the Azure Pipelines extension, whose tasks ask for agents from a pipeline: see docs/extension.md. Null: nobody may
    ask.

      tokens  what service connections present, of 16 to 256 characters each: one or two references, two while they are
              rotated
  END
  type        = object({ tokens = list(string) })
  default     = null

  validation {
    condition     = var.server_tasks == null ? true : length(var.server_tasks.tokens) >= 1 && length(var.server_tasks.tokens) <= 2
    error_message = "server_tasks.tokens are one reference, or two while they are rotated. Without the extension: server_tasks = null."
  }
  validation {
    condition     = alltrue([for reference in try(var.server_tasks.tokens, []) : can(regex(local.reference, reference))])
    error_message = "server_tasks.tokens are references, aws-secretsmanager:ARN, aws-secretsmanager:ARN#KEY or file:/PATH: the secret itself would stay in Terraform's state, and a name alone would not bound Slipway's permission."
  }
}

variable "console" {
  description = <<-END
    The operator's listener: see docs/console.md. Null: on the loopback address where Slipway runs. The module server lets
    nobody in to it.

      token   reference to what whoever looks must present; it allows to read
      tokens  the same with names, which the ledger tells: name, scope (read or operate), and token, a reference
  END
  type = object({
    host  = optional(string)
    port  = optional(number)
    token = optional(string)
    tokens = optional(list(object({
      name  = string
      scope = string
      token = string
    })), [])
  })
  default = null

  validation {
    condition     = var.console == null ? true : contains(["127.0.0.1", "::1", "localhost"], coalesce(var.console.host, "127.0.0.1")) || var.console.token != null || length(var.console.tokens) > 0
    error_message = "A console that listens on another address than 127.0.0.1 needs console.token, or one of console.tokens."
  }
  validation {
    condition     = try(var.console.port, null) == null ? true : var.console.port >= 1024 && var.console.port <= 65535
    error_message = "console.port is 1024 to 65535: Slipway runs without privileges."
  }
  validation {
    condition     = alltrue([for reference in compact(concat([try(var.console.token, null)], try(var.console.tokens[*].token, []))) : can(regex(local.reference, reference))])
    error_message = "The console's tokens are references, aws-secretsmanager:ARN, aws-secretsmanager:ARN#KEY or file:/PATH: the secret itself would stay in Terraform's state, and a name alone would not bound Slipway's permission."
  }
  validation {
    condition     = alltrue([for token in try(var.console.tokens, []) : contains(["read", "operate"], token.scope)])
    error_message = "The scope of one of console.tokens is read or operate."
  }
  validation {
    condition     = length(try(var.console.tokens, [])) <= 20 && alltrue([for token in try(var.console.tokens, []) : can(regex("^[A-Za-z0-9._-]{1,64}$", token.name)) && !contains(["token", "loopback"], token.name)]) && length(distinct(try(var.console.tokens[*].name, []))) == length(try(var.console.tokens, []))
    error_message = "console.tokens are up to 20, each with a name of its own, of 1 to 64 letters, digits and . _ -, and neither token nor loopback."
  }
}

variable "costs" {
  description = <<-END
    What agent tasks cost, by estimate, and what they may: see docs/audit.md. Null: by the built-in prices, without budgets.

      price_book  where Slipway runs, a file of prices like deploy/costs/price-book.yaml
      budgets     what a project may cost in a calendar month: project, its name or id; monthly, an amount such as "250" or
                  "99.50"; and when, what follows once it is spent: warn, or hold, which makes its jobs wait
  END
  type = object({
    price_book = optional(string)
    budgets = optional(list(object({
      project = string
      monthly = string
      when    = optional(string)
    })), [])
  })
  default = null

  validation {
    condition     = try(var.costs.price_book, null) == null ? true : startswith(var.costs.price_book, "/")
    error_message = "costs.price_book is an absolute path."
  }
  validation {
    condition     = length(try(var.costs.budgets, [])) <= 500 && alltrue([for budget in try(var.costs.budgets, []) : can(regex("^[0-9]{1,9}(\\.[0-9]{1,9})?$", budget.monthly)) && try(tonumber(budget.monthly) > 0, false)])
    error_message = "costs.budgets are up to 500, and monthly is an amount above zero, such as 250 or 99.50."
  }
  validation {
    condition     = length(distinct([for budget in try(var.costs.budgets, []) : lower(budget.project)])) == length(try(var.costs.budgets, []))
    error_message = "A project has one of costs.budgets."
  }
  validation {
    condition     = alltrue([for budget in try(var.costs.budgets, []) : contains(["warn", "hold"], coalesce(budget.when, "warn"))])
    error_message = "The when of one of costs.budgets is warn or hold."
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
                cpu, memory, ephemeral_storage  another size than the task definition's: units, MiB and GiB
                warm          agents that are kept online for jobs to come: agents, how many; days, from, to and time_zone,
                              when
                largest       the largest size that a pipeline may ask for with the extension's task
                images        images that a pipeline may ask for: what it calls each, and whose task definition has it, one
                              of var.profiles with the same container and platform
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
      cpu                  = optional(number)
      memory               = optional(number)
      ephemeral_storage    = optional(number)
      maximum_agents       = optional(number)
      maximum_replacements = optional(number)
      deadlines            = optional(map(number), {})
      warm = optional(list(object({
        agents    = number
        days      = optional(list(string), [])
        from      = optional(string)
        to        = optional(string)
        time_zone = optional(string)
      })), [])
      largest = optional(object({
        cpu               = optional(number)
        memory            = optional(number)
        ephemeral_storage = optional(number)
      }))
      images = optional(map(string), {})
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
    condition     = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for key, _ in profile.deadlines : contains(["startSeconds", "onlineSeconds", "idleSeconds", "busySeconds", "leaveSeconds", "surplusSeconds", "warmSeconds"], key)]]]))
    error_message = "deadlines are startSeconds, onlineSeconds, idleSeconds, busySeconds, leaveSeconds, surplusSeconds and warmSeconds."
  }
  validation {
    condition     = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for key, seconds in profile.deadlines : seconds >= (key == "warmSeconds" ? 300 : 1) && seconds <= (key == "warmSeconds" ? 43200 : 1209600) && floor(seconds) == seconds]]]))
    error_message = "deadlines are whole numbers of seconds from 1 to 1209600, warmSeconds from 300 to 43200."
  }
  validation {
    condition = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for size in concat([profile], profile.largest[*]) :
      !contains(local.on_fargate, profile.name) || contains(local.fargate_sizes, "${size.cpu == null ? "-" : size.cpu}/${size.memory == null ? "-" : size.memory}")
    ]]]))
    error_message = "Fargate offers no such pair of cpu and memory: ${join("; ", flatten([for pool in var.pools : [for profile in pool.profiles : [for size in concat([profile], profile.largest[*]) :
      "${profile.name} has or offers cpu ${size.cpu == null ? "as before" : size.cpu} and memory ${size.memory == null ? "as before" : size.memory}"
      if contains(local.on_fargate, profile.name) && !contains(local.fargate_sizes, "${size.cpu == null ? "-" : size.cpu}/${size.memory == null ? "-" : size.memory}")
    ]]]))}."
  }
  validation {
    condition = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for size in concat([profile], profile.largest[*]) :
      size.ephemeral_storage == null ? true : size.ephemeral_storage >= 21 && size.ephemeral_storage <= 200 && floor(size.ephemeral_storage) == size.ephemeral_storage && contains(setsubtract(local.on_fargate, local.windows), profile.name)
    ]]]))
    error_message = "A size of ephemeral_storage is a whole number of GiB from 21 to 200, and for Linux on Fargate alone."
  }
  validation {
    condition = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for window in profile.warm :
      window.agents >= 1 && floor(window.agents) == window.agents && window.agents <= min(coalesce(profile.maximum_agents, pool.profiles[0].maximum_agents, 50), coalesce(pool.maximum_agents, 1000))
    ]]]))
    error_message = "agents of a warm window are a whole number from 1 to what maximum_agents of profile and pool let be open at once: 50 and 1000 unless they say otherwise."
  }
  validation {
    condition = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for window in profile.warm :
      length(window.days) <= 7 && alltrue([for days in window.days : can(regex("^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$", days))])
    ]]]))
    error_message = "days of a warm window are days of the week or spans of them, such as mon and tue-fri."
  }
  validation {
    condition = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for window in profile.warm :
      can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", coalesce(window.from, "00:00"))) && can(regex("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", coalesce(window.to, "24:00"))) && window.to != "00:00" && coalesce(window.from, "00:00") != coalesce(window.to, "24:00")
    ]]]))
    error_message = "A warm window goes from a time of day, 00:00 to 23:59, to another, 00:01 to 24:00; on the next day, if that isn't later."
  }
  validation {
    condition = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for name, source in profile.images :
      can(regex("^[A-Za-z0-9._/-]{1,128}$", name)) && contains(keys(var.profiles), source)
    ]]]))
    error_message = "images has names of 1 to 128 letters, digits and . _ / -, and for each one of ${join(", ", keys(var.profiles))}."
  }
  validation {
    condition = alltrue(flatten([for pool in var.pools : [for profile in pool.profiles : [for source in values(profile.images) :
      try(var.profiles[source].container == var.profiles[profile.name].container && var.profiles[source].platform == var.profiles[profile.name].platform, true)
    ]]]))
    error_message = "What images names has the container and the platform of the profile that offers it."
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
  description = "Whether slipway doctor may look at the network, quotas, images, log groups, whether secrets and parameters exist, and at roles and what they may do. Reads only; the server does without."
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
