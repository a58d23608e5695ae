"""Each way in which a task can be wrong, and the line that says so. Nothing else may be complained of."""

import json

from support import EXTENSION, World, case, equal

AGENT, GATE = "SlipwayAgent", "SlipwayGate"


def refused(name, change, *lines, folder=AGENT):
    @case(f"task refused: {name}")
    def _():
        with World() as world:
            world.change_task(folder, change)
            equal(world.complaints(), [f"{folder}/task.json: {line}" for line in lines])


def put(member, value):
    return lambda task: task.__setitem__(member, value)


def field(name, /, **members):
    """Changes an input; a member that is None is taken out."""

    def change(task):
        (found,) = [item for item in task["inputs"] if item["name"] == name]
        for member, value in members.items():
            found.pop(member, None)
            if value is not None:
                found[member] = value

    return change


def call(name, /, **members):
    return lambda task: task["execution"]["HttpRequest"][name].update(members)


def body(name, change):
    """Changes what a call sends, as the value of its text."""

    def apply(task):
        sent = task["execution"]["HttpRequest"][name]
        value = json.loads(sent["Body"])
        change(value)
        sent["Body"] = json.dumps(value)

    return apply


refused(
    "GUID changed",
    put("id", "11111111-2222-3333-4444-555555555555"),
    "id: is 11111111-2222-3333-4444-555555555555, but pipelines know this task as 5a03a670-8d46-48b5-b5da-9d07909d5cab; put that back",
)
refused(
    "GUID that is none",
    put("id", "5a03a670"),
    "id: is '5a03a670', but must match ^[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$",
)
refused(
    "GUID in other letters",
    lambda task: task.update(id=task["id"].upper()),
    "id: is 5A03A670-8D46-48B5-B5DA-9D07909D5CAB, but pipelines know this task as 5a03a670-8d46-48b5-b5da-9d07909d5cab; put that back",
)
refused("no GUID", lambda task: task.pop("id"), "id: is missing")
refused(
    "name is not the folder's",
    put("name", "SlipwayAgents"),
    "name: is 'SlipwayAgents', but the folder is 'SlipwayAgent'; give both the same name",
)
refused("member unknown to the schema", put("runOn", []), "runOn: is not known here; take it out, or mend its spelling")
refused(
    "friendly name of 41 characters",
    put("friendlyName", "x" * 41),
    "friendlyName: has 41 characters, but must have 1 to 40",
)
refused("no friendly name", lambda task: task.pop("friendlyName"), "friendlyName: is missing")
refused("description empty", put("description", " "), "description: is empty")
refused("help without https", put("helpUrl", "http://example.com"), "helpUrl: must begin with https://")
refused("help without a link", put("helpMarkDown", "See the page"), "helpMarkDown: must have a link: [text](https://…)")
refused(
    "version below zero",
    put("version", {"Major": 0, "Minor": -1, "Patch": 0}),
    "version: Major, Minor and Patch must be whole numbers from 0",
)
refused(
    "version with a fraction",
    put("version", {"Major": 0, "Minor": 1.5, "Patch": 0}),
    "version: Major, Minor and Patch must be whole numbers from 0",
)
refused(
    "version as text",
    put("version", {"Major": "0", "Minor": 1, "Patch": 0}),
    "version.Major: is '0', but must be of type number",
)
refused("version without a patch", put("version", {"Major": 0, "Minor": 1}), "version.Patch: is missing")
refused(
    "demands of an agent",
    put("demands", ["docker"]),
    "demands: must be empty; a task that runs on the server has no agent to demand anything of",
)
refused(
    "visible where nobody knows",
    put("visibility", ["Deploy"]),
    "visibility[0]: is 'Deploy', but must be one of Build, Release",
)
refused(
    "runs on an agent",
    put("runsOn", ["Agent"]),
    "runsOn: must be Server, ServerGate or both; the handler HttpRequest runs nowhere else",
)
refused(
    "runs nowhere",
    put("runsOn", []),
    "runsOn: must be Server, ServerGate or both; the handler HttpRequest runs nowhere else",
)
refused(
    "a gate that waits",
    put("runsOn", ["Server", "ServerGate"]),
    "execution: a gate must not wait for a callback; it is asked again and again, and answers within 3 seconds",
)
refused(
    "output variable twice",
    lambda task: task["outputVariables"].append({"name": "AgentName", "description": "x"}),
    "outputVariables: AgentName is there twice",
)
refused(
    "output variable without words",
    lambda task: task["outputVariables"][0].pop("description"),
    "outputVariables: agentName has no description",
)

