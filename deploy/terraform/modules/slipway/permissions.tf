# What Slipway may do in AWS, and nothing else. Why each is needed: docs/agent-task.md.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id

  # Those whose image a pipeline may ask for are started too.
  used_profiles = { for name in distinct(concat(flatten([for pool in var.pools : pool.profiles[*].name]), flatten([for pool in var.pools : [for profile in pool.profiles : values(profile.images)]]))) : name => var.profiles[name] }
  # Slipway names the family, and ECS then asks for the right to its newest revision.
  task_definitions = [for profile in local.used_profiles : "arn:${local.partition}:ecs:${local.region}:${local.account}:task-definition/${profile.task_definition}:*"]
  passed_roles     = distinct(flatten([for profile in local.used_profiles : [profile.execution_role_arn, profile.task_role_arn]]))
  tasks            = "arn:${local.partition}:ecs:${local.region}:${local.account}:task/${local.cluster_name}/*"
  secrets          = distinct([for reference in local.references : regex("^aws-secretsmanager:([^#]+)", reference)[0] if startswith(reference, "aws-secretsmanager:")])
}

data "aws_iam_policy_document" "slipway" {
  statement {
    sid       = "StartAgentTasks"
    actions   = ["ecs:RunTask"]
    resources = local.task_definitions

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    sid       = "TagThemAtTheStart"
    actions   = ["ecs:TagResource"]
    resources = [local.tasks]

    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RunTask"]
    }
  }

  statement {
    sid       = "GiveThemTheirRoles"
    actions   = ["iam:PassRole"]
    resources = local.passed_roles

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement {
    sid       = "FollowAndStopThem"
    actions   = ["ecs:DescribeTasks", "ecs:StopTask"]
    resources = [local.tasks]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    sid     = "FindThem"
    actions = ["ecs:ListTasks"]
    # The action's resource is a container instance, which Fargate has not: the condition bounds it.
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    sid       = "LookAtTheCluster"
    actions   = ["ecs:DescribeClusters"]
    resources = [var.cluster_arn]
  }

  statement {
    sid     = "LookAtTaskDefinitions"
    actions = ["ecs:DescribeTaskDefinition"]
    # The action knows no resource. For slipway doctor.
    resources = ["*"]
  }

  # What follows are questions of slipway doctor alone: the server does without them.
  dynamic "statement" {
    for_each = var.doctor ? [1] : []
    content {
      sid = "AskAboutNetworkQuotasLogsAndParameters"
      actions = [
        "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "logs:DescribeLogGroups",
        "servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota", "ssm:DescribeParameters",
      ]
      # Most of them know no resource, and what is asked of the others is nobody's secret.
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.doctor ? [1] : []
    content {
      sid       = "AskAboutImages"
      actions   = ["ecr:DescribeImages"]
      resources = ["arn:${local.partition}:ecr:${local.region}:${local.account}:repository/*"]
    }
  }

  dynamic "statement" {
    for_each = var.doctor ? [1] : []
    content {
      sid     = "AskWhetherSecretsExist"
      actions = ["secretsmanager:DescribeSecret"]
      # Those of the agents are named in their task definitions. Their values stay closed.
      resources = ["arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:*"]
    }
  }

  dynamic "statement" {
    for_each = var.doctor ? [1] : []
    content {
      sid     = "AskAboutRolesAndTheirPolicies"
      actions = ["iam:GetRole", "iam:SimulatePrincipalPolicy"]
      # Its own role is made elsewhere, by a name that isn't known here.
      resources = ["arn:${local.partition}:iam::${local.account}:role/*"]
    }
  }

  dynamic "statement" {
    for_each = var.event_queue[*]
    content {
      sid       = "ReadTaskEvents"
      actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      resources = [statement.value.arn]
    }
  }

  dynamic "statement" {
    for_each = length(local.secrets) > 0 ? [1] : []
    content {
      sid       = "ReadSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = local.secrets
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
