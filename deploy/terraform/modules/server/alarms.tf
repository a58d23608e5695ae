# Each running task sends its CPU utilization once a minute: the number of samples is the number of tasks, which needs no
# Container Insights.
resource "aws_cloudwatch_metric_alarm" "not_running" {
  count = var.running ? 1 : 0

  alarm_name          = "${var.name}-not-running"
  alarm_description   = "Slipway does not run, so no job gets an agent: look at the service's events and its log."
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  dimensions          = { ClusterName = local.cluster_name, ServiceName = aws_ecs_service.this.name }
  statistic           = "SampleCount"
  period              = 60
  evaluation_periods  = 5
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "unhealthy" {
  count = var.running && local.makes_load_balancer ? 1 : 0

  alarm_name          = "${var.name}-unhealthy"
  alarm_description   = "The load balancer gets no good answer from Slipway, so hooks get lost and jobs wait for the sweep: look at its certificate and its log."
  namespace           = "AWS/NetworkELB"
  metric_name         = "HealthyHostCount"
  dimensions          = { LoadBalancer = aws_lb.this[0].arn_suffix, TargetGroup = aws_lb_target_group.this[0].arn_suffix }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_log_metric_filter" "claim_misused" {
  name           = "claim-misused"
  log_group_name = aws_cloudwatch_log_group.this.name
  # As the server writes it: deploy/terraform/test holds one against the other.
  pattern = "\"A claim code was used twice\""

  metric_transformation {
    name      = "ClaimMisused"
    namespace = "Slipway/${var.name}"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "claim_misused" {
  alarm_name          = "${var.name}-claim-misused"
  alarm_description   = "A claim code was used twice, with two keys: somebody may have read it. Look at who may call ecs:DescribeTasks, and whether a container was restarted. The log names the launch."
  namespace           = aws_cloudwatch_log_metric_filter.claim_misused.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.claim_misused.metric_transformation[0].name
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}
