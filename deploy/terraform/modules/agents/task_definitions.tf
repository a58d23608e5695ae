resource "aws_cloudwatch_log_group" "agents" {
  for_each = var.profiles

  name              = "/slipway/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
  tags              = var.tags
}

locals {
  environments = {
    for name, profile in var.profiles : name => merge(profile.environment, {
      # An agent reports its environment as capabilities, which everybody in the organization can read.
      VSO_AGENT_IGNORE = join(",", distinct(concat(
        ["AZP_TOKEN", "AZP_TOKEN_FILE", "AZP_CLIENTSECRET"],
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_EXECUTION_ENV", "ECS_AGENT_URI"],
        ["ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4"],
        keys(profile.secrets),
      )))
    })
  }

  containers = {
    for name, profile in var.profiles : name => merge(
      {
        name      = profile.container
        image     = profile.image
        essential = true
        command   = profile.command
        # A cancelled job takes a while to report; ECS grants no more than this.
        stopTimeout = 120
        environment = [for key, value in local.environments[name] : { name = key, value = value }]
        secrets     = [for key, arn in profile.secrets : { name = key, valueFrom = arn }]
        logConfiguration = {
          logDriver = "awslogs"
          options = {
            awslogs-group         = aws_cloudwatch_log_group.agents[name].name
            awslogs-region        = data.aws_region.current.name
            awslogs-stream-prefix = "agent"
            # A job must not stand still because its log can't be sent.
            mode            = "non-blocking"
            max-buffer-size = "25m"
          }
        }
        # Members that the API fills in by itself: left out, each plan would want to replace the definition.
        cpu            = 0
        mountPoints    = []
        portMappings   = []
        systemControls = []
        volumesFrom    = []
      },
      {
        for key, value in {
          # Process 1 that passes SIGTERM on and buries the dead, for an image without one. Linux alone has it.
          linuxParameters = startswith(profile.platform, "LINUX") && profile.init_process ? { initProcessEnabled = true } : null
          # No hard limit: the container may use all that the agent task has, also where Slipway's profile asks for more.
          memoryReservation = startswith(profile.platform, "LINUX") ? 128 : null
          # Windows knows the hard limit alone.
          memory = startswith(profile.platform, "LINUX") ? null : profile.memory
        } : key => value if value != null
      },
    )
  }
}

resource "aws_ecs_task_definition" "agents" {
  for_each = var.profiles

  family                   = "${var.name}-${each.key}"
  network_mode             = "awsvpc"
  requires_compatibilities = compact([contains(keys(local.fargate_profiles), each.key) ? "FARGATE" : null, length(setsubtract(each.value.placements, ["FARGATE", "FARGATE_SPOT"])) > 0 ? "EC2" : null])
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  task_role_arn            = aws_iam_role.task[each.key].arn
  execution_role_arn       = aws_iam_role.execution[each.key].arn
  container_definitions    = jsonencode([local.containers[each.key]])
  # ECS copies them to each agent task. The profile's name is among the tags that Slipway adds.
  tags = var.tags
  # A revision that is replaced, or whose profile goes, stays active: Slipway starts what the family has, and without any
  # active revision ECS refuses RunTask in a way that Slipway must take for lasting.
  skip_destroy = true

  runtime_platform {
    operating_system_family = split("/", each.value.platform)[0]
    cpu_architecture        = split("/", each.value.platform)[1]
  }

  dynamic "ephemeral_storage" {
    for_each = each.value.ephemeral_storage[*]
    content {
      size_in_gib = ephemeral_storage.value
    }
  }

  lifecycle {
    # The new revision is there before the old one is let go.
    create_before_destroy = true
  }
}
