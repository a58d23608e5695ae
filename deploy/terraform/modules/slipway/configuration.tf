# slipway.yaml. What is null is left out.

locals {
  configuration = merge(local.optional, {
    receiver = {
      port                = var.receiver.port
      certificate         = var.receiver.certificate
      privateKey          = var.receiver.private_key
      publicURL           = var.receiver.public_url
      unreadyMilliseconds = var.receiver.unready_milliseconds
    }
    store = { path = var.store_path }
    hooks = {
      username  = var.hooks.username
      passwords = var.hooks.passwords
      repair    = var.hooks.repair
    }
    azureDevOps = { for key, value in {
      organization        = var.azure_devops.organization
      respectParallelJobs = var.azure_devops.respect_parallel_jobs
      tokenExpires        = var.azure_devops.token_expires
      token               = var.azure_devops.token
      entra = var.azure_devops.entra == null ? null : {
        tenantID     = var.azure_devops.entra.tenant_id
        clientID     = var.azure_devops.entra.client_id
        clientSecret = var.azure_devops.entra.client_secret
      }
    } : key => value if value != null }
    aws = { for key, value in {
      region        = local.region
      cluster       = local.cluster_name
      eventQueueURL = try(var.event_queue.url, null)
    } : key => value if value != null }
    log   = { level = var.log_level }
    pools = local.pools
  })

  optional = { for key, value in {
    claims      = var.claims
    serverTasks = var.server_tasks
    console = var.console == null ? null : { for key, value in {
      host   = var.console.host
      port   = var.console.port
      token  = var.console.token
      tokens = length(var.console.tokens) == 0 ? null : var.console.tokens
    } : key => value if value != null }
    costs = var.costs == null ? null : { for key, value in {
      priceBook = var.costs.price_book
      budgets = length(var.costs.budgets) == 0 ? null : [
        for budget in var.costs.budgets : { for key, value in budget : key => value if value != null }
      ]
    } : key => value if value != null }
  } : key => value if value != null }

  pools = [for pool in var.pools : { for key, value in {
    name                    = pool.name
    sweepSeconds            = pool.sweep_seconds
    maximumAgents           = pool.maximum_agents
    maximumAgentsPerProject = pool.maximum_agents_per_project
    whenGivenUp             = pool.when_given_up
    whenInterrupted         = pool.when_interrupted
    placeholders            = pool.placeholders
    profiles                = [for profile in pool.profiles : local.rendered_profiles["${pool.name}/${profile.name}"]]
  } : key => value if value != null }]

  rendered_profiles = merge([for pool in var.pools : { for profile in pool.profiles : "${pool.name}/${profile.name}" => {
    for key, value in {
      name                = profile.name
      demands             = length(profile.demands) == 0 ? null : profile.demands
      registration        = local.registrations["${pool.name}/${profile.name}"]
      taskDefinition      = var.profiles[profile.name].task_definition
      container           = var.profiles[profile.name].container
      cpu                 = profile.cpu
      memory              = profile.memory
      ephemeralStorageGiB = profile.ephemeral_storage
      maximumAgents       = profile.maximum_agents
      maximumReplacements = profile.maximum_replacements
      deadlines           = length(profile.deadlines) == 0 ? null : profile.deadlines
      warm = length(profile.warm) == 0 ? null : [for window in profile.warm : { for key, value in {
        agents   = window.agents
        days     = length(window.days) == 0 ? null : window.days
        from     = window.from
        to       = window.to
        timeZone = window.time_zone
      } : key => value if value != null }]
      largest = profile.largest == null ? null : { for key, value in {
        cpu                 = profile.largest.cpu
        memory              = profile.largest.memory
        ephemeralStorageGiB = profile.largest.ephemeral_storage
      } : key => value if value != null }
      images = length(profile.images) == 0 ? null : [for name, source in profile.images : {
        name           = name
        taskDefinition = var.profiles[source].task_definition
      }]
      placements = [for placement in var.profiles[profile.name].placements : {
        capacityProvider = placement.capacity_provider
        subnets          = placement.subnets
        securityGroups   = placement.security_groups
        assignPublicIP   = placement.assign_public_ip
      }]
    } : key => value if value != null }
  }]...)

  # Written out for each profile: Slipway takes what is left out from the pool's first profile, and a first one on Windows
  # would make the others self.
  registrations = merge([for pool in var.pools : { for profile in pool.profiles : "${pool.name}/${profile.name}" => try(coalesce(
    profile.registration,
    contains(local.windows, profile.name) ? "self" : null,
    pool.profiles[0].registration,
    var.claims == null ? null : "preregistered",
  ), null) }]...)

  references = compact(concat(
    var.hooks.passwords,
    try(var.claims.secrets, []),
    try(var.server_tasks.tokens, []),
    [try(var.console.token, null)],
    try(var.console.tokens[*].token, []),
    [var.azure_devops.token, try(var.azure_devops.entra.client_secret, null)],
  ))

  region       = split(":", var.cluster_arn)[3]
  cluster_name = split("/", var.cluster_arn)[1]
}
