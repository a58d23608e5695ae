# Slipway on a machine with an EBS volume instead of on Fargate: the store is on a disk. Copy this folder, then change what
# differs. The machine is yours: its image, its updates, and Slipway on it, as docs/install.md says.

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = {
    Application = "slipway"
    CostCenter  = var.cost_center
  }
}

module "repositories" {
  source = "../../modules/repositories"

  names = ["azp-agent"]
}

module "agents" {
  source = "../../modules/agents"

  cluster_name = "build-agents"
  vpc_id       = var.vpc_id
  subnet_ids   = var.agent_subnet_ids

  # No token is in it: each agent claims its own registration. A profile for Windows needs AZP_TOKEN.
  profiles = {
    small = {
      image          = "${module.repositories.urls["azp-agent"]}:${var.agent_image_tag}"
      repository_arn = module.repositories.arns["azp-agent"]
      cpu            = 1024
      memory         = 2048
    }
  }

  tags = local.tags
}

module "task_events" {
  source = "../../modules/task-events"

  cluster_arn   = module.agents.cluster_arn
  alarm_actions = var.alarm_actions
}

module "slipway" {
  source = "../../modules/slipway"
  doctor = var.doctor

  receiver = {
    public_url  = "https://${var.host_name}:8443"
    certificate = "/etc/slipway/tls/tls.crt"
    private_key = "/etc/slipway/tls/tls.key"
  }
  # As deploy/server/slipway.service has them.
  azure_devops = {
    organization = var.organization
    token        = "file:/run/credentials/slipway.service/azure-devops-token"
  }
  hooks  = { passwords = ["file:/run/credentials/slipway.service/hook-password"] }
  claims = { secrets = ["aws-secretsmanager:${var.claim_secret_arn}"] }

  cluster_arn = module.agents.cluster_arn
  event_queue = { url = module.task_events.queue_url, arn = module.task_events.queue_arn }
  profiles    = module.agents.profiles
  pools       = [{ name = var.pool, profiles = [{ name = "small", registration = "preregistered" }] }]
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "slipway" {
  name               = "slipway-machine"
  description        = "What Slipway's machine may do"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "slipway" {
  name   = "slipway"
  role   = aws_iam_role.slipway.id
  policy = module.slipway.policy_json
}

# The way in to the machine is Session Manager: no port is open for it, and whoever may call ssm:StartSession is root there.
# The policy also reads all parameters of SSM; take a narrower one where that matters.
resource "aws_iam_role_policy_attachment" "session_manager" {
  role       = aws_iam_role.slipway.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "slipway" {
  name = "slipway-machine"
  role = aws_iam_role.slipway.name
}

resource "aws_security_group" "slipway" {
  name        = "slipway-machine"
  description = "Slipway: hooks from Azure DevOps"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "hooks" {
  for_each = toset(var.hook_source_cidrs)

  security_group_id = aws_security_group.slipway.id
  description       = "Azure DevOps"
  ip_protocol       = "tcp"
  from_port         = module.slipway.port
  to_port           = module.slipway.port
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_ingress_rule" "claims" {
  # A range that is in both has one rule: the service refuses a second.
  for_each = setsubtract(var.claim_source_cidrs, var.hook_source_cidrs)

  security_group_id = aws_security_group.slipway.id
  description       = "Claims of agents"
  ip_protocol       = "tcp"
  from_port         = module.slipway.port
  to_port           = module.slipway.port
  cidr_ipv4         = each.value
}

# Where a private zone has the host name point to the machine's private address.
resource "aws_vpc_security_group_ingress_rule" "private_claims" {
  security_group_id            = aws_security_group.slipway.id
  description                  = "Claims of agents within the network"
  ip_protocol                  = "tcp"
  from_port                    = module.slipway.port
  to_port                      = module.slipway.port
  referenced_security_group_id = module.agents.security_group_id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.slipway.id
  description       = "Azure DevOps and AWS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

data "aws_subnet" "machine" {
  id = var.machine_subnet_id
}

resource "aws_instance" "slipway" {
  ami                    = var.ami_id
  instance_type          = var.instance_type
  subnet_id              = var.machine_subnet_id
  vpc_security_group_ids = [aws_security_group.slipway.id]
  iam_instance_profile   = aws_iam_instance_profile.slipway.name
  key_name               = var.key_name
  # For the first minute: its own address comes once it runs, and what user_data fetches is wanted before.
  associate_public_ip_address = true
  ebs_optimized               = true
  tags                        = { Name = "slipway" }

  # Debian's image has Python, for cloud-init, but no agent of Systems Manager.
  user_data = <<-END
    #!/bin/bash
    set -euo pipefail
    url="https://s3.${var.region}.${data.aws_partition.current.dns_suffix}/amazon-ssm-${var.region}/latest/debian_$(dpkg --print-architecture)/amazon-ssm-agent.deb"
    for try in 1 2 3 4 5 6; do
      python3 -c 'import sys, urllib.request; urllib.request.urlretrieve(*sys.argv[1:])' "$url" /var/tmp/amazon-ssm-agent.deb && break
      sleep 10
    done
    apt-get install --yes -o DPkg::Lock::Timeout=300 /var/tmp/amazon-ssm-agent.deb
    systemctl enable --now amazon-ssm-agent
  END

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted   = true
    volume_type = "gp3"
    tags        = local.tags
  }
}

# Without it the machine would come back from a stop with another address, and hooks go to nobody.
resource "aws_eip" "slipway" {
  domain   = "vpc"
  instance = aws_instance.slipway.id
  tags     = { Name = "slipway" }
}

# Outlives the machine. Mounted on /var/lib/slipway.
resource "aws_ebs_volume" "store" {
  # The subnet's, not the machine's: a new machine must not want a new volume.
  availability_zone = data.aws_subnet.machine.availability_zone
  type              = "gp3"
  size              = var.store_gib
  encrypted         = true
  tags              = { Name = "slipway-store" }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_volume_attachment" "store" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.store.id
  instance_id = aws_instance.slipway.id
  # A volume that is taken from under a running server loses what it did not write yet, or can't be taken at all.
  stop_instance_before_detaching = true
}
