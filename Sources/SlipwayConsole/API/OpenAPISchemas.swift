/// The schemas of the OpenAPI document.
enum OpenAPISchemas {
    static let launches = #"""
              "Instant": {"type": "string", "format": "date-time"},
              "ParameterInstant": {"type": "string", "pattern": "^((19[7-9][0-9]|[2-9][0-9]{3})-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|(19(7[26]|8[048]|9[26])|[2-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[3579][26])00)-02-29)(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,3})?)?Z?)?$"},
              "ParameterText": {"type": "string", "minLength": 1, "maxLength": 300, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"},
              "Cursor": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,200}$"},
              "OutcomeKind": {"type": "string", "enum": ["ran", "unused", "failed", "lost", "cancelled"]},
              "Document": {
                "type": "object",
                "required": ["openapi", "info", "paths"],
                "properties": {
                  "openapi": {"type": "string"},
                  "info": {"type": "object"},
                  "paths": {"type": "object"}
                }
              },
              "Problem": {
                "type": "object", "description": "RFC 9457. The code is kept over versions; the detail is for people.",
                "required": ["type", "title", "status", "detail", "code"],
                "properties": {
                  "type": {"type": "string"},
                  "title": {"type": "string"},
                  "status": {"type": "integer"},
                  "detail": {"type": "string"},
                  "code": {"type": "string"}
                }
              },
              "Origin": {
                "type": "object", "description": "Whose job it is.",
                "required": [],
                "properties": {
                  "projectID": {"type": "string"},
                  "pipelineID": {"type": "integer"},
                  "pipelineName": {"type": "string"},
                  "runID": {"type": "integer"},
                  "runName": {"type": "string"},
                  "jobID": {"type": "string"},
                  "jobName": {"type": "string"},
                  "queuedAt": {"$ref": "#/components/schemas/Instant"}
                }
              },
              "Outcome": {
                "type": "object",
                "required": ["kind", "reason"],
                "properties": {
                  "kind": {"$ref": "#/components/schemas/OutcomeKind"},
                  "reason": {"type": "string"}
                }
              },
              "AgentTaskStop": {
                "type": "object",
                "required": ["reason", "explanation", "isInterruption"],
                "properties": {
                  "reason": {"type": "string"},
                  "explanation": {"type": "string"},
                  "isInterruption": {"type": "boolean"},
                  "code": {"type": "string"},
                  "exitCode": {"type": "integer"}
                }
              },
              "Launch": {
                "type": "object",
                "required": ["id", "pool", "profile", "ordinal", "origin", "reason", "state", "isOpen", "createdAt", "stateSince", "version", "attempt", "agentName"],
                "properties": {
                  "id": {"type": "string"},
                  "pool": {"type": "integer"},
                  "profile": {"type": "string"},
                  "ordinal": {"type": "integer"},
                  "origin": {"$ref": "#/components/schemas/Origin"},
                  "reason": {"type": "string"},
                  "state": {"type": "string", "enum": ["planned", "starting", "pending", "online", "busy", "finished", "cleaning", "closed"]},
                  "isOpen": {"type": "boolean"},
                  "createdAt": {"$ref": "#/components/schemas/Instant"},
                  "stateSince": {"$ref": "#/components/schemas/Instant"},
                  "version": {"type": "integer"},
                  "attempt": {"type": "integer"},
                  "agentName": {"type": "string"},
                  "jobRequest": {"type": "integer"},
                  "isWarm": {"type": "boolean", "description": "Made ahead of the jobs that come. Absent: it isn't."},
                  "ranOrigin": {"$ref": "#/components/schemas/Origin", "description": "Of the job that its agent took, where that isn't the one that it was made for."},
                  "runningAt": {"$ref": "#/components/schemas/Instant"},
                  "onlineAt": {"$ref": "#/components/schemas/Instant"},
                  "busyAt": {"$ref": "#/components/schemas/Instant"},
                  "finishedAt": {"$ref": "#/components/schemas/Instant"},
                  "placement": {"type": "string"},
                  "agentTask": {"type": "string"},
                  "agent": {"type": "integer"},
                  "ranJobRequest": {"type": "integer"},
                  "jobResult": {"type": "string"},
                  "problem": {"type": "string"},
                  "agentTaskStop": {"$ref": "#/components/schemas/AgentTaskStop"},
                  "run": {"$ref": "#/components/schemas/Run"},
                  "agentTaskFacts": {"$ref": "#/components/schemas/AgentTaskFacts"},
                  "definition": {"$ref": "#/components/schemas/AgentTaskDefinition"},
                  "outcome": {"$ref": "#/components/schemas/Outcome"}
                }
              },
              "Run": {
                "type": "object", "description": "The pipeline run of ranOrigin, or else of origin. Persons are ids of identities.",
                "properties": {"requestedFor": {"type": "string"}, "requestedBy": {"type": "string"}, "cause": {"type": "string"},
                  "repository": {"type": "string"}, "branch": {"type": "string"}, "commit": {"type": "string"}, "projectName": {"type": "string"},
                  "queuedAt": {"$ref": "#/components/schemas/Instant"}}
              },
              "AgentTaskFacts": {
                "type": "object", "description": "What the cluster tells of the agent task. 1,024 CPU units are a vCPU; memory is in MiB.",
                "properties": {"cpu": {"type": "integer"}, "memory": {"type": "integer"}, "ephemeralStorageGiB": {"type": "integer"},
                  "region": {"type": "string"}, "capacityProvider": {"type": "string"}, "launchType": {"type": "string"}, "availabilityZone": {"type": "string"},
                  "platformFamily": {"type": "string"}, "architecture": {"type": "string"}, "platformVersion": {"type": "string"},
                  "taskDefinition": {"type": "string"}, "image": {"type": "string"}, "imageDigest": {"type": "string"},
                  "subnet": {"type": "string"}, "networkInterface": {"type": "string"}, "privateAddress": {"type": "string"},
                  "createdAt": {"$ref": "#/components/schemas/Instant"}, "pullStartedAt": {"$ref": "#/components/schemas/Instant"},
                  "startedAt": {"$ref": "#/components/schemas/Instant"}, "stoppedAt": {"$ref": "#/components/schemas/Instant"}}
              },
              "AgentTaskDefinition": {
                "type": "object", "description": "What the agent task was started from. Of secrets the names.",
                "required": ["id", "secrets"],
                "properties": {"id": {"type": "string"}, "taskRole": {"type": "string"}, "executionRole": {"type": "string"}, "networkMode": {"type": "string"},
                  "securityGroups": {"type": "array", "items": {"type": "string"}}, "secrets": {"type": "array", "items": {"type": "string"}}}
              },
              "LaunchList": {
                "type": "object",
                "required": ["launches"],
                "properties": {
                  "launches": {"type": "array", "items": {"$ref": "#/components/schemas/Launch"}},
                  "unreadable": {"type": "array", "description": "The ids of those of the page that can't be read; slipway ledger verify says why.", "items": {"type": "string"}},
                  "nextCursor": {"$ref": "#/components/schemas/Cursor"}
                }
              },
              "Stage": {
                "type": "object",
                "required": ["stage", "from"],
                "properties": {
                  "stage": {"type": "string", "enum": ["starting", "registering", "waitingForJob", "running", "cleaning"]},
                  "from": {"$ref": "#/components/schemas/Instant"},
                  "to": {"$ref": "#/components/schemas/Instant"}
                }
              },
              "LaunchCost": {
                "type": "object", "description": "An estimate by the price book.",
                "required": ["currency", "isSoFar"],
                "properties": {
                  "amount": {"$ref": "#/components/schemas/Money", "description": "Absent where it is not known."},
                  "currency": {"type": "string"},
                  "isSoFar": {"type": "boolean", "description": "Its agent task has not stopped."},
                  "billedSeconds": {"type": "integer"},
                  "billedFrom": {"type": "string", "enum": ["pullStart", "creation"]},
                  "unknownBecause": {"type": "string"}
                }
              },
              "LaunchDetail": {
                "type": "object",
                "required": ["launch", "stages", "records", "decisions", "deliveries"],
                "properties": {
                  "launch": {"$ref": "#/components/schemas/Launch"},
                  "cost": {"$ref": "#/components/schemas/LaunchCost"},
                  "stages": {"type": "array", "items": {"$ref": "#/components/schemas/Stage"}},
                  "records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
                  "decisions": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
                  "deliveries": {"type": "array", "items": {"$ref": "#/components/schemas/Delivery"}},
                  "shortened": {"type": "array", "description": "Which lists have the newest 500 alone; the records have the others.", "items": {"type": "string", "enum": ["records", "decisions"]}},
                  "unreadable": {"type": "array", "description": "Which lists are empty since they can't be read.", "items": {"type": "string", "enum": ["records", "decisions", "deliveries"]}}
                }
              }
        """#

    static let ledger = #"""
              "Facts": {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}},
              "Disposition": {"type": "string", "enum": ["accepted", "ignored", "rejected"]},
              "Record": {
                "type": "object",
                "description": "Of one that somebody has damaged the kind is unreadable, and at and hash are absent.",
                "required": ["sequence", "kind", "subject", "facts"],
                "properties": {
                  "sequence": {"type": "integer"},
                  "at": {"$ref": "#/components/schemas/Instant"},
                  "kind": {"type": "string"},
                  "subject": {"type": "string"},
                  "facts": {"$ref": "#/components/schemas/Facts"},
                  "hash": {"type": "string"}
                }
              },
              "RecordList": {
                "type": "object",
                "required": ["records"],
                "properties": {
                  "records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
                  "nextCursor": {"$ref": "#/components/schemas/Cursor"}
                }
              },
              "Delivery": {
                "type": "object",
                "required": ["number", "receivedAt", "disposition", "facts"],
                "properties": {
                  "number": {"type": "integer"},
                  "receivedAt": {"$ref": "#/components/schemas/Instant"},
                  "disposition": {"$ref": "#/components/schemas/Disposition"},
                  "facts": {"$ref": "#/components/schemas/Facts"},
                  "duplicateOf": {"type": "integer"}
                }
              },
              "DeliveryList": {
                "type": "object",
                "required": ["deliveries"],
                "properties": {
                  "deliveries": {"type": "array", "items": {"$ref": "#/components/schemas/Delivery"}},
                  "nextCursor": {"$ref": "#/components/schemas/Cursor"}
                }
              },
              "OrderReason": {"type": "string", "minLength": 1, "maxLength": 500, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"},
              "Order": {"type": "object", "additionalProperties": false, "properties": {"reason": {"$ref": "#/components/schemas/OrderReason"}}},
              "ProfileOrder": {"type": "object", "additionalProperties": false, "required": ["pool", "profile"], "properties": {"pool": {"$ref": "#/components/schemas/ParameterText"}, "profile": {"$ref": "#/components/schemas/ParameterText"}, "reason": {"$ref": "#/components/schemas/OrderReason"}}},
              "StopOrder": {"type": "object", "additionalProperties": false, "properties": {"reason": {"$ref": "#/components/schemas/OrderReason"}, "force": {"type": "boolean", "default": false}}},
              "Receipt": {
                "type": "object",
                "required": ["message", "wasSo"],
                "properties": {
                  "message": {"type": "string"},
                  "wasSo": {"type": "boolean"}
                }
              }
        """#

    static let engine = #"""
              "Check": {
                "type": "object",
                "required": ["name", "reason"],
                "properties": {
                  "name": {"type": "string"},
                  "reason": {"type": "string"}
                }
              },
              "Hold": {
                "type": "object",
                "required": ["since", "by"],
                "properties": {
                  "since": {"$ref": "#/components/schemas/Instant"},
                  "by": {"type": "string"},
                  "reason": {"type": "string"}
                }
              },
              "Expiry": {
                "type": "object",
                "required": ["name", "at"],
                "properties": {
                  "name": {"type": "string"},
                  "at": {"$ref": "#/components/schemas/Instant"}
                }
              },
              "Health": {
                "type": "object",
                "required": ["status", "problems", "notes", "expiries"],
                "properties": {
                  "status": {"type": "string", "enum": ["ready", "notReady"]},
                  "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}},
                  "notes": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}},
                  "expiries": {"type": "array", "items": {"$ref": "#/components/schemas/Expiry"}},
                  "drained": {"$ref": "#/components/schemas/Hold"}
                }
              },
              "PhaseFigures": {
                "type": "object",
                "required": ["stage", "count", "p50Milliseconds", "p95Milliseconds"],
                "properties": {
                  "stage": {"type": "string"},
                  "count": {"type": "integer"},
                  "p50Milliseconds": {"type": "integer"},
                  "p95Milliseconds": {"type": "integer"}
                }
              },
              "Failure": {
                "type": "object",
                "required": ["reason", "count", "latestLaunch", "latestAt"],
                "properties": {
                  "reason": {"type": "string"},
                  "count": {"type": "integer"},
                  "latestLaunch": {"type": "string"},
                  "latestAt": {"$ref": "#/components/schemas/Instant"}
                }
              },
              "Figures": {
                "type": "object",
                "required": ["since", "until", "made", "closed", "phases", "failures", "otherFailures", "failuresCounted"],
                "properties": {
                  "since": {"$ref": "#/components/schemas/Instant"},
                  "until": {"$ref": "#/components/schemas/Instant"},
                  "made": {"type": "integer"},
                  "closed": {"type": "object", "additionalProperties": {"type": "integer"}},
                  "phases": {"type": "array", "items": {"$ref": "#/components/schemas/PhaseFigures"}},
                  "failures": {"type": "array", "description": "Of failuresCounted launches, the most frequent reasons.", "items": {"$ref": "#/components/schemas/Failure"}},
                  "otherFailures": {"type": "integer", "description": "Those of failuresCounted that have other reasons."},
                  "failuresCounted": {"type": "integer", "description": "Of the launches closed in it that failed or were lost, how many, the newest, had their reasons counted."},
                  "madePerMinute": {"type": "array", "items": {"type": "integer"}}
                }
              },
              "Overview": {
                "type": "object",
                "required": ["lastHour", "lastDay"],
                "properties": {
                  "lastHour": {"$ref": "#/components/schemas/Figures"},
                  "lastDay": {"$ref": "#/components/schemas/Figures"}
                }
              },
              "WaitingJob": {
                "type": "object",
                "required": ["jobRequest", "origin"],
                "properties": {
                  "jobRequest": {"type": "integer"},
                  "origin": {"$ref": "#/components/schemas/Origin"},
                  "profile": {"type": "string"},
                  "queuedAt": {"$ref": "#/components/schemas/Instant"},
                  "decision": {"type": "string"},
                  "reason": {"type": "string"}
                }
              },
              "ProfileState": {
                "type": "object",
                "required": ["name", "maximumAgents", "waiting", "starting", "online", "busy", "leaving", "warm"],
                "properties": {
                  "name": {"type": "string"},
                  "maximumAgents": {"type": "integer"},
                  "waiting": {"type": "integer"},
                  "starting": {"type": "integer"},
                  "online": {"type": "integer"},
                  "busy": {"type": "integer"},
                  "leaving": {"type": "integer"},
                  "warm": {"type": "integer", "description": "Agents that are to be online without a job at this time."},
                  "paused": {"$ref": "#/components/schemas/Hold"}
                }
              },
              "Pool": {
                "type": "object",
                "required": ["name", "maximumAgents", "waiting", "profiles", "waitingJobs"],
                "properties": {
                  "name": {"type": "string"},
                  "maximumAgents": {"type": "integer"},
                  "waiting": {"type": "integer"},
                  "profiles": {"type": "array", "items": {"$ref": "#/components/schemas/ProfileState"}},
                  "waitingJobs": {"type": "array", "items": {"$ref": "#/components/schemas/WaitingJob"}},
                  "id": {"type": "integer"},
                  "problem": {"type": "string"},
                  "readAt": {"$ref": "#/components/schemas/Instant"},
                  "placeholderProblem": {"type": "string"}
                }
              },
              "ParallelJobs": {
                "type": "object",
                "required": ["limit", "used", "readAt"],
                "properties": {
                  "limit": {"type": "integer"},
                  "used": {"type": "integer"},
                  "readAt": {"$ref": "#/components/schemas/Instant"}
                }
              },
              "PoolList": {
                "type": "object",
                "required": ["pools"],
                "properties": {
                  "pools": {"type": "array", "items": {"$ref": "#/components/schemas/Pool"}},
                  "drained": {"$ref": "#/components/schemas/Hold"},
                  "parallelJobs": {"$ref": "#/components/schemas/ParallelJobs"}
                }
              },
              "Placement": {
                "type": "object",
                "required": ["pool", "profile", "rung", "placement", "isLeftOut"],
                "properties": {
                  "pool": {"type": "string"},
                  "profile": {"type": "string"},
                  "rung": {"type": "integer"},
                  "placement": {"type": "string"},
                  "isLeftOut": {"type": "boolean"},
                  "leftOutUntil": {"$ref": "#/components/schemas/Instant"}
                }
              },
              "PlacementList": {
                "type": "object",
                "required": ["placements"],
                "properties": {
                  "placements": {"type": "array", "items": {"$ref": "#/components/schemas/Placement"}}
                }
              },
              "HookTrouble": {
                "type": "object",
                "required": ["event", "filter", "state", "advice"],
                "properties": {
                  "event": {"type": "string"},
                  "filter": {"type": "string"},
                  "state": {"type": "string"},
                  "advice": {"type": "string"},
                  "subscription": {"type": "string"},
                  "project": {"type": "string"}
                }
              },
              "Hooks": {
                "type": "object",
                "required": ["isWatched", "known", "troubles"],
                "properties": {
                  "isWatched": {"type": "boolean"},
                  "known": {"type": "integer"},
                  "troubles": {"type": "array", "items": {"$ref": "#/components/schemas/HookTrouble"}},
                  "problem": {"type": "string"}
                }
              }
        """#
}
