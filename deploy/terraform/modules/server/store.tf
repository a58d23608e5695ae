resource "aws_efs_file_system" "this" {
  creation_token = var.name
  encrypted      = true
  kms_key_id     = var.store_kms_key_arn
  # Bursting gives a file system of a few MB next to nothing once its credits are spent; elastic bills what is used.
  throughput_mode  = "elastic"
  performance_mode = "generalPurpose"
  # No lifecycle policy: a store that has moved to Infrequent Access would be slow.
  tags = merge(var.tags, { Name = var.name })

  lifecycle {
    # The ledger is in it. Another name or key would have it made anew, and empty.
    prevent_destroy = true

    precondition {
      condition     = length(distinct(values(local.store_zones))) == length(var.subnet_ids)
      error_message = "subnet_ids are each in another zone, since the store has one way in for each: ${join(", ", [for id, zone in local.store_zones : "${id} is in ${zone}"])}."
    }
  }
}

data "aws_subnet" "store" {
  for_each = toset(var.subnet_ids)

  id = each.value
}

locals {
  store_zones = { for id, subnet in data.aws_subnet.store : id => subnet.availability_zone }
}

resource "aws_efs_backup_policy" "this" {
  count = var.store_backup ? 1 : 0

  file_system_id = aws_efs_file_system.this.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_mount_target" "this" {
  # By the subnet, not by its place in the list: a zone has one, and in another order each would be made before the one that
  # is in its way is gone.
  for_each = toset(var.subnet_ids)

  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = each.value
  security_groups = [aws_security_group.store.id]
}

# Whoever comes through it is this user, in this folder.
resource "aws_efs_access_point" "this" {
  file_system_id = aws_efs_file_system.this.id
  tags           = merge(var.tags, { Name = var.name })

  posix_user {
    uid = local.uid
    gid = local.uid
  }

  root_directory {
    path = "/slipway"

    creation_info {
      owner_uid   = local.uid
      owner_gid   = local.uid
      permissions = "0700"
    }
  }
}

data "aws_iam_policy_document" "store" {
  statement {
    sid       = "SlipwayThroughItsAccessPoint"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [aws_efs_file_system.this.arn]

    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.task.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [aws_efs_access_point.this.arn]
    }
  }

  statement {
    sid       = "EncryptedAlone"
    effect    = "Deny"
    actions   = ["*"]
    resources = [aws_efs_file_system.this.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_efs_file_system_policy" "this" {
  file_system_id = aws_efs_file_system.this.id
  policy         = data.aws_iam_policy_document.store.json
}
