data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

resource "aws_ecs_cluster" "this" {
  name = var.cluster_name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }
}

resource "aws_ecs_capacity_provider" "ec2" {
  count = var.ec2_capacity_provider == null ? 0 : 1

  name = var.ec2_capacity_provider.name
  tags = var.tags

  auto_scaling_group_provider {
    auto_scaling_group_arn = var.ec2_capacity_provider.auto_scaling_group_arn
    # An instance with an agent task on it is not taken away.
    managed_termination_protection = "ENABLED"
    managed_draining               = "ENABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = var.ec2_capacity_provider.target_capacity
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = concat(["FARGATE", "FARGATE_SPOT"], aws_ecs_capacity_provider.ec2[*].name)

  # For what names none. Slipway always names one.
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

# No rule lets anything in: an agent asks Azure DevOps for its job.
resource "aws_security_group" "agents" {
  name        = "${var.name}-agents"
  description = "Azure Pipelines agents: nothing comes in"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-agents" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "agents" {
  for_each = toset(var.egress_cidrs)

  security_group_id = aws_security_group.agents.id
  description       = "What builds fetch"
  ip_protocol       = "-1"
  cidr_ipv4         = strcontains(each.value, ":") ? null : each.value
  cidr_ipv6         = strcontains(each.value, ":") ? each.value : null
  tags              = var.tags
}

resource "aws_vpc_security_group_egress_rule" "agents_to_groups" {
  # Not for_each: their ids are known only once they are made.
  count = length(var.egress_security_group_ids)

  security_group_id            = aws_security_group.agents.id
  description                  = "What agents reach within the network"
  ip_protocol                  = "-1"
  referenced_security_group_id = var.egress_security_group_ids[count.index]
  tags                         = var.tags
}
