# What the variables are held against.

locals {
  platforms = concat(["LINUX/X86_64", "LINUX/ARM64"], [
    for pair in setproduct(["2019", "2022", "2025"], ["CORE", "FULL"]) : "WINDOWS_SERVER_${pair[0]}_${pair[1]}/X86_64"
  ])

  capacity_providers = concat(["FARGATE", "FARGATE_SPOT"], var.ec2_capacity_provider[*].name)

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

  fargate_profiles = {
    for name, profile in var.profiles : name => profile
    if length(setintersection(profile.placements, ["FARGATE", "FARGATE_SPOT"])) > 0
  }
}
