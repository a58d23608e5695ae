# The way in: Azure DevOps and agents → load balancer → Slipway, and Slipway → store. TLS ends in Slipway. Where agents have
# a private way in: private.tf.

locals {
  makes_load_balancer             = length(var.load_balancer_subnet_ids) > 0
  target_group_arn                = local.makes_load_balancer ? aws_lb_target_group.this[0].arn : var.target_group_arn
  load_balancer_security_group_id = local.makes_load_balancer ? aws_security_group.load_balancer[0].id : var.load_balancer_security_group_id
}

resource "aws_security_group" "load_balancer" {
  count = local.makes_load_balancer ? 1 : 0

  name        = "${var.name}-load-balancer"
  description = "Hooks from Azure DevOps"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-load-balancer" })
}

resource "aws_vpc_security_group_ingress_rule" "hooks" {
  for_each = local.makes_load_balancer ? toset(var.hook_source_cidrs) : toset([])

  security_group_id = aws_security_group.load_balancer[0].id
  description       = "Azure DevOps"
  ip_protocol       = "tcp"
  from_port         = var.public_port
  to_port           = var.public_port
  cidr_ipv4         = strcontains(each.value, ":") ? null : each.value
  cidr_ipv6         = strcontains(each.value, ":") ? each.value : null
  tags              = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "claims" {
  # A range that is in both has one rule: the service refuses a second.
  for_each = local.makes_load_balancer ? setsubtract(var.claim_source_cidrs, var.hook_source_cidrs) : toset([])

  security_group_id = aws_security_group.load_balancer[0].id
  description       = "Claims of agents"
  ip_protocol       = "tcp"
  from_port         = var.public_port
  to_port           = var.public_port
  cidr_ipv4         = strcontains(each.value, ":") ? null : each.value
  cidr_ipv6         = strcontains(each.value, ":") ? each.value : null
  tags              = var.tags
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  count = local.makes_load_balancer ? 1 : 0

  security_group_id            = aws_security_group.load_balancer[0].id
  description                  = "Slipway"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = aws_security_group.server.id
  tags                         = var.tags
}

resource "aws_security_group" "server" {
  name        = "${var.name}-server"
  description = "Slipway: the load balancer comes in, on the hook port"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-server" })
}

resource "aws_vpc_security_group_ingress_rule" "server" {
  security_group_id            = aws_security_group.server.id
  description                  = "The load balancer"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = local.load_balancer_security_group_id
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.server.id
  description       = "Azure DevOps and AWS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
  tags              = var.tags
}

resource "aws_vpc_security_group_egress_rule" "store" {
  security_group_id            = aws_security_group.server.id
  description                  = "The store"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.store.id
  tags                         = var.tags
}

resource "aws_security_group" "store" {
  name        = "${var.name}-store"
  description = "The store of Slipway: Slipway comes in, by NFS"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-store" })
}

resource "aws_vpc_security_group_ingress_rule" "store" {
  security_group_id            = aws_security_group.store.id
  description                  = "Slipway"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.server.id
  tags                         = var.tags
}

resource "aws_lb" "this" {
  count = local.makes_load_balancer ? 1 : 0

  name               = var.name
  load_balancer_type = "network"
  internal           = false
  subnets            = var.load_balancer_subnet_ids
  security_groups    = [aws_security_group.load_balancer[0].id]
  # There is one task: whichever zone a hook comes to.
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = var.deletion_protection
  tags                             = var.tags
}

resource "aws_lb_target_group" "this" {
  count = local.makes_load_balancer ? 1 : 0

  # Another port needs another group, made before the listener leaves this one.
  name        = "${var.name}-${var.port}"
  protocol    = "TCP"
  port        = var.port
  target_type = "ip"
  vpc_id      = var.vpc_id
  # A hook is answered at once, and no other task could take it.
  deregistration_delay = 5
  # Off by default for TCP to addresses: then ledger and log have the load balancer's address for every caller. Slipway's
  # group lets the load balancer's group in, which holds for what comes through it from whatever address.
  preserve_client_ip = true
  tags               = var.tags

  health_check {
    protocol            = "HTTPS"
    path                = "/healthz"
    port                = "traffic-port"
    matcher             = "200"
    interval            = 10
    timeout             = 6
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "this" {
  count = local.makes_load_balancer ? 1 : 0

  load_balancer_arn = aws_lb.this[0].arn
  # Not TLS: what Slipway terminates by itself passes through.
  protocol = "TCP"
  port     = var.public_port
  tags     = var.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }
}
