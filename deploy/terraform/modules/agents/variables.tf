variable "name" {
  description = "Begins the names of everything made here. Families of task definitions are NAME-PROFILE."
  type        = string
  default     = "azp-agent"
  nullable    = false

  validation {
    # With a profile's name and "-execution" it is within the 64 characters of a role's name.
    condition     = can(regex("^[a-z][a-z0-9-]{0,23}$", var.name))
    error_message = "name has 1 to 24 lower-case letters, digits and -, and begins with a letter."
  }
}

variable "cluster_name" {
  description = "The name of the cluster that is made."
  type        = string
  default     = "build-agents"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{0,99}$", var.cluster_name))
    error_message = "cluster_name has 1 to 100 letters, digits, - and _, and begins with a letter."
  }
}

variable "container_insights" {
  description = "Container Insights of the cluster: disabled, enabled or enhanced. It costs by the metric."
  type        = string
  default     = "disabled"
  nullable    = false

  validation {
    condition     = contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = "container_insights is disabled, enabled or enhanced."
  }
}

variable "vpc_id" {
  description = "The VPC of the agents."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id is the id of a VPC, such as vpc-0a1b2c3d."
  }
}

variable "subnet_ids" {
  description = "Subnets of the agents, in two zones or more: Fargate's capacity runs out in one zone at a time. They need a way to Azure DevOps, ECR, Secrets Manager and CloudWatch Logs."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2 && length(var.subnet_ids) <= 16 && length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "subnet_ids are 2 to 16 different subnets, best in as many zones: RunTask takes no more than 16."
  }
  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "subnet_ids are ids of subnets, such as subnet-0a1b2c3d."
  }
}

variable "assign_public_ip" {
  description = "Whether agents on Fargate get a public address: needed in subnets without a NAT gateway. No port is open either way."
  type        = bool
  default     = false
  nullable    = false
}

variable "egress_cidrs" {
  description = "Where agents may connect to, by any protocol and port. Builds fetch from everywhere, hence the default; narrow it if yours don't. Azure DevOps must be in it, and Slipway's public address where agents claim by it."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = length(var.egress_cidrs) > 0 && alltrue([for cidr in var.egress_cidrs : can(cidrhost(cidr, 0))])
    error_message = "egress_cidrs are one or more ranges in CIDR notation, such as 0.0.0.0/0 or 2001:db8::/32."
  }
}

variable "egress_security_group_ids" {
  description = "Security groups that agents may connect to besides, where egress_cidrs is narrow: such as the output private_load_balancer_security_group_id of the module server, for their claims."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.egress_security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "egress_security_group_ids are ids of security groups, such as sg-0a1b2c3d."
  }
}

