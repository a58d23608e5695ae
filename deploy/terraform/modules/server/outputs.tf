output "load_balancer_dns_name" {
  description = "Where the name in receiver.public_url must point. Null with a listener of your own."
  value       = try(aws_lb.this[0].dns_name, null)
}

output "load_balancer_zone_id" {
  description = "The hosted zone of that name, for an alias record in Route 53."
  value       = try(aws_lb.this[0].zone_id, null)
}

output "private_load_balancer_dns_name" {
  description = "Where the name in receiver.public_url must point within the agents' network. Null without a private load balancer."
  value       = try(aws_lb.private[0].dns_name, null)
}

output "private_load_balancer_zone_id" {
  description = "The hosted zone of that name, for an alias record in a private zone."
  value       = try(aws_lb.private[0].zone_id, null)
}

output "private_load_balancer_security_group_id" {
  description = "The private load balancer's security group. Agents with a narrow egress_cidrs need it in egress_security_group_ids."
  value       = try(aws_security_group.private[0].id, null)
}

output "service_name" {
  description = "The ECS service, for aws ecs update-service --force-new-deployment after a new certificate."
  value       = aws_ecs_service.this.name
}

output "security_group_id" {
  description = "Slipway's security group."
  value       = aws_security_group.server.id
}

output "task_role_name" {
  description = "Slipway's role."
  value       = aws_iam_role.task.name
}

output "file_system_id" {
  description = "The file system of the store."
  value       = aws_efs_file_system.this.id
}

output "log_group" {
  description = "Slipway's own log."
  value       = aws_cloudwatch_log_group.this.name
}