refused(
    "input twice",
    lambda task: task["inputs"].append(dict(task["inputs"][4])),
    "inputs: cpu: the name or alias cpu is there twice",
)
refused(
    "alias of another input",
    field("cpu", aliases=["Memory"]),
    "inputs: memory: the name or alias memory is there twice",
)
refused(
    "input with a hyphen", field("cpu", name="c-pu"), "inputs[4].name: is 'c-pu', but must match ^[A-Za-z][A-Za-z0-9]*$"
)
refused(
    "input of an unknown type",
    field("cpu", type="number"),
    "inputs[4].type: is 'number', which none of the allowed forms takes",
)
refused("input without help", field("cpu", helpMarkDown=None), "inputs: cpu: helpMarkDown is empty; say what it is for")
refused(
    "input in an unknown group", field("cpu", groupName="sizes"), "inputs: cpu: the group sizes is not among groups"
)
refused(
    "input shown by an input that isn't",
    field("cpu", visibleRule="kind = fargate"),
    "inputs: cpu: visibleRule names kind, which is no input",
)
refused(
    "required as text", field("pool", required="true"), "inputs[1].required: is 'true', but must be of type boolean"
)
refused(
    "connection of another type",
    field("slipwayConnection", type="connectedService:Generic"),
    "inputs: slipwayConnection: the service connection type Generic is not contributed; the manifest has slipway",
    "dataSourceBindings: pool: the connection type Generic has no data source Pools",
    "dataSourceBindings: profile: the connection type Generic has no data source Profiles",
)
refused(
    "list without anything",
    field("wait", options={}),
    "inputs: wait: has nothing to pick; give it options or a dataSourceBinding",
)
refused(
    "list whose default isn't in it",
    field("wait", defaultValue="up"),
    "inputs: wait: defaultValue 'up' is not among its options: registered, online",
)
refused(
    "list with an option without words",
    field("wait", options={"registered": "", "online": "up"}),
    "inputs: wait: every option needs a text",
)
refused(
    "options of a text",
    field("cpu", options={"1024": "one"}),
    "inputs: cpu: has options, but its type is string; make it a pickList, or take them out",
)
refused(
    "list from the server that can't be typed into",
    field("pool", properties=None),
    'inputs: pool: set properties.EditableOptions to "True"; a value in YAML must work when the server can\'t be asked',
)
refused(
    "list bound to nothing",
    lambda task: task["dataSourceBindings"][0].update(target="pol"),
    "inputs: pool: has nothing to pick; give it options or a dataSourceBinding",
    "dataSourceBindings: pol: is no input",
)
refused(
    "list from an unknown source",
    lambda task: task["dataSourceBindings"][0].update(dataSourceName="Pool"),
    "dataSourceBindings: pool: the connection type slipway has no data source Pool",
)
refused(
    "list of no connection",
    lambda task: task["dataSourceBindings"][0].update(endpointId="$(connection)"),
    "dataSourceBindings: pool: endpointId must be one of $(slipwayConnection)",
)

