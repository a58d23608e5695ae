# All modules with whatever values a test gives, to see which are refused and what the others plan. Never applied.

terraform {
  required_version = ">= 1.9"
}

provider "aws" {}

variable "given" {
  type = any
}

module "repositories" {
  source = "../../modules/repositories"

  names         = var.given.repositories.names
  untagged_days = try(var.given.repositories.untagged_days, null)
  kept_images   = try(var.given.repositories.kept_images, null)
}

module "agents" {
  source = "../../modules/agents"

  name                      = try(var.given.agents.name, null)
  cluster_name              = try(var.given.agents.cluster_name, null)
  container_insights        = try(var.given.agents.container_insights, null)
  vpc_id                    = var.given.agents.vpc_id
  subnet_ids                = var.given.agents.subnet_ids
  egress_cidrs              = try(var.given.agents.egress_cidrs, null)
  profiles                  = var.given.agents.profiles
  ec2_capacity_provider     = try(var.given.agents.ec2_capacity_provider, null)
  egress_security_group_ids = try(var.given.agents.egress_security_group_ids, null)
  organization              = try(var.given.agents.organization, null)
  standing_agents           = try(var.given.agents.standing_agents, null)
  log_retention_days        = try(var.given.agents.log_retention_days, null)
  kms_key_arns              = try(var.given.agents.kms_key_arns, null)
  permissions_boundary      = try(var.given.agents.permissions_boundary, null)
  tags                      = try(var.given.agents.tags, null)
}

module "task_events" {
  source = "../../modules/task-events"

  name              = try(var.given.task_events.name, null)
  cluster_arn       = var.given.task_events.cluster_arn
  retention_seconds = try(var.given.task_events.retention_seconds, null)
  alarm_actions     = try(var.given.task_events.alarm_actions, null)
}

module "slipway" {
  source = "../../modules/slipway"

  receiver     = var.given.slipway.receiver
  azure_devops = var.given.slipway.azure_devops
  hooks        = var.given.slipway.hooks
  claims       = try(var.given.slipway.claims, null)
  server_tasks = try(var.given.slipway.server_tasks, null)
  console      = try(var.given.slipway.console, null)
  costs        = try(var.given.slipway.costs, null)
  profiles     = var.given.slipway.profiles
  pools        = var.given.slipway.pools
  cluster_arn  = var.given.slipway.cluster_arn
  event_queue  = try(var.given.slipway.event_queue, null)
}

module "server" {
  source = "../../modules/server"

  image                            = var.given.server.image
  cpu                              = try(var.given.server.cpu, null)
  memory                           = try(var.given.server.memory, null)
  cluster_arn                      = var.given.server.cluster_arn
  slipway_yaml                     = var.given.server.slipway_yaml
  policy_json                      = var.given.server.policy_json
  tls_secret_arn                   = var.given.server.tls_secret_arn
  vpc_id                           = var.given.server.vpc_id
  subnet_ids                       = var.given.server.subnet_ids
  load_balancer_subnet_ids         = try(var.given.server.load_balancer_subnet_ids, null)
  target_group_arn                 = try(var.given.server.target_group_arn, null)
  load_balancer_security_group_id  = try(var.given.server.load_balancer_security_group_id, null)
  hook_source_cidrs                = var.given.server.hook_source_cidrs
  claim_source_cidrs               = try(var.given.server.claim_source_cidrs, null)
  claim_security_group_ids         = try(var.given.server.claim_security_group_ids, null)
  private_load_balancer_subnet_ids = try(var.given.server.private_load_balancer_subnet_ids, null)
  log_retention_days               = try(var.given.server.log_retention_days, null)
}

output "slipway_yaml" {
  value = module.slipway.slipway_yaml
}

output "policy_json" {
  value = module.slipway.policy_json
}