variable "profiles" {
  description = <<-END
    The kinds of agents, by name. Each becomes a task definition with a role for its jobs, a role for its start and a log
    group. Jobs may do nothing in AWS until you attach a policy to the role that the output task_role_names tells.

      image              with a tag other than latest, or a digest
      repository_arn     the image's repository in ECR, which the start role may then pull from
      cpu, memory        units (1024 for a vCPU) and MiB; on Fargate a pair that it offers
      ephemeral_storage  GiB of disk, 21 to 200; 20 where it is not set. For Linux on Fargate
      platform           LINUX/X86_64, LINUX/ARM64 or WINDOWS_SERVER_{2019,2022,2025}_{CORE,FULL}/X86_64
      container          the container's name
      command            what the image's start script gets
      environment        variables of the container. Everybody who may read the task definition reads them
      secrets            variables of the container from ARNs of Secrets Manager (with :key:: for a member of a JSON
                         object) or of SSM. AZP_TOKEN belongs here, for agents that register by themselves: those on
                         Windows, standing ones, and those of a profile with the registration self. Preregistered
                         agents need none
      init_process       an init in front of the image's own start. Leave it off for the image of deploy/agent, which has
                         its own: what ECS starts keeps the token of the secrets readable for every job
      placements         capacity providers, tried in this order
  END
  type = map(object({
    image             = string
    repository_arn    = optional(string)
    cpu               = number
    memory            = number
    ephemeral_storage = optional(number)
    platform          = optional(string, "LINUX/X86_64")
    container         = optional(string, "agent")
    command           = optional(list(string), ["--once"])
    environment       = optional(map(string), {})
    secrets           = optional(map(string), {})
    init_process      = optional(bool, false)
    placements        = optional(list(string), ["FARGATE_SPOT", "FARGATE"])
  }))
  nullable = false

  validation {
    condition     = length(var.profiles) > 0 && alltrue([for name, _ in var.profiles : can(regex("^[a-z][a-z0-9-]{0,23}$", name))])
    error_message = "profiles holds one or more, whose names have 1 to 24 lower-case letters, digits and -, and begin with a letter."
  }
  validation {
    condition     = alltrue([for profile in var.profiles : contains(local.platforms, profile.platform)])
    error_message = "A profile's platform is one of ${join(", ", local.platforms)}. Not so: ${join(", ", [for name, profile in var.profiles : "${name} (${profile.platform})" if !contains(local.platforms, profile.platform)])}."
  }
  validation {
    condition = alltrue([
      for profile in var.profiles :
      length(setintersection(profile.placements, ["FARGATE", "FARGATE_SPOT"])) == 0 || contains(try(local.fargate_memory[tostring(profile.cpu)], []), profile.memory)
    ])
    error_message = "Fargate offers no such pair of cpu and memory: ${join("; ", [
      for name, profile in var.profiles :
      "${name} has cpu ${profile.cpu} and memory ${profile.memory}, ${try("with that cpu memory is one of ${join(", ", local.fargate_memory[tostring(profile.cpu)])}", "but cpu is one of 256, 512, 1024, 2048, 4096, 8192, 16384")}"
      if !contains(try(local.fargate_memory[tostring(profile.cpu)], []), profile.memory)
    ])}."
  }
  validation {
    condition     = alltrue([for profile in var.profiles : !startswith(profile.platform, "WINDOWS") || (profile.cpu >= 1024 && profile.cpu <= 4096)])
    error_message = "Windows on Fargate has cpu 1024, 2048 or 4096."
  }
  validation {
    condition = alltrue([
      for profile in var.profiles :
      profile.ephemeral_storage == null ? true :
      profile.ephemeral_storage >= 21 && profile.ephemeral_storage <= 200 && floor(profile.ephemeral_storage) == profile.ephemeral_storage && startswith(profile.platform, "LINUX") && length(setsubtract(profile.placements, ["FARGATE", "FARGATE_SPOT"])) == 0
    ])
    error_message = "ephemeral_storage is a whole number of GiB from 21 to 200, and for Linux on Fargate alone."
  }
  validation {
    condition = alltrue([
      for profile in var.profiles :
      length(profile.placements) >= 1 && length(profile.placements) <= 10 && length(distinct(profile.placements)) == length(profile.placements) && length(setsubtract(profile.placements, local.capacity_providers)) == 0
    ])
    error_message = "A profile's placements are 1 to 10 of the cluster's capacity providers, each once: ${join(", ", local.capacity_providers)}."
  }
  validation {
    condition     = alltrue([for profile in var.profiles : !(startswith(profile.platform, "WINDOWS") && contains(profile.placements, "FARGATE_SPOT"))])
    error_message = "Fargate Spot has no Windows: give such a profile placements = [\"FARGATE\"]."
  }
  validation {
    condition = alltrue([
      for profile in var.profiles :
      can(regex("@sha256:[0-9a-f]{64}$", profile.image)) || (can(regex(":[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", profile.image)) && !endswith(profile.image, ":latest"))
    ])
    error_message = "A profile's image has a tag other than latest, or a digest: else nobody can tell which image ran a job."
  }
  validation {
    condition     = alltrue([for profile in var.profiles : profile.repository_arn == null ? true : can(regex("^arn:aws[a-z-]*:ecr:[a-z0-9-]+:[0-9]{12}:repository/.+$", profile.repository_arn))])
    error_message = "A profile's repository_arn is the ARN of a repository in ECR."
  }
  validation {
    condition     = alltrue(flatten([for profile in var.profiles : [for name, _ in profile.environment : !contains(["AZP_TOKEN", "AZP_CLIENTSECRET"], name)]]))
    error_message = "AZP_TOKEN and AZP_CLIENTSECRET belong into a profile's secrets: environment is read by everybody who may read the task definition."
  }
  validation {
    condition     = alltrue(flatten([for profile in var.profiles : [for name, _ in profile.environment : !contains(["AZP_URL", "AZP_POOL", "AZP_AGENT_NAME", "SLIPWAY_CLAIM_URL", "SLIPWAY_CLAIM_CODE", "SLIPWAY_ONCE", "VSO_AGENT_IGNORE"], name)]]))
    error_message = "AZP_URL, AZP_POOL, AZP_AGENT_NAME, SLIPWAY_CLAIM_URL and SLIPWAY_CLAIM_CODE come from Slipway, SLIPWAY_ONCE and VSO_AGENT_IGNORE are made here: leave them out of environment."
  }
  validation {
    condition = alltrue(flatten([for profile in var.profiles : [for arn in profile.secrets :
      can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:]+(:[^:]*:[^:]*:[^:]*)?$", arn)) || can(regex("^arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter/.+$", arn))
    ]]))
    error_message = "A profile's secrets are ARNs of Secrets Manager, with :KEY:: after it for a member of a JSON object, or of SSM parameters. Never the secret itself."
  }
}

