# The agents' way in within the network, if one is asked for: agents → second load balancer → Slipway, by the same port and
# with the same certificate as from outside.

locals {
  makes_private_load_balancer = length(var.private_load_balancer_subnet_ids) > 0
}

resource "aws_security_group" "private" {
  count = local.makes_private_load_balancer ? 1 : 0

  name        = "${var.name}-private"
  description = "Claims from agents"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-private" })
}

resource "aws_vpc_security_group_ingress_rule" "private" {
  # Not for_each: their ids are known only once they are made.
  count = local.makes_private_load_balancer ? length(var.claim_security_group_ids) : 0

  security_group_id            = aws_security_group.private[0].id
  description                  = "Claims of agents"
  ip_protocol                  = "tcp"
  from_port                    = var.public_port
  to_port                      = var.public_port
  referenced_security_group_id = var.claim_security_group_ids[count.index]
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "private" {
  count = local.makes_private_load_balancer ? 1 : 0

  security_group_id            = aws_security_group.private[0].id
  description                  = "Slipway"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = aws_security_group.server.id
  tags                         = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "server_from_private" {
  count = local.makes_private_load_balancer ? 1 : 0

  security_group_id            = aws_security_group.server.id
  description                  = "The private load balancer"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = aws_security_group.private[0].id
  tags                         = var.tags
}

resource "aws_lb" "private" {
  count = local.makes_private_load_balancer ? 1 : 0

  name               = "${var.name}-private"
  load_balancer_type = "network"
  internal           = true
  subnets            = var.private_load_balancer_subnet_ids
  security_groups    = [aws_security_group.private[0].id]
  # There is one task: whichever zone a claim comes to.
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = var.deletion_protection
  tags                             = var.tags
}

resource "aws_lb_target_group" "private" {
  count = local.makes_private_load_balancer ? 1 : 0

  # As the public one's: a group belongs to one load balancer.
  name                 = "${var.name}-p-${var.port}"
  protocol             = "TCP"
  port                 = var.port
  target_type          = "ip"
  vpc_id               = var.vpc_id
  deregistration_delay = 5
  # Agents may call from the same network, as they have interfaces of their own. Slipway itself can't: what it sent here
  # would come back to it from its own address.
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

resource "aws_lb_listener" "private" {
  count = local.makes_private_load_balancer ? 1 : 0

  load_balancer_arn = aws_lb.private[0].arn
  protocol          = "TCP"
  port              = var.public_port
  tags              = var.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.private[0].arn
  }
}
