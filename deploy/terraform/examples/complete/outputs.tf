output "slipway_yaml" {
  description = "Slipway's configuration: what the service runs with, and what slipway doctor checks."
  value       = module.slipway.slipway_yaml
}

output "policy_json" {
  description = "What Slipway may do in AWS, for a machine that runs it instead of the service."
  value       = module.slipway.policy_json
}

output "repositories" {
  description = "Where the images are pushed to."
  value       = module.repositories.urls
}

output "cluster" {
  description = "aws.cluster."
  value       = module.agents.cluster_name
}

output "event_queue_url" {
  description = "aws.eventQueueURL."
  value       = module.task_events.queue_url
}

output "profiles" {
  description = "taskDefinition, platform, container and placements of each profile."
  value       = module.agents.profiles
}

output "agents_security_group_id" {
  description = "The agents' security group."
  value       = module.agents.security_group_id
}

output "load_balancer_dns_name" {
  description = "Where the host name must point."
  value       = module.server.load_balancer_dns_name
}

output "service" {
  description = "Slipway's ECS service, in the cluster."
  value       = module.server.service_name
}

output "log_group" {
  description = "Slipway's own log."
  value       = module.server.log_group
}