variable "ec2_capacity_provider" {
  description = <<-END
    A further capacity provider on an Auto Scaling group of yours, for other sizes than Fargate has, or machines that keep
    the image and so start agents sooner. The group needs protection from scale-in and instances that join the cluster.

    It gives jobs no Docker: a task definition made here mounts nothing of the machine and is not privileged. Whoever holds
    the machine's Docker socket is root on it, and over every agent beside it.
  END
  type = object({
    name                   = string
    auto_scaling_group_arn = string
    target_capacity        = optional(number, 100)
  })
  default = null

  validation {
    condition     = var.ec2_capacity_provider == null ? true : can(regex("^[A-Za-z0-9_-]{1,255}$", var.ec2_capacity_provider.name)) && !can(regex("^(?i:aws|ecs|fargate)", var.ec2_capacity_provider.name))
    error_message = "A capacity provider's name has letters, digits, - and _, and does not begin with aws, ecs or fargate."
  }
  validation {
    condition     = var.ec2_capacity_provider == null ? true : can(regex("^arn:aws[a-z-]*:autoscaling:", var.ec2_capacity_provider.auto_scaling_group_arn))
    error_message = "auto_scaling_group_arn is the ARN of an Auto Scaling group."
  }
  validation {
    condition     = var.ec2_capacity_provider == null ? true : var.ec2_capacity_provider.target_capacity >= 1 && var.ec2_capacity_provider.target_capacity <= 100
    error_message = "target_capacity is 1 to 100 per cent."
  }
}

variable "organization" {
  description = "The organization's URL, such as https://dev.azure.com/fabrikam. For standing agents alone; to the others Slipway tells it."
  type        = string
  default     = null

  validation {
    condition     = var.organization == null ? length(var.standing_agents) == 0 : can(regex("^https://[^/ ]+", var.organization))
    error_message = "organization is the organization's URL, https://dev.azure.com/NAME. standing_agents need it."
  }
}

