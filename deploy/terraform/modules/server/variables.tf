variable "name" {
  description = "Begins the names of everything made here."
  type        = string
  default     = "slipway"
  nullable    = false

  validation {
    # A load balancer's and a target group's name has 32 characters.
    condition     = can(regex("^[a-z][a-z0-9-]{0,23}$", var.name)) && !endswith(var.name, "-")
    error_message = "name has 1 to 24 lower-case letters, digits and -, begins with a letter and does not end with -."
  }
}

variable "image" {
  description = "Slipway's image, made from deploy/server/Dockerfile, with a tag other than latest, or a digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image)) || (can(regex(":[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.image)) && !endswith(var.image, ":latest"))
    error_message = "image has a tag other than latest, or a digest."
  }
}

variable "repository_arn" {
  description = "The image's repository in ECR. Null: the image is elsewhere and public."
  type        = string
  default     = null

  validation {
    condition     = var.repository_arn == null ? true : can(regex("^arn:aws[a-z-]*:ecr:[a-z0-9-]+:[0-9]{12}:repository/.+$", var.repository_arn))
    error_message = "repository_arn is the ARN of a repository in ECR."
  }
}

variable "architecture" {
  description = "The image's architecture: X86_64 or ARM64."
  type        = string
  default     = "X86_64"
  nullable    = false

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "architecture is X86_64 or ARM64."
  }
}

variable "cpu" {
  description = "CPU units, 1024 for one vCPU."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.cpu)
    error_message = "cpu is 256, 512, 1024, 2048 or 4096."
  }
}

variable "memory" {
  description = "MiB. 1,000 open launches take 35 MB: see docs/reliability.md."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition = contains(lookup({
      "256"  = [512, 1024, 2048]
      "512"  = range(1024, 4097, 1024)
      "1024" = range(2048, 8193, 1024)
      "2048" = range(4096, 16385, 1024)
      "4096" = range(8192, 30721, 1024)
    }, tostring(var.cpu), []), var.memory)
    error_message = "Fargate offers no such pair of cpu and memory. With cpu 256: 512, 1024, 2048; 512: 1024 to 4096; 1024: 2048 to 8192; 2048: 4096 to 16384; 4096: 8192 to 30720, all in steps of 1024."
  }
}

variable "cluster_arn" {
  description = "The cluster that runs Slipway itself: the agents' or another."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/[A-Za-z0-9_-]+$", var.cluster_arn))
    error_message = "cluster_arn is the ARN of an ECS cluster, arn:aws:ecs:REGION:ACCOUNT:cluster/NAME."
  }
}

variable "slipway_yaml" {
  description = "The configuration: the output slipway_yaml of the module slipway. receiver.certificate and receiver.privateKey are /run/slipway/tls.crt and /run/slipway/tls.key, the store is in /var/lib/slipway."
  type        = string

  validation {
    condition     = can(yamldecode(var.slipway_yaml).pools)
    error_message = "slipway_yaml is Slipway's configuration in YAML."
  }
  validation {
    condition     = try(yamldecode(var.slipway_yaml).receiver.certificate == "/run/slipway/tls.crt" && yamldecode(var.slipway_yaml).receiver.privateKey == "/run/slipway/tls.key" && dirname(yamldecode(var.slipway_yaml).store.path) == "/var/lib/slipway", true)
    error_message = "In the container the certificate is /run/slipway/tls.crt, its key /run/slipway/tls.key, and the store in /var/lib/slipway: leave these of the module slipway at their defaults."
  }
}

variable "policy_json" {
  description = "What Slipway may do: the output policy_json of the module slipway."
  type        = string

  validation {
    condition     = can(jsondecode(var.policy_json).Statement)
    error_message = "policy_json is a policy document in JSON."
  }
}

variable "port" {
  description = "The port that Slipway listens on: the output port of the module slipway."
  type        = number
  default     = 8443
  nullable    = false

  validation {
    condition     = var.port >= 1024 && var.port <= 65535
    error_message = "port is 1024 to 65535: Slipway runs without privileges."
  }
}

variable "tls_secret_arn" {
  description = "A secret of Secrets Manager that is a JSON object with certificate, the certificate and its chain in PEM, and privateKey. It must be a certificate that the public trusts."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:]+$", var.tls_secret_arn))
    error_message = "tls_secret_arn is the ARN of a secret of Secrets Manager, without a member's name behind it."
  }
}

variable "vpc_id" {
  description = "The VPC of Slipway and its load balancer."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id is the id of a VPC, such as vpc-0a1b2c3d."
  }
}

variable "subnet_ids" {
  description = "Subnets of Slipway and its store, each in another zone, which are there already. They need a way to Azure DevOps, ECS, SQS, ECR, Secrets Manager and CloudWatch Logs."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2 && length(var.subnet_ids) <= 16 && length(distinct(var.subnet_ids)) == length(var.subnet_ids) && alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "subnet_ids are 2 to 16 different subnets, such as subnet-0a1b2c3d, each in another zone."
  }
}

variable "assign_public_ip" {
  description = "Whether Slipway gets a public address: needed in subnets without a NAT gateway. Only the load balancer gets in either way."
  type        = bool
  default     = false
  nullable    = false
}

variable "load_balancer_subnet_ids" {
  description = "Public subnets of the load balancer. Empty: none is made, and target_group_arn is used."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.load_balancer_subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))]) && length(distinct(var.load_balancer_subnet_ids)) == length(var.load_balancer_subnet_ids)
    error_message = "load_balancer_subnet_ids are ids of subnets, each once."
  }
  validation {
    condition     = (length(var.load_balancer_subnet_ids) == 0) != (var.target_group_arn == null)
    error_message = "Give either load_balancer_subnet_ids, for a load balancer that is made here, or target_group_arn and load_balancer_security_group_id, for a listener of your own."
  }
}

