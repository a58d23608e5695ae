output "urls" {
  description = "Each repository's URL, by its name. An image is URL:TAG."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.repository_url }
}

output "arns" {
  description = "Each repository's ARN, by its name."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.arn }
}
