output "slipway_yaml" {
  description = "Slipway's configuration, for /etc/slipway/slipway.yaml."
  value       = module.slipway.slipway_yaml
}

output "repositories" {
  description = "Where the agent's image is pushed to."
  value       = module.repositories.urls
}

output "public_ip" {
  description = "Where the host name must point, until the machine is replaced: an Elastic IP stays."
  value       = aws_instance.slipway.public_ip
}
