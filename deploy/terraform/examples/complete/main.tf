# Everything that Slipway needs in AWS, in a VPC that is there already. Copy this folder, then change what differs.

provider "aws" {
  region = var.region

  # Activate these as cost allocation tags in the billing console. What they are on: everything made here, and by
  # propagation each agent task.
  default_tags {
    tags = local.tags
  }
}

locals {
  tags = {
    Application = "slipway"
    CostCenter  = var.cost_center
  }
}

module "repositories" {
  source = "../../modules/repositories"

  names        = ["azp-agent", "slipway"]
  force_delete = !var.protected
}

module "agents" {
  source = "../../modules/agents"

  cluster_name = "build-agents"
  vpc_id       = var.vpc_id
  subnet_ids   = var.agent_subnet_ids

  # No token is in any: each agent claims its own registration. A profile for Windows needs AZP_TOKEN.
  profiles = merge({
    small = {
      image          = "${module.repositories.urls["azp-agent"]}:${var.agent_image_tag}"
      repository_arn = module.repositories.arns["azp-agent"]
      cpu            = 1024
      memory         = 2048
    }
    large = {
      image             = "${module.repositories.urls["azp-agent"]}:${var.agent_image_tag}"
      repository_arn    = module.repositories.arns["azp-agent"]
      cpu               = 4096
      memory            = 16384
      ephemeral_storage = 100
      # A long build should not lose its machine.
      placements = ["FARGATE"]
    }
    }, {
    # Standing agents register by themselves.
    for name in ["standing"] : name => {
      image          = "${module.repositories.urls["azp-agent"]}:${var.agent_image_tag}"
      repository_arn = module.repositories.arns["azp-agent"]
      cpu            = 1024
      memory         = 2048
      secrets        = { AZP_TOKEN = var.agent_token_secret_arn }
    } if length(var.standing_agents) > 0
  })

  # Only where some jobs must not wait for a start: see terraform.tfvars.example.
  organization    = var.organization
  standing_agents = var.images_pushed ? var.standing_agents : {}

  tags = local.tags
}

module "task_events" {
  source = "../../modules/task-events"

  name          = "slipway-events"
  cluster_arn   = module.agents.cluster_arn
  alarm_actions = var.alarm_actions
}

module "slipway" {
  source = "../../modules/slipway"
  doctor = var.doctor

  receiver = { public_url = "https://${var.host_name}" }

  azure_devops = {
    organization = var.organization
    token        = "aws-secretsmanager:${var.slipway_secret_arn}#azureDevOpsToken"
  }
  hooks = {
    passwords = ["aws-secretsmanager:${var.slipway_secret_arn}#hookPassword"]
  }
  claims = { secrets = ["aws-secretsmanager:${var.claim_secret_arn}"] }

  cluster_arn = module.agents.cluster_arn
  event_queue = { url = module.task_events.queue_url, arn = module.task_events.queue_arn }
  profiles    = module.agents.profiles

  pools = [{
    name = var.pool
    profiles = [
      { name = "small", maximum_agents = 50, registration = "preregistered" },
      { name = "large", maximum_agents = 10, registration = "preregistered", demands = ["size -equals large"] },
    ]
  }]
}

module "server" {
  source = "../../modules/server"

  image          = "${module.repositories.urls["slipway"]}:${var.slipway_image_tag}"
  repository_arn = module.repositories.arns["slipway"]
  running        = var.running && var.images_pushed

  cluster_arn  = module.agents.cluster_arn
  slipway_yaml = module.slipway.slipway_yaml
  policy_json  = module.slipway.policy_json
  port         = module.slipway.port

  vpc_id                   = var.vpc_id
  subnet_ids               = var.server_subnet_ids
  load_balancer_subnet_ids = var.public_subnet_ids
  hook_source_cidrs        = var.hook_source_cidrs
  claim_source_cidrs       = var.claim_source_cidrs
  tls_secret_arn           = var.tls_secret_arn

  enable_execute_command = true
  deletion_protection    = var.protected
  store_backup           = var.store_backup
  alarm_actions          = var.alarm_actions
  tags                   = local.tags
}
