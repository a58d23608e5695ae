# The cluster's task state changes, from EventBridge into a queue that Slipway reads: see docs/task-events.md.

resource "aws_sqs_queue" "dead" {
  name = "${var.name}-dead"
  # Longer than the queue's own: a dead message keeps the age that it had.
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

resource "aws_sqs_queue" "events" {
  name                      = var.name
  message_retention_seconds = var.retention_seconds
  receive_wait_time_seconds = 20
  sqs_managed_sse_enabled   = true
  tags                      = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    # Slipway deletes a message that it can't use after 5 receives: only what nobody could delete gets here.
    maxReceiveCount = 20
  })
}

resource "aws_cloudwatch_event_rule" "task_states" {
  name        = var.name
  description = "State changes of the agent tasks that Slipway started"
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = [var.cluster_arn]
      startedBy  = [{ prefix = "slipway/" }]
    }
  })
}

resource "aws_cloudwatch_event_target" "queue" {
  rule      = aws_cloudwatch_event_rule.task_states.name
  target_id = "queue"
  arn       = aws_sqs_queue.events.arn

  # What EventBridge can't hand over, for instance under a wrong queue policy.
  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

# Only this rule sends, to both.
data "aws_iam_policy_document" "send" {
  for_each = { events = aws_sqs_queue.events.arn, dead = aws_sqs_queue.dead.arn }

  statement {
    sid       = "ThisRuleSends"
    actions   = ["sqs:SendMessage"]
    resources = [each.value]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.task_states.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "events" {
  queue_url = aws_sqs_queue.events.url
  policy    = data.aws_iam_policy_document.send["events"].json
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.url
  policy    = data.aws_iam_policy_document.send["dead"].json
}