variable "standing_agents" {
  description = <<-END
    Classic agents that stay, as ECS services, for jobs which must not wait for a start. Give them a pool of their own.
    When a count goes down, ECS stops agents whether they are busy or not, and a job has 120 seconds to end: let the
    schedule do it when nothing runs. The same goes when the first schedule comes or the last one goes: they then get
    another service.

      profile            one of profiles, with AZP_TOKEN among its secrets: nobody registers these beforehand
      pool               the agents' pool in Azure DevOps
      count              how many. With a schedule: until its first action; from then on the schedule's counts hold, and
                         a change here does nothing
      once               whether an agent ends after each job, so that the service starts a clean one. Else it serves job
                         after job, in one work folder. Either way it waits for as long as it takes
      capacity_provider  where they run
      schedule           counts by name: cron expression of Application Auto Scaling, time zone and count
  END
  type = map(object({
    profile           = string
    pool              = string
    count             = number
    once              = optional(bool, false)
    capacity_provider = optional(string, "FARGATE")
    schedule = optional(map(object({
      cron     = string
      timezone = optional(string, "UTC")
      count    = number
    })), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, _ in var.standing_agents : can(regex("^[a-z][a-z0-9-]{0,23}$", name))])
    error_message = "Names of standing_agents have 1 to 24 lower-case letters, digits and -, and begin with a letter."
  }
  validation {
    condition     = alltrue([for agents in var.standing_agents : contains(keys(var.profiles), agents.profile)])
    error_message = "The profile of standing_agents is one of profiles: ${join(", ", keys(var.profiles))}."
  }
  validation {
    condition     = alltrue([for agents in var.standing_agents : length(setintersection(["AZP_TOKEN", "AZP_CLIENTSECRET"], try(keys(var.profiles[agents.profile].secrets), ["AZP_TOKEN"]))) > 0])
    error_message = "standing_agents register by themselves: their profile needs AZP_TOKEN, or AZP_CLIENTSECRET, among its secrets. Give them a profile of their own, so that others stay without."
  }
  validation {
    condition     = alltrue(flatten([for agents in var.standing_agents : [for count in concat([agents.count], [for entry in values(agents.schedule) : entry.count]) : count >= 0 && floor(count) == count]]))
    error_message = "Counts of standing_agents are whole numbers from 0."
  }
  validation {
    condition     = alltrue([for agents in var.standing_agents : contains(local.capacity_providers, agents.capacity_provider)])
    error_message = "The capacity_provider of standing_agents is one of ${join(", ", local.capacity_providers)}."
  }
  validation {
    condition     = alltrue(flatten([for agents in var.standing_agents : [for entry in agents.schedule : can(regex("^cron\\(([^ ]+ ){5}[^ ]+\\)$", entry.cron))]]))
    error_message = "A cron of standing_agents has six fields, such as cron(0 7 ? * MON-FRI *)."
  }
}

variable "log_retention_days" {
  description = "How long the agents' logs are kept. They tell how an agent started and ended; the jobs' logs are in Azure DevOps."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is a span that CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "kms_key_arns" {
  description = "Keys of your own that the profiles' secrets and images are encrypted with."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.kms_key_arns : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", arn))])
    error_message = "kms_key_arns are ARNs of KMS keys, arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "log_kms_key_arn" {
  description = "A KMS key of your own for the logs. Its policy must let CloudWatch Logs use it."
  type        = string
  default     = null

  validation {
    condition     = var.log_kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.log_kms_key_arn))
    error_message = "log_kms_key_arn is the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "permissions_boundary" {
  description = "ARN of a policy that bounds every role made here, where your organization asks for one."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/", var.permissions_boundary))
    error_message = "permissions_boundary is the ARN of an IAM policy."
  }
}

variable "tags" {
  description = "Tags of everything made here, beside the provider's default_tags. Slipway has ECS copy a task definition's tags to each agent task."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40 && alltrue([for key, value in var.tags : length(key) <= 128 && length(value) <= 256 && !startswith(lower(key), "aws:")])
    error_message = "tags are up to 40, of 128 characters for a key and 256 for a value, and no key begins with aws: (an agent task has room for 50, and Slipway adds some)."
  }
}
