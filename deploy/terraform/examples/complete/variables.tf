variable "region" {
  description = "The region, such as eu-west-1."
  type        = string
}

variable "cost_center" {
  description = "Value of the tag CostCenter."
  type        = string
  default     = "build"
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "agent_subnet_ids" {
  description = "Private subnets of the agents, with a way out."
  type        = list(string)
}

variable "server_subnet_ids" {
  description = "Private subnets of Slipway and its store, each in another zone."
  type        = list(string)
}

variable "public_subnet_ids" {
  description = "Public subnets of the load balancer."
  type        = list(string)
}

variable "host_name" {
  description = "The name that Azure DevOps calls, such as slipway.example.com. The certificate is for it."
  type        = string
}

variable "hook_source_cidrs" {
  description = "The ranges of the service tag AzureDevOps."
  type        = list(string)
}

variable "claim_source_cidrs" {
  description = "Where agents call Slipway from to claim: the addresses of their NAT gateways, /32 each. For a way within the network instead see deploy/terraform/README.md."
  type        = list(string)
}

variable "organization" {
  description = "The organization's URL, such as https://dev.azure.com/fabrikam."
  type        = string
}

variable "pool" {
  description = "The agent pool that Slipway serves."
  type        = string
  default     = "ecs-linux"
}

variable "standing_agents" {
  description = "Agents that stay, of the profile standing: see the module agents."
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
  default = {}
}

variable "agent_image_tag" {
  description = "The agent's image in the repository azp-agent."
  type        = string
}

variable "slipway_image_tag" {
  description = "Slipway's image in the repository slipway."
  type        = string
}

variable "images_pushed" {
  description = "Whether the images are there. False for the first apply, which makes their repositories: nothing is started then."
  type        = bool
  default     = true
}

variable "running" {
  description = "Whether Slipway runs. False for work on its store. Standing agents run either way."
  type        = bool
  default     = true
}

variable "agent_token_secret_arn" {
  description = "The secret that is the standing agents' token: Agent Pools (read, manage). The others need none."
  type        = string
  default     = null

  validation {
    condition     = length(var.standing_agents) == 0 || var.agent_token_secret_arn != null
    error_message = "standing_agents need agent_token_secret_arn: they register by themselves."
  }
}

variable "claim_secret_arn" {
  description = "The secret that claim codes are made with, 32 characters or more: openssl rand -hex 32."
  type        = string
}

variable "slipway_secret_arn" {
  description = "The secret that is a JSON object with azureDevOpsToken and hookPassword."
  type        = string
}

variable "tls_secret_arn" {
  description = "The secret that is a JSON object with certificate and privateKey, both PEM."
  type        = string
}

variable "alarm_actions" {
  description = "ARNs that are told of alarms."
  type        = list(string)
  default     = []
}

variable "protected" {
  description = "Whether destroy stops at the load balancer and at repositories that hold images. At the store it stops either way."
  type        = bool
  default     = true
}

variable "store_backup" {
  description = "Whether AWS Backup keeps daily copies of the store."
  type        = bool
  default     = true
}

variable "doctor" {
  description = "Whether slipway doctor may look at more in the account than the server needs: see the module slipway."
  type        = bool
  default     = false
}
