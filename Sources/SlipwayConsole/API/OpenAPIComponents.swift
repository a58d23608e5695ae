/// What the paths of the OpenAPI document share.
enum OpenAPIComponents {
    static let parameters = #"""
              "pool": {"name": "pool", "in": "query", "description": "A pool's id.", "schema": {"type": "integer", "minimum": 1, "maximum": 2147483647}},
              "profile": {"name": "profile", "in": "query", "schema": {"$ref": "#/components/schemas/ParameterText"}},
              "project": {"name": "project", "in": "query", "description": "A project's id.", "schema": {"$ref": "#/components/schemas/ParameterText"}},
              "pipeline": {"name": "pipeline", "in": "query", "description": "A pipeline's id, or its exact name.", "schema": {"$ref": "#/components/schemas/ParameterText"}},
              "run": {"name": "run", "in": "query", "description": "A run's id: the launches for its jobs.", "schema": {"type": "integer", "minimum": 1, "maximum": 2147483647}},
              "request": {"name": "request", "in": "query", "description": "A job request's id: the launches that were made for it, or ran it.", "schema": {"type": "integer", "minimum": 1, "maximum": 9223372036854775807}},
              "state": {"name": "state", "in": "query", "schema": {"type": "string", "enum": ["open", "planned", "starting", "pending", "online", "busy", "finished", "cleaning", "closed"]}},
              "outcome": {"name": "outcome", "in": "query", "schema": {"$ref": "#/components/schemas/OutcomeKind"}},
              "since": {"name": "since", "in": "query", "description": "Made at this instant or later: 2026-11-27T08:00Z, or a day.", "schema": {"$ref": "#/components/schemas/ParameterInstant"}},
              "until": {"name": "until", "in": "query", "description": "Made before this instant.", "schema": {"$ref": "#/components/schemas/ParameterInstant"}},
              "limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}},
              "cursor": {"name": "cursor", "in": "query", "description": "The nextCursor of the answer before.", "schema": {"$ref": "#/components/schemas/Cursor"}},
              "disposition": {"name": "disposition", "in": "query", "schema": {"$ref": "#/components/schemas/Disposition"}},
              "by": {"name": "by", "in": "query", "description": "What the costs are added up by.", "schema": {"$ref": "#/components/schemas/CostDimension", "default": "project"}},
              "month": {"name": "month", "in": "query", "description": "A calendar month (UTC), by default the present one: a launch counts in the month in which it was made.", "schema": {"$ref": "#/components/schemas/ParameterMonth"}},
              "subject": {"name": "subject", "in": "query", "description": "What the records are about: a launch's id, delivery-4711, request-4711, hooks, server.", "schema": {"$ref": "#/components/schemas/ParameterText"}},
              "id": {"name": "id", "in": "path", "required": true, "description": "A launch's id.", "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,56}$"}},
              "number": {"name": "number", "in": "path", "required": true, "description": "A delivery's number.", "schema": {"type": "integer", "minimum": 1, "maximum": 9223372036854775807}}
        """#

    static let responses = #"""
              "Invalid": {"description": "A parameter or the body is not as it must be; the detail names it and its rule.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "Unauthorized": {"description": "A token is needed, or the one that was sent is none of the console.", "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}}, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "Forbidden": {"description": "The token does not allow it, or the request comes from a page of another origin.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "NotFound": {"description": "There is none.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "WrongMethod": {"description": "The path has other methods.", "headers": {"Allow": {"schema": {"type": "string"}}}, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "NotAcceptable": {"description": "Accept leaves out application/json.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "Conflict": {"description": "It is not in a state for that; the detail says in which.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "NotJSON": {"description": "The body is not application/json in UTF-8.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "ForeignHost": {"description": "Without a token only this machine is answered, by the names of itself.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
              "Unavailable": {"description": "The store can not be read or written at the moment, or an answer takes long: then Retry-After says when to ask again.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        """#

    static let headers = #"""
              "ETag": {"schema": {"type": "string"}, "description": "For If-None-Match."}
        """#
}
