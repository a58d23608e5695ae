# Agents that stay. Slipway neither starts nor stops them: it may not even run these families.

resource "aws_ecs_task_definition" "standing" {
  for_each = var.standing_agents

  family                   = "${var.name}-standing-${each.key}"
  network_mode             = "awsvpc"
  requires_compatibilities = [startswith(each.value.capacity_provider, "FARGATE") ? "FARGATE" : "EC2"]
  cpu                      = var.profiles[each.value.profile].cpu
  memory                   = var.profiles[each.value.profile].memory
  task_role_arn            = aws_iam_role.task[each.value.profile].arn
  execution_role_arn       = aws_iam_role.execution[each.value.profile].arn
  tags                     = merge(var.tags, { "slipway:profile" = each.value.profile })

  container_definitions = jsonencode([merge(local.containers[each.value.profile], {
    command = each.value.once ? ["--once"] : []
    environment = concat(local.containers[each.value.profile].environment, [
      { name = "AZP_POOL", value = each.value.pool },
      { name = "AZP_URL", value = var.organization },
    ])
  })])

  runtime_platform {
    operating_system_family = split("/", var.profiles[each.value.profile].platform)[0]
    cpu_architecture        = split("/", var.profiles[each.value.profile].platform)[1]
  }

  dynamic "ephemeral_storage" {
    for_each = var.profiles[each.value.profile].ephemeral_storage[*]
    content {
      size_in_gib = ephemeral_storage.value
    }
  }
}

resource "aws_ecs_service" "standing" {
  for_each = var.standing_agents

  name            = "${var.name}-${each.key}"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.standing[each.key].arn
  desired_count   = each.value.count
  # Moving a busy agent to another zone would kill its job.
  availability_zone_rebalancing = "DISABLED"
  enable_ecs_managed_tags       = true
  propagate_tags                = "SERVICE"
  tags                          = merge(var.tags, { "slipway:profile" = each.value.profile })

  capacity_provider_strategy {
    capacity_provider = each.value.capacity_provider
    weight            = 1
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.agents.id]
    assign_public_ip = startswith(each.value.capacity_provider, "FARGATE") && var.assign_public_ip
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  depends_on = [aws_ecs_cluster_capacity_providers.this, aws_iam_role_policy.execution]

  lifecycle {
    # The schedule's, or whoever needed more for a day.
    ignore_changes = [desired_count]
  }
}

locals {
  scheduled = { for name, agents in var.standing_agents : name => agents if length(agents.schedule) > 0 }
}

resource "aws_appautoscaling_target" "standing" {
  for_each = local.scheduled

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.standing[each.key].name}"
  min_capacity       = each.value.count
  max_capacity       = each.value.count
  tags               = var.tags

  lifecycle {
    # Each action of the schedule sets both.
    ignore_changes = [min_capacity, max_capacity]
  }
}

resource "aws_appautoscaling_scheduled_action" "standing" {
  for_each = merge([
    for name, agents in local.scheduled : { for action, entry in agents.schedule : "${name}-${action}" => merge(entry, { agents = name }) }
  ]...)

  name               = "${var.name}-${each.key}"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = aws_appautoscaling_target.standing[each.value.agents].resource_id
  schedule           = each.value.cron
  timezone           = each.value.timezone

  scalable_target_action {
    min_capacity = each.value.count
    max_capacity = each.value.count
  }
}
