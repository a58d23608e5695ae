# What the variables are held against.

locals {
  # Where a secret is. By its ARN, so that the policy can name it.
  reference = "^(aws-secretsmanager:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^#:]+(#.+)?|file:/.*)$"

  windows    = [for name, profile in var.profiles : name if startswith(profile.platform, "WINDOWS")]
  on_fargate = [for name, profile in var.profiles : name if anytrue([for placement in profile.placements : startswith(placement.capacity_provider, "FARGATE")])]

  # Fargate's table: MiB by CPU units.
  fargate_memory = {
    "256"   = [512, 1024, 2048]
    "512"   = range(1024, 4097, 1024)
    "1024"  = range(2048, 8193, 1024)
    "2048"  = range(4096, 16385, 1024)
    "4096"  = range(8192, 30721, 1024)
    "8192"  = range(16384, 61441, 4096)
    "16384" = range(32768, 122881, 8192)
  }
  # CPU/MEMORY, with - for what the task definition has.
  fargate_sizes = concat(["-/-"], flatten([
    for cpu, memories in local.fargate_memory : concat(["${cpu}/-"], flatten([for memory in memories : ["${cpu}/${memory}", "-/${memory}"]]))
  ]))
}