refused(
    "another handler",
    put("execution", {"Node20_1": {"target": "run.js"}}),
    "execution.Node20_1: is not known here; take it out, or mend its spelling",
    "execution.HttpRequest: is missing",
)
refused(
    "a member of the call misspelt",
    call("Execute", WaitForCompletions="true"),
    "execution.HttpRequest.Execute.WaitForCompletions: is not known here; take it out, or mend its spelling",
)
refused(
    "waiting as a boolean",
    call("Execute", WaitForCompletion=True),
    "execution.HttpRequest.Execute.WaitForCompletion: is True, but must be one of true, false",
)
refused(
    "an expression beside waiting",
    call("Execute", Expression="eq(1, 1)"),
    'execution: give an Expression when WaitForCompletion is "false", and none when it is "true"',
)
refused(
    "no expression without waiting",
    lambda task: task["execution"]["HttpRequest"]["Execute"].pop("Expression"),
    'execution: give an Expression when WaitForCompletion is "false", and none when it is "true"',
    folder=GATE,
)
refused(
    "no Cancel",
    lambda task: task["execution"]["HttpRequest"].pop("Cancel"),
    "execution: a task that waits needs Cancel, or nobody hears that its run was cancelled",
)
refused(
    "an event's timeout in words",
    lambda task: task["execution"]["HttpRequest"].update(Events={"TaskCompleted": {"Timeout": "an hour"}}),
    r"execution.HttpRequest.Events.TaskCompleted.Timeout: is 'an hour', but must match ^(\d+\.)?\d\d:\d\d:\d\d$",
)
refused(
    "a route that isn't",
    call("Execute", EndpointUrl="$(endpoint.url)/task/agent"),
    "execution.Execute.EndpointUrl: must be $(endpoint.url) and one of /tasks/agent, /tasks/agent/cancel, /tasks/gate",
)
refused(
    "an address of its own",
    call("Cancel", EndpointUrl="https://example.com/tasks/agent/cancel"),
    "execution.Cancel.EndpointUrl: must be $(endpoint.url) and one of /tasks/agent, /tasks/agent/cancel, /tasks/gate",
)
refused(
    "another method",
    call("Cancel", Method="DELETE"),
    "execution.Cancel.Method: must be POST; every route of protocol.md takes a body",
)
refused(
    "a method that isn't",
    call("Cancel", Method="KILL"),
    "execution.HttpRequest.Cancel.Method: is 'KILL', but must be one of OPTIONS, GET, HEAD, POST, PUT, DELETE, TRACE, PATCH",
)
refused(
    "no connection",
    call("Execute", EndpointId="$(pool)"),
    "execution.Execute.EndpointId: is $(pool), but must be the input of a connection: $(slipwayConnection)",
)
refused(
    "the token in a header",
    call("Execute", Headers='{"Content-Type":"application/json","AuthToken":"$(system.AccessToken)"}'),
    "execution.Execute.Headers: has $(system.AccessToken), which proxies may write to their logs there; send it in the body",
    "execution.Execute.Headers: must be Content-Type alone; what is secret or long goes into the body",
)
refused(
    "headers that aren't JSON",
    call("Execute", Headers="Content-Type: application/json"),
    "execution.Execute.Headers: is not the text of a JSON object: Expecting value: line 1 column 1 (char 0)",
)
refused("a body that is a list", call("Execute", Body="[]"), "execution.Execute.Body: is not the text of a JSON object")
refused(
    "a body that says a thing twice",
    call("Execute", Body='{"protocol":1,"plan":{},"plan":{}}'),
    "execution.Execute.Body: is not the text of a JSON object: the member 'plan' is there twice",
)
refused(
    "another protocol",
    body("Execute", lambda sent: sent.update(protocol=2)),
    "execution.Execute.Body: must have protocol 1, plan, and inputs",
)
refused(
    "a macro misspelt",
    lambda task: [
        body(name, lambda sent: sent["plan"].update(PlanId="$(system.PlanID)"))(task) for name in ("Execute", "Cancel")
    ],
    "execution.Execute.Body: plan.PlanId is $(system.PlanID), but must be $(system.PlanId)",
    "execution.Cancel.Body: plan.PlanId is $(system.PlanID), but must be $(system.PlanId)",
)
refused(
    "a macro of another member",
    lambda task: [
        body(name, lambda sent: sent["plan"].update(JobId="$(system.PlanId)"))(task) for name in ("Execute", "Cancel")
    ],
    "execution.Execute.Body: plan.JobId is $(system.PlanId), but must be $(system.JobId)",
    "execution.Cancel.Body: plan.JobId is $(system.PlanId), but must be $(system.JobId)",
)
refused(
    "no token to call back with",
    lambda task: [body(name, lambda sent: sent["plan"].pop("AuthToken"))(task) for name in ("Execute", "Cancel")],
    "execution.Execute.Body: plan.AuthToken is missing; add it as $(system.AccessToken)",
    "execution.Cancel.Body: plan.AuthToken is missing; add it as $(system.AccessToken)",
)
refused(
    "Cancel names the plan otherwise",
    body("Cancel", lambda sent: sent["plan"].pop("JobAttempt")),
    "execution.Cancel.Body: plan.JobAttempt is missing; add it as $(System.JobAttempt)",
    "execution: Cancel must name the plan as Execute does, or the call can't be found again",
)
refused(
    "a member that protocol.md doesn't know",
    lambda task: [
        body(name, lambda sent: sent["plan"].update(Branch="$(Build.SourceBranch)"))(task)
        for name in ("Execute", "Cancel")
    ],
    "execution.Execute.Body: protocol.md knows no plan.Branch",
    "execution.Cancel.Body: protocol.md knows no plan.Branch",
)
refused(
    "a token that nobody needs",
    body("Execute", lambda sent: sent["plan"].update(AuthToken="$(system.AccessToken)")),
    "execution.Execute.Body: plan.AuthToken must not be sent; nothing is called back, so nobody needs it",
    folder=GATE,
)
refused(
    "an input that isn't sent",
    body("Execute", lambda sent: sent["inputs"].pop("cpu")),
    'execution.Execute.Body: the input cpu is not sent; add "cpu":"$(cpu)" to inputs, or take the input out',
)
refused(
    "an input sent as another",
    body("Execute", lambda sent: sent["inputs"].update(cpu="$(memory)")),
    "execution.Execute.Body: inputs.cpu is $(memory), but must be the macro of the input of that name",
)
refused(
    "an input sent that isn't there",
    body("Execute", lambda sent: sent["inputs"].update(disk="$(disk)")),
    "execution.Execute.Body: inputs.disk is $(disk), but must be the macro of the input of that name",
)


