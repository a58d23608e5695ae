# Slipway's own service: one task on Fargate, its store on EFS.
#
# SQLite on EFS: the store is one SQLite file, made for a local disk. On a network file system it is sound only as long as
# one machine has it open, so there is one task and no second, not even for a moment:
#
#   - desired_count 1; a deployment stops the old task before it starts the new one (minimum 0 %, maximum 100 %). Hooks that
#     come meanwhile get lost: their jobs wait for the next sweep.
#   - Slipway locks the store. EFS speaks NFSv4, whose locks hold between machines: should ECS lose sight of a task that
#     still runs, the next one finds the store locked, ends, and is started again until the lock is free.
#   - Each commit waits for EFS: milliseconds, not microseconds.
#
# Who wants a local disk runs Slipway on a machine with an EBS volume: see docs/install.md.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  cluster_name = split("/", var.cluster_arn)[1]

  # As in deploy/server/Dockerfile.
  uid         = 10001
  run_folder  = "/run/slipway"
  data_folder = "/var/lib/slipway"

  log_configuration = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = aws_cloudwatch_log_group.this.name
      awslogs-region        = data.aws_region.current.name
      awslogs-stream-prefix = "slipway"
      mode                  = "non-blocking"
      max-buffer-size       = "25m"
    }
  }
  # Members that the API fills in by itself: left out, each plan would want to replace the definition.
  defaults = { cpu = 0, portMappings = [], systemControls = [], volumesFrom = [], environment = [] }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/slipway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
  tags              = var.tags
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = var.cpu
  memory                   = var.memory
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  tags                     = var.tags
  # A revision that is replaced stays active: the service starts Slipway from it until it has the new one, and goes back to
  # it should the new one not start.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  # Ends with the task. Its owner is the image's: see VOLUME in deploy/server/Dockerfile.
  volume {
    name = "run"
  }

  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.this.id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.this.id
        iam             = "ENABLED"
      }
    }
  }

  container_definitions = jsonencode([
    # Slipway reads its certificate from files: they are written before it starts, and its own environment stays free of
    # secrets. A new certificate comes with a new deployment.
    merge(local.defaults, {
      name                   = "files"
      image                  = var.image
      essential              = false
      readonlyRootFilesystem = true
      memoryReservation      = 32
      entryPoint             = ["/bin/sh", "-c"]
      command = [join("; ", [
        "set -eu",
        "umask 077",
        "cd ${local.run_folder}",
        "printf '%s\\n' \"$CONFIGURATION\" >slipway.yaml",
        "printf '%s\\n' \"$CERTIFICATE\" >tls.crt",
        "printf '%s\\n' \"$PRIVATE_KEY\" >tls.key",
      ])]
      environment = [{ name = "CONFIGURATION", value = var.slipway_yaml }]
      secrets = [
        { name = "CERTIFICATE", valueFrom = "${var.tls_secret_arn}:certificate::" },
        { name = "PRIVATE_KEY", valueFrom = "${var.tls_secret_arn}:privateKey::" },
      ]
      mountPoints      = [{ sourceVolume = "run", containerPath = local.run_folder, readOnly = false }]
      logConfiguration = local.log_configuration
    }),
    merge(local.defaults, {
      name                   = "slipway"
      image                  = var.image
      essential              = true
      readonlyRootFilesystem = !var.enable_execute_command
      memoryReservation      = 128
      command                = ["serve", "--config", "${local.run_folder}/slipway.yaml"]
      portMappings           = [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]
      # It takes 30 seconds longer than receiver.unreadyMilliseconds and receiver.refusingMilliseconds, at most.
      stopTimeout     = 120
      linuxParameters = { initProcessEnabled = true }
      dependsOn       = [{ containerName = "files", condition = "SUCCESS" }]
      mountPoints = [
        { sourceVolume = "run", containerPath = local.run_folder, readOnly = true },
        { sourceVolume = "data", containerPath = local.data_folder, readOnly = false },
      ]
      logConfiguration = local.log_configuration
    }),
  ])

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  # One task has the store, never two: see above.
  desired_count                      = var.running ? 1 : 0
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100
  availability_zone_rebalancing      = "DISABLED"
  # Not Spot: whose capacity is taken back is down for minutes.
  launch_type                       = "FARGATE"
  enable_execute_command            = var.enable_execute_command
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"
  health_check_grace_period_seconds = 60
  tags                              = var.tags

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.server.id]
    assign_public_ip = var.assign_public_ip
  }

  load_balancer {
    target_group_arn = local.target_group_arn
    container_name   = "slipway"
    container_port   = var.port
  }

  dynamic "load_balancer" {
    for_each = aws_lb_target_group.private[*].arn
    content {
      target_group_arn = load_balancer.value
      container_name   = "slipway"
      container_port   = var.port
    }
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  depends_on = [
    aws_efs_mount_target.this,
    aws_efs_file_system_policy.this,
    aws_iam_role_policy.task,
    aws_iam_role_policy.execution,
    aws_lb_listener.this,
    aws_lb_listener.private,
  ]
}
