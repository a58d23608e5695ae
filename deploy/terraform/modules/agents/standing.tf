# Agents that stay. Slipway neither starts nor stops them: it may not even run these families.

locals {
  # The number of the first is Terraform's, that of the others their schedule's.
  fixed     = { for name, agents in var.standing_agents : name => agents if length(agents.schedule) == 0 }
  scheduled = { for name, agents in var.standing_agents : name => agents if length(agents.schedule) > 0 }

  standing_environments = {
    for name, agents in var.standing_agents : name => merge(
      # It waits as long as it takes, and for as long as it is wanted: no job should meet the end of its agent's time. The
      # profile's own environment may say otherwise.
      { SLIPWAY_IDLE_MINUTES = "0", SLIPWAY_MAXIMUM_MINUTES = "0" },
      local.environments[agents.profile],
      { AZP_POOL = agents.pool, AZP_URL = var.organization },
      # Job after job: without this the image of deploy/agent runs one.
      agents.once ? {} : { SLIPWAY_ONCE = "0" },
    )
  }

  # --once goes before that variable, and an image of another kind knows nothing else. Where nothing is left there is no
  # command at all: ECS takes an empty one for the image's own.
  standing_commands = {
    for name, agents in var.standing_agents : name => [
      for argument in var.profiles[agents.profile].command : argument if agents.once || argument != "--once"
    ]
  }

  standing_containers = {
    for name, agents in var.standing_agents : name => {
      for key, value in merge(local.containers[agents.profile], {
        command     = length(local.standing_commands[name]) == 0 ? null : local.standing_commands[name]
        environment = [for key, value in local.standing_environments[name] : { name = key, value = value }]
      }) : key => value if value != null
    }
  }
}

resource "aws_ecs_task_definition" "standing" {
  for_each = var.standing_agents

  family                   = "${var.name}-standing-${each.key}"
  network_mode             = "awsvpc"
  requires_compatibilities = [startswith(each.value.capacity_provider, "FARGATE") ? "FARGATE" : "EC2"]
  cpu                      = var.profiles[each.value.profile].cpu
  memory                   = var.profiles[each.value.profile].memory
  task_role_arn            = aws_iam_role.task[each.value.profile].arn
  execution_role_arn       = aws_iam_role.execution[each.value.profile].arn
  container_definitions    = jsonencode([local.standing_containers[each.key]])
  tags                     = merge(var.tags, { "slipway:profile" = each.value.profile })
  # The service starts agents from the old revision until it has the new one.
  skip_destroy = true

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

  lifecycle {
    create_before_destroy = true
  }
}

# Two resources for one kind of service, since ignore_changes can't depend on a value.
resource "aws_ecs_service" "fixed" {
  for_each = local.fixed

  # Another name than with a schedule: where the first schedule comes, or the last one goes, one service is made while the
  # other is still ending, and ECS refuses a second of the same name.
  name            = "${var.name}-${each.key}-fixed"
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
}

resource "aws_ecs_service" "scheduled" {
  for_each = local.scheduled

  name                          = "${var.name}-${each.key}"
  cluster                       = aws_ecs_cluster.this.id
  task_definition               = aws_ecs_task_definition.standing[each.key].arn
  desired_count                 = each.value.count
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
    # The schedule's: an apply in the evening must not start the morning's agents.
    ignore_changes = [desired_count]
  }
}

# Before, one resource had both, under the name that those with a schedule have kept.
moved {
  from = aws_ecs_service.standing
  to   = aws_ecs_service.scheduled
}

resource "aws_appautoscaling_target" "standing" {
  for_each = local.scheduled

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.scheduled[each.key].name}"
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
