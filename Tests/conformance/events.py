"""Drives the built server against moto with a queue of task events: a stop is seen by its event, without DescribeTasks."""

import datetime
import json
import os
import threading
import time
import urllib.request

import boto3

from conformance import (
    SLIPWAY, Azure, check, launches, prepare_moto, receiver_port, run, run_container, slipway, start_services, wait,
    write_configuration)

# Less than the minute after which the cluster is asked in any case.
LIMIT_SECONDS = 20


def make_queue(options):
    """As docs/task-events.md has it."""
    sqs, events = boto3.client("sqs", **options), boto3.client("events", **options)
    url = sqs.create_queue(QueueName="slipway-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {
        "source": ["aws.ecs"], "detail-type": ["ECS Task State Change"],
        "detail": {
            "clusterArn": ["arn:aws:ecs:eu-west-1:123456789012:cluster/build-agents"],
            "startedBy": [{"prefix": "slipway/"}],
        },
    }
    rule = events.put_rule(Name="slipway-events", EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule="slipway-events", Targets=[{"Id": "queue", "Arn": arn}])
    policy = {
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }],
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return sqs, events, url


def put_event(events, task, **changes):
    """The event that ECS would send of the task; moto's ECS sends none."""
    detail = dict(task, **changes)
    text = json.dumps(detail, default=lambda value: value.isoformat() if isinstance(value, datetime.datetime) else str(value))
    answer = events.put_events(
        Entries=[{"Source": "aws.ecs", "DetailType": "ECS Task State Change", "Detail": text}])
    assert answer["FailedEntryCount"] == 0, answer


class Recorder:
    """What moto is asked."""

    def __init__(self, url):
        self.url = f"{url}/moto-api/recorder"

    def call(self, path):
        method = "GET" if path.startswith("download") else "POST"
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/{path}", method=method)) as answer:
            return answer.read().decode()

    def calls_of_slipway(self):
        """The operations that Slipway called since the recording began."""
        operations = []
        for line in self.call("download-recording").splitlines():
            headers = {name.lower(): value for name, value in json.loads(line)["headers"].items()}
            if headers.get("user-agent", "").startswith("slipway"):
                operations.append(headers.get("x-amz-target", "").split(".")[-1])
        return operations


def log_has(folder, text):
    with open(f"{folder}/server.log") as file:
        return text in file.read()


def state(config):
    return [launch["state"] for launch in launches(config)]


def main(folder, programs):
    # Else moto keeps what it records in the folder that it was started from.
    os.environ["MOTO_RECORDER_FILEPATH"] = f"{folder}/moto-recording"
    moto_url, facts, sandbox = start_services(programs)
    azure = Azure(facts)
    ecs, subnet, group = prepare_moto(moto_url, facts)
    options = dict(
        endpoint_url=moto_url, region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")
    sqs, events, queue = make_queue(options)
    config = write_configuration(
        folder, facts, moto_url, subnet, group, aws=f', eventQueueURL: "{queue}"')
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    report = slipway(config, "doctor")
    check("EventBridge may send to it" in report.stdout and "messages may be received and deleted" in report.stdout,
          "the doctor finds the queue in order")
    log = open(f"{folder}/server.log", "w")
    server = programs.start(SLIPWAY, "serve", "--config", config, stderr=log)
    check(receiver_port(f"{folder}/server.log") > 0, "the server listens")

    # What is of no use comes first, and is dropped.
    for body in ["not an event", "[" * 50_000, json.dumps({"source": "aws.ec2", "detail-type": "other"})]:
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    sandbox.stdin.write("1\n")
    sandbox.stdin.flush()
    check(wait(lambda: ecs.list_tasks(cluster="build-agents")["taskArns"], "the agent task", 60), "an agent task starts")
    task = ecs.describe_tasks(cluster="build-agents", tasks=ecs.list_tasks(cluster="build-agents")["taskArns"])["tasks"][0]
    check(task["startedBy"].startswith("slipway/"), "its startedBy is what the rule looks for")
    put_event(events, task, lastStatus="RUNNING", version=3)
    check(wait(lambda: log_has(folder, "Agent tasks are followed by events"), "trust in the queue", LIMIT_SECONDS),
          "an event of the agent task makes the queue trusted")
    time.sleep(2)

    recorder = Recorder(moto_url)
    recorder.call("start-recording")
    errors = []

    def work():
        try:
            run_container(azure, ecs, task)
        except Exception as error:  # reported as a failed check
            errors.append(repr(error))

    container = threading.Thread(target=work, daemon=True)
    container.start()
    container.join(60)
    check(not errors and not container.is_alive(), f"the container ran to its end {errors or ''}")
    stopped = ecs.describe_tasks(cluster="build-agents", tasks=[task["taskArn"]])["tasks"][0]
    check(stopped["lastStatus"] == "STOPPED" and state(config) != ["closed"],
          "the agent task is stopped, which the server does not know yet")
    ended = dict(
        lastStatus="STOPPED", desiredStatus="STOPPED", stopCode="EssentialContainerExited",
        stoppedReason="Essential container in task exited", version=9, containers=[{"name": "agent", "exitCode": 0}])
    began = time.monotonic()
    put_event(events, stopped, **ended)
    put_event(events, stopped, **ended)
    put_event(events, stopped, lastStatus="RUNNING", desiredStatus="RUNNING", version=4)
    closed = wait(lambda: state(config) == ["closed"], "the launch to close", LIMIT_SECONDS)
    check(closed, f"the event closes the launch, after {time.monotonic() - began:.1f} s")
    calls = recorder.calls_of_slipway()
    check("ReceiveMessage" in calls and "DeleteMessageBatch" in calls, "the queue was read and its messages deleted")
    check("DescribeTasks" not in calls, f"the cluster was not asked meanwhile ({len(calls)} calls)")
    check([launch["outcome"]["kind"] for launch in launches(config)] == ["ran"], "the launch ran its job")

    def left():
        attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return sum(int(attributes[name]) for name in attributes if name.startswith("ApproximateNumberOfMessages"))

    check(wait(lambda: left() == 0, "an empty queue", LIMIT_SECONDS), "no message is left, the useless ones included")
    check(log_has(folder, "can't be read and is dropped"), "the log tells of the first that could not be read")
    exported = slipway(config, "ledger", "export", "--format", "jsonl").stdout.splitlines()
    stops = [line for line in exported if "stopReason" in line]
    check(len(stops) == 1, "the ledger tells of one stop, though two events did")
    check(slipway(config, "ledger", "verify").returncode == 0, "the ledger verifies")
    server.terminate()
    check(server.wait(15) == 0, "SIGTERM ends the server with exit code 0 while it waits for messages")
    log.close()


if __name__ == "__main__":
    run(main)
