"""Checks `execution` of a server task: the handler HttpRequest, and that what it sends is what protocol.md says.

The service checks none of this when a task is uploaded. A macro with a wrong name is sent as it is written.
"""

import re

from .sources import strict_json

METHODS = ["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "PATCH"]
_TEXT = {"type": "string"}
_CALL = {"EndpointId": _TEXT, "EndpointUrl": _TEXT, "Method": {"enum": METHODS}, "Headers": _TEXT, "Body": _TEXT}
_CALL_REQUIRED = ["EndpointId", "EndpointUrl", "Method", "Headers", "Body"]
_EVENT = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"Timeout": {"type": "string", "pattern": r"^(\d+\.)?\d\d:\d\d:\d\d$"}},
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["HttpRequest"],
    "properties": {
        "HttpRequest": {
            "type": "object",
            "additionalProperties": False,
            "required": ["Execute"],
            "properties": {
                "Execute": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [*_CALL_REQUIRED, "WaitForCompletion"],
                    # Texts, not booleans: the handler fills them like every other value.
                    "properties": {**_CALL, "WaitForCompletion": {"enum": ["true", "false"]}, "Expression": _TEXT},
                },
                "Cancel": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": _CALL_REQUIRED,
                    "properties": _CALL,
                },
                "Events": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"TaskAssigned": _EVENT, "TaskStarted": _EVENT, "TaskCompleted": _EVENT},
                },
            },
        }
    },
}
# What protocol.md lists. The service's names are matched without regard to case, but here there is one spelling.
SYSTEM_MACROS = {
    "PlanUrl": "system.CollectionUri",
    "ProjectId": "system.TeamProjectId",
    "HubName": "system.HostType",
    "PlanId": "system.PlanId",
    "JobId": "system.JobId",
    "TimelineId": "system.TimelineId",
    "TaskInstanceId": "system.TaskInstanceId",
    "StageAttempt": "System.StageAttempt",
    "JobAttempt": "System.JobAttempt",
    "BuildId": "Build.BuildId",
    "AuthToken": "system.AccessToken",
}
# Without these a call can be bound to nothing; and nothing can be called back without the last two.
NEEDED = {"PlanUrl", "ProjectId", "HubName", "PlanId", "JobId", "TaskInstanceId"}
NEEDED_FOR_CALLBACK = NEEDED | {"TimelineId", "AuthToken", "BuildId", "StageAttempt", "JobAttempt"}
ROUTES = ("/tasks/agent", "/tasks/agent/cancel", "/tasks/gate")
SERVER_KINDS = {"Server", "ServerGate"}
MACRO = re.compile(r"\$\(([^)]*)\)")
SECRET = "system.AccessToken"


def check(tell, task):
    handler = task["execution"]["HttpRequest"]
    execute, cancel = handler["Execute"], handler.get("Cancel")
    inputs = {field["name"]: field["type"] for field in task["inputs"]}
    if not task["runsOn"] or not set(task["runsOn"]) <= SERVER_KINDS:
        tell("runsOn: must be Server, ServerGate or both; the handler HttpRequest runs nowhere else")
    waits = execute["WaitForCompletion"] == "true"
    if waits and "ServerGate" in task["runsOn"]:
        tell(
            "execution: a gate must not wait for a callback; it is asked again and again, and answers within 3 seconds"
        )
    if waits == bool(execute.get("Expression")):
        tell('execution: give an Expression when WaitForCompletion is "false", and none when it is "true"')
    sent = _call(tell, "Execute", execute, inputs, NEEDED_FOR_CALLBACK if waits else NEEDED, carries_token=waits)
    _all_inputs_sent(tell, sent, inputs)
    if waits and cancel is None:
        tell("execution: a task that waits needs Cancel, or nobody hears that its run was cancelled")
    if cancel is not None:
        told = _call(tell, "Cancel", cancel, inputs, NEEDED_FOR_CALLBACK, carries_token=True)
        if sent and told and told.get("plan") != sent.get("plan"):
            tell("execution: Cancel must name the plan as Execute does, or the call can't be found again")


def _call(tell, name, call, inputs, needed, carries_token):
    """Checks one call; returns its body with the macros in it, or None."""
    place = f"execution.{name}"
    connections = [f"$({field})" for field, kind in inputs.items() if kind.startswith("connectedService:")]
    if call["EndpointId"] not in connections:
        tell(
            f"{place}.EndpointId: is {call['EndpointId']}, but must be the input of a connection: {', '.join(connections)}"
        )
    if call["EndpointUrl"] not in [f"$(endpoint.url){route}" for route in ROUTES]:
        tell(f"{place}.EndpointUrl: must be $(endpoint.url) and one of {', '.join(ROUTES)}")
    if call["Method"] != "POST":
        tell(f"{place}.Method: must be POST; every route of protocol.md takes a body")
    headers = _object(tell, f"{place}.Headers", call["Headers"])
    if headers is not None and headers != {"Content-Type": "application/json"}:
        tell(f"{place}.Headers: must be Content-Type alone; what is secret or long goes into the body")
    body = _object(tell, f"{place}.Body", call["Body"])
    if body is None:
        return None
    if set(body) - {"inputs"} != {"protocol", "plan"} or body["protocol"] != 1 or not isinstance(body["plan"], dict):
        tell(f"{place}.Body: must have protocol 1, plan, and inputs")
        return None
    _plan(tell, f"{place}.Body", body["plan"], needed, carries_token)
    for field, value in body.get("inputs", {}).items():
        if value != f"$({field})" or field not in inputs:
            tell(f"{place}.Body: inputs.{field} is {value}, but must be the macro of the input of that name")
    return body


def _plan(tell, place, plan, needed, carries_token):
    for member, value in plan.items():
        if member not in SYSTEM_MACROS:
            tell(f"{place}: protocol.md knows no plan.{member}")
        elif value != f"$({SYSTEM_MACROS[member]})":
            tell(f"{place}: plan.{member} is {value}, but must be $({SYSTEM_MACROS[member]})")
    for member in sorted(needed - set(plan)):
        tell(f"{place}: plan.{member} is missing; add it as $({SYSTEM_MACROS[member]})")
    if not carries_token and "AuthToken" in plan:
        tell(f"{place}: plan.AuthToken must not be sent; nothing is called back, so nobody needs it")


def _all_inputs_sent(tell, body, inputs):
    if body is None:
        return
    sent = body.get("inputs", {})
    for field, kind in inputs.items():
        if field not in sent and not kind.startswith("connectedService:"):
            tell(
                f'execution.Execute.Body: the input {field} is not sent; add "{field}":"$({field})" to inputs, or take the input out'
            )


def _object(tell, place, text):
    if SECRET in text and not place.endswith("Body"):
        tell(f"{place}: has $({SECRET}), which proxies may write to their logs there; send it in the body")
    try:
        value = strict_json(text)
    except ValueError as error:
        tell(f"{place}: is not the text of a JSON object: {error}")
        return None
    if not isinstance(value, dict):
        tell(f"{place}: is not the text of a JSON object")
        return None
    return value
