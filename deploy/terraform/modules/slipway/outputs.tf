output "slipway_yaml" {
  description = "The configuration, complete. It holds no secret, only where each is."
  value       = yamlencode(local.configuration)
}

output "policy_json" {
  description = "What Slipway may do, for the role of its container or of its machine."
  value       = data.aws_iam_policy_document.slipway.json
}

output "secret_arns" {
  description = "The secrets that Slipway reads."
  value       = local.secrets
}

output "port" {
  description = "The port that Slipway listens on."
  value       = var.receiver.port
}
