output "cluster_name" {
  description = "aws.cluster of Slipway's configuration."
  value       = aws_ecs_cluster.this.name
  # Whoever starts something in it should find its capacity providers.
  depends_on = [aws_ecs_cluster_capacity_providers.this]
}

output "cluster_arn" {
  description = "The cluster's ARN."
  value       = aws_ecs_cluster.this.arn
}

output "security_group_id" {
  description = "The agents' security group. Let it in where builds must reach something of yours."
  value       = aws_security_group.agents.id
}

output "profiles" {
  description = "What Slipway needs of each profile: family, platform, container, placements, and the roles that it passes on."
  value = {
    for name, profile in var.profiles : name => {
      task_definition    = aws_ecs_task_definition.agents[name].family
      platform           = profile.platform
      container          = profile.container
      task_role_arn      = aws_iam_role.task[name].arn
      execution_role_arn = aws_iam_role.execution[name].arn
      placements = [for provider in profile.placements : {
        capacity_provider = provider
        subnets           = var.subnet_ids
        security_groups   = [aws_security_group.agents.id]
        assign_public_ip  = startswith(provider, "FARGATE") && var.assign_public_ip
      }]
    }
  }
}

output "task_definition_arns" {
  description = "The newest revision of each profile's task definition."
  value       = { for name, definition in aws_ecs_task_definition.agents : name => definition.arn }
}

output "task_role_names" {
  description = "The roles that each profile's jobs have, to attach more to."
  value       = { for name, role in aws_iam_role.task : name => role.name }
}

output "log_groups" {
  description = "Where each profile's agents log."
  value       = { for name, group in aws_cloudwatch_log_group.agents : name => group.name }
}