def folder_refused(name, change, *lines):
    @case(f"task refused: {name}")
    def _():
        with World() as world:
            change(world)
            equal(world.complaints(), list(lines))


folder_refused(
    "no task.json",
    lambda world: (world.root / GATE / "task.json").unlink(),
    f"{GATE}/task.json: is missing; add it, or take out what names it",
)
folder_refused(
    "no icon",
    lambda world: (world.root / GATE / "icon.png").unlink(),
    f"{GATE}/icon.png: is missing; add it, or take out what names it",
)
folder_refused(
    "icon of another size",
    lambda world: (world.root / GATE / "icon.png").write_bytes((EXTENSION / "images/icon.png").read_bytes()),
    f"{GATE}/icon.png: has 128×128 pixels; it must have 32×32",
)
folder_refused(
    "icon that is no picture",
    lambda world: (world.root / GATE / "icon.png").write_bytes(b"GIF89a" + bytes(40)),
    f"{GATE}/icon.png: is no PNG file; extension/images/draw makes the pictures",
)
folder_refused(
    "the extension's icon of another size",
    lambda world: (world.root / "images/icon.png").write_bytes((EXTENSION / GATE / "icon.png").read_bytes()),
    "images/icon.png: has 32×32 pixels; it must have 128×128",
)
folder_refused(
    "strings that are stale",
    lambda world: world.change_text(f"{AGENT}/task.json", '"label": "Key"', '"label": "Its key"'),
    f"{AGENT}/Strings/resources.resjson/en-US/resources.resjson: is not what task.json says; run extension/build --strings",
)
folder_refused(
    "localised task that is stale",
    lambda world: world.change_text(f"{AGENT}/task.json", '"defaultValue": "agent"', '"defaultValue": "runner"'),
    f"{AGENT}/task.loc.json: is not what task.json says; run extension/build --strings",
)
folder_refused(
    "no localised task",
    lambda world: (world.root / AGENT / "task.loc.json").unlink(),
    f"{AGENT}/task.loc.json: is missing; add it, or take out what names it",
)


def translate(world, change):
    texts = json.loads((world.root / GATE / "Strings/resources.resjson/en-US/resources.resjson").read_text())
    change(texts)
    target = world.root / GATE / "Strings/resources.resjson/de-DE/resources.resjson"
    target.parent.mkdir()
    target.write_text(json.dumps(texts, ensure_ascii=False))


GERMAN = f"{GATE}/Strings/resources.resjson/de-DE/resources.resjson"
folder_refused(
    "translation with a text too few",
    lambda world: translate(world, lambda texts: texts.pop("loc.description")),
    f"{GERMAN}: lacks loc.description; translate it",
)
folder_refused(
    "translation with a text too many",
    lambda world: translate(world, lambda texts: texts.update({"loc.more": "mehr"})),
    f"{GERMAN}: has loc.more, which English lacks; take it out",
)
folder_refused(
    "translation that loses a macro",
    lambda world: translate(world, lambda texts: texts.update({"loc.instanceNameFormat": "Ein Agent ist zu haben"})),
    f"{GERMAN}: loc.instanceNameFormat must be a text with the same $(…) and %s as the English one",
)


@case("task: a translation that is whole is shipped")
def _():
    with World() as world:
        translate(world, lambda texts: texts.update({"loc.description": "Fragt, ob ein Agent zu haben ist."}))
        assert b"Fragt, ob ein Agent" in world.package()


@case("task refused: two with one GUID")
def _():
    with World() as world:
        pinned = "5a03a670-8d46-48b5-b5da-9d07909d5cab"
        world.change("identity.json", lambda value: value["tasks"].update({GATE: pinned}))
        world.change_task(GATE, put("id", pinned))
        equal(
            world.complaints(), [f"{GATE}/task.json: id: is that of {AGENT} too; the service would ignore one of them"]
        )


@case("task refused: not pinned")
def _():
    with World() as world:
        world.change("identity.json", lambda value: value["tasks"].pop(GATE))
        equal(
            world.complaints(),
            [
                f'{GATE}/task.json: id: is not pinned; add "{GATE}": "facfa53f-b584-4d33-bb60-71f10f04918b" to the tasks of identity.json, once and for ever'
            ],
        )
