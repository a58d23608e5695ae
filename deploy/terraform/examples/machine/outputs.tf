output "slipway_yaml" {
  description = "Slipway's configuration, for /etc/slipway/slipway.yaml."
  value       = module.slipway.slipway_yaml
}

output "repositories" {
  description = "Where the agent's image is pushed to."
  value       = module.repositories.urls
}

output "private_ip" {
  description = "Where a private zone would have the host name point, for claims within the network."
  value       = aws_instance.slipway.private_ip
}

output "public_ip" {
  description = "Where the host name must point. It stays when the machine is stopped or replaced."
  value       = aws_eip.slipway.public_ip
}

output "instance_id" {
  description = "The machine, for aws ssm start-session --target."
  value       = aws_instance.slipway.id
}
