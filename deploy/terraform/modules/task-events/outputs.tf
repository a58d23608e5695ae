output "queue_url" {
  description = "aws.eventQueueURL of Slipway's configuration."
  value       = aws_sqs_queue.events.url
}

output "queue_arn" {
  description = "The queue's ARN, for Slipway's permissions."
  value       = aws_sqs_queue.events.arn
}

output "dead_queue_url" {
  description = "Where to look at the events that nobody could take."
  value       = aws_sqs_queue.dead.url
}

output "rule_arn" {
  description = "The rule that fills the queue."
  value       = aws_cloudwatch_event_rule.task_states.arn
}