variable "public_port" {
  description = "The load balancers' port, as in receiver.public_url."
  type        = number
  default     = 443
  nullable    = false

  validation {
    condition     = var.public_port >= 1 && var.public_port <= 65535
    error_message = "public_port is 1 to 65535."
  }
}

variable "hook_source_cidrs" {
  description = "The ranges that Azure DevOps sends hooks from: those of the service tag AzureDevOps, in Microsoft's file of IP ranges and service tags. They change; with ranges that are out of date hooks get lost and each job waits for the next sweep. No default."
  type        = list(string)

  validation {
    condition     = alltrue([for cidr in var.hook_source_cidrs : can(cidrhost(cidr, 0))]) && (length(var.hook_source_cidrs) > 0 || var.target_group_arn != null)
    error_message = "hook_source_cidrs are ranges in CIDR notation, such as 40.74.28.0/23: those of the service tag AzureDevOps."
  }
  validation {
    condition     = alltrue([for cidr in var.hook_source_cidrs : try(tonumber(split("/", cidr)[1]) >= 8, true)])
    error_message = "hook_source_cidrs open the hook port to a /7 or more, which is no range of Azure DevOps: name those of the service tag AzureDevOps."
  }
}

variable "claim_source_cidrs" {
  description = "Where agents come from with their claims, as the load balancer sees them: the addresses of their NAT gateways, /32 each. For a load balancer that is made here. Where agents claim by the private one, leave it empty."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.claim_source_cidrs : can(cidrhost(cidr, 0))])
    error_message = "claim_source_cidrs are ranges in CIDR notation, such as 203.0.113.10/32, the address of a NAT gateway."
  }
  validation {
    condition     = alltrue([for cidr in var.claim_source_cidrs : try(tonumber(split("/", cidr)[1]) >= 8, true)])
    error_message = "claim_source_cidrs open the port to a /7 or more: name the addresses of the agents' NAT gateways. Agents with public addresses of their own get a private way: private_load_balancer_subnet_ids."
  }
  validation {
    condition     = !can(yamldecode(var.slipway_yaml).claims.secrets) || length(var.load_balancer_subnet_ids) == 0 || length(var.claim_source_cidrs) > 0 || length(var.private_load_balancer_subnet_ids) > 0
    error_message = "slipway_yaml has claims, and no agent would reach them: give claim_source_cidrs, or private_load_balancer_subnet_ids with claim_security_group_ids."
  }
}

variable "private_load_balancer_subnet_ids" {
  description = "Subnets of a second load balancer, which is reached from within the network alone, for claims. Empty: none is made. The name in receiver.public_url must mean it there: see README.md."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.private_load_balancer_subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))]) && length(distinct(var.private_load_balancer_subnet_ids)) == length(var.private_load_balancer_subnet_ids)
    error_message = "private_load_balancer_subnet_ids are ids of subnets, each once."
  }
}

variable "claim_security_group_ids" {
  description = "With private_load_balancer_subnet_ids: who may connect to it, such as the output security_group_id of the module agents."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.claim_security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "claim_security_group_ids are ids of security groups, such as sg-0a1b2c3d."
  }
  validation {
    condition     = (length(var.claim_security_group_ids) > 0) == (length(var.private_load_balancer_subnet_ids) > 0)
    error_message = "claim_security_group_ids go with private_load_balancer_subnet_ids: the private load balancer lets nobody else in."
  }
}

variable "target_group_arn" {
  description = "A target group, of IP addresses, of a listener of your own that passes TLS on (TCP). Then no load balancer is made. Have it preserve client addresses, or ledger and log have the load balancer's for every caller."
  type        = string
  default     = null

  validation {
    condition     = var.target_group_arn == null ? true : can(regex("^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/.+$", var.target_group_arn))
    error_message = "target_group_arn is the ARN of a target group."
  }
}

variable "load_balancer_security_group_id" {
  description = "With target_group_arn: the security group of your load balancer. Nobody else but the private load balancer may connect to Slipway."
  type        = string
  default     = null

  validation {
    condition     = (var.load_balancer_security_group_id == null) == (var.target_group_arn == null)
    error_message = "load_balancer_security_group_id goes with target_group_arn: Slipway lets nobody else in."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancers are protected from being destroyed. The name of the public one is what Azure DevOps calls."
  type        = bool
  default     = true
  nullable    = false
}

variable "store_backup" {
  description = "Whether AWS Backup keeps daily copies of the store."
  type        = bool
  default     = true
  nullable    = false
}

variable "store_kms_key_arn" {
  description = "A KMS key of your own for the store. Null: the key of EFS. Not to be changed once the store is made: a plan that would is refused."
  type        = string
  default     = null

  validation {
    condition     = var.store_kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.store_kms_key_arn))
    error_message = "store_kms_key_arn is the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "kms_key_arns" {
  description = "Keys of your own that the TLS secret and the image are encrypted with."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.kms_key_arns : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", arn))])
    error_message = "kms_key_arns are ARNs of KMS keys, arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "running" {
  description = "Whether Slipway runs. False: everything is there, and no task; for the time before its image is pushed, and for work on the store."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_execute_command" {
  description = "Whether an operator may run commands in the container by ECS Exec, such as slipway launches list. The container's root file system is then writable: ECS Exec needs that."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "How long Slipway's own log is kept."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is a span that CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "log_kms_key_arn" {
  description = "A KMS key of your own for the log. Its policy must let CloudWatch Logs use it."
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
