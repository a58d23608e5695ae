resource "aws_efs_file_system" "this" {
  creation_token = var.name
  encrypted      = true
  kms_key_id     = var.store_kms_key_arn
  # Bursting gives a file system of a few MB next to nothing once its credits are spent; elastic bills what is used.
  throughput_mode  = "elastic"
  performance_mode = "generalPurpose"
  # No lifecycle policy: a store that has moved to Infrequent Access would be slow.
  tags = merge(var.tags, { Name = var.name })
}

resource "aws_efs_backup_policy" "this" {
  count = var.store_backup ? 1 : 0

  file_system_id = aws_efs_file_system.this.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_mount_target" "this" {
  count = length(var.subnet_ids)

  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = var.subnet_ids[count.index]
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
