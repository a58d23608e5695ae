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

variable "machine_subnet_id" {
  description = "A public subnet for the machine."
  type        = string
}

variable "ami_id" {
  description = "The machine's image: Debian 12, of the instance type's architecture."
  type        = string
}

variable "instance_type" {
  description = "The machine's type."
  type        = string
  default     = "t3.small"
}

variable "key_name" {
  description = "A key pair of EC2, to copy files to the machine by SSH over Session Manager: see docs/install.md. No port is open for it. Null: sessions alone."
  type        = string
  default     = null
}

variable "store_gib" {
  description = "GiB of the store's volume."
  type        = number
  default     = 20

  validation {
    condition     = var.store_gib >= 1 && floor(var.store_gib) == var.store_gib
    error_message = "store_gib is a whole number from 1."
  }
}

variable "host_name" {
  description = "The name that Azure DevOps calls, such as slipway.example.com. The certificate is for it."
  type        = string
}

variable "hook_source_cidrs" {
  description = "The IPv4 ranges of the service tag AzureDevOps."
  type        = list(string)

  validation {
    condition     = length(var.hook_source_cidrs) > 0 && alltrue([for cidr in var.hook_source_cidrs : can(cidrnetmask(cidr)) && try(tonumber(split("/", cidr)[1]) >= 8, false)])
    error_message = "hook_source_cidrs are IPv4 ranges of /8 or narrower, such as 40.74.28.0/23: those of the service tag AzureDevOps."
  }
}

variable "claim_source_cidrs" {
  description = "Where agents call Slipway from to claim, in IPv4: the addresses of their NAT gateways, /32 each. Empty where a private zone has host_name point to the machine's private address."
  type        = list(string)

  validation {
    condition     = alltrue([for cidr in var.claim_source_cidrs : can(cidrnetmask(cidr)) && try(tonumber(split("/", cidr)[1]) >= 8, false)])
    error_message = "claim_source_cidrs are IPv4 ranges of /8 or narrower, such as 203.0.113.10/32: those of the agents' NAT gateways."
  }
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

variable "agent_image_tag" {
  description = "The agent's image in the repository azp-agent."
  type        = string
}

variable "claim_secret_arn" {
  description = "The secret that claim codes are made with, 32 characters or more: openssl rand -hex 32."
  type        = string
}

variable "alarm_actions" {
  description = "ARNs that are told of alarms."
  type        = list(string)
  default     = []
}

variable "doctor" {
  description = "Whether slipway doctor may look at more in the account than the server needs: see the module slipway."
  type        = bool
  default     = false
}
