# Two roles for each profile: one that ECS starts the agent task with, one that the jobs have.

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    # Only for tasks of this account and region.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:*"]
    }
  }
}

resource "aws_iam_role" "execution" {
  for_each = var.profiles

  name                 = "${var.name}-${each.key}-execution"
  description          = "Starts agent tasks of the profile ${each.key}: image, secrets, logs"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

locals {
  # The secret's own ARN, without a member's name, stage and version behind it.
  secretsmanager_arns = {
    for name, profile in var.profiles : name => distinct([
      for arn in values(profile.secrets) : join(":", slice(split(":", arn), 0, 7)) if strcontains(arn, ":secretsmanager:")
    ])
  }
  ssm_arns = {
    for name, profile in var.profiles : name => distinct([
      for arn in values(profile.secrets) : arn if strcontains(arn, ":ssm:")
    ])
  }
}

data "aws_iam_policy_document" "execution" {
  for_each = var.profiles

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.agents[each.key].arn}:*"]
  }

  dynamic "statement" {
    for_each = each.value.repository_arn[*]
    content {
      sid       = "PullImage"
      actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = each.value.repository_arn[*]
    content {
      sid     = "SignInToRegistry"
      actions = ["ecr:GetAuthorizationToken"]
      # The action knows no resource.
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = length(local.secretsmanager_arns[each.key]) > 0 ? [1] : []
    content {
      sid       = "ReadSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = local.secretsmanager_arns[each.key]
    }
  }

  dynamic "statement" {
    for_each = length(local.ssm_arns[each.key]) > 0 ? [1] : []
    content {
      sid       = "ReadParameters"
      actions   = ["ssm:GetParameters"]
      resources = local.ssm_arns[each.key]
    }
  }

  dynamic "statement" {
    for_each = length(var.kms_key_arns) > 0 ? [1] : []
    content {
      sid       = "Decrypt"
      actions   = ["kms:Decrypt"]
      resources = var.kms_key_arns
    }
  }
}

resource "aws_iam_role_policy" "execution" {
  for_each = var.profiles

  name   = "start"
  role   = aws_iam_role.execution[each.key].id
  policy = data.aws_iam_policy_document.execution[each.key].json
}

resource "aws_iam_role" "task" {
  for_each = var.profiles

  name                 = "${var.name}-${each.key}-task"
  description          = "What jobs on agents of the profile ${each.key} may do"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}
