extension OpenAPISchemas {
    static let costs = #"""
              "ParameterMonth": {"type": "string", "pattern": "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$"},
              "CostDimension": {"type": "string", "enum": ["project", "pipeline", "profile", "pool", "requester", "capacity", "day"]},
              "Money": {"type": "string", "description": "In units of the currency, with nine decimals.", "pattern": "^[0-9]+\\.[0-9]{9}$"},
              "CostRow": {
                "type": "object", "description": "Key and name are absent where they are not known, and of the total.",
                "required": ["launches", "agentTaskSeconds", "cost", "unknown", "unknownBecause", "open"],
                "properties": {
                  "key": {"type": "string"},
                  "name": {"type": "string"},
                  "launches": {"type": "integer"},
                  "agentTaskSeconds": {"type": "integer"},
                  "cost": {"$ref": "#/components/schemas/Money"},
                  "unknown": {"type": "integer", "description": "Launches whose cost is not known."},
                  "unknownBecause": {"type": "object", "additionalProperties": {"type": "integer"}},
                  "open": {"type": "integer", "description": "Launches that are not closed, which are not counted yet."}
                }
              },
              "BudgetUse": {
                "type": "object",
                "required": ["project", "monthly", "spent", "unknown", "percent", "whenSpent"],
                "properties": {
                  "project": {"type": "string", "description": "As the configuration names it."},
                  "projectID": {"type": "string", "description": "Absent where no such project was found: then the budget has no effect."},
                  "monthly": {"$ref": "#/components/schemas/Money"},
                  "spent": {"$ref": "#/components/schemas/Money"},
                  "unknown": {"type": "integer", "description": "Launches whose cost is not known, so that more may be spent."},
                  "percent": {"type": "integer"},
                  "whenSpent": {"type": "string", "enum": ["warn", "hold"]}
                }
              },
              "MonthCosts": {
                "type": "object", "description": "An estimate by a price book. The rows add up to the total exactly.",
                "required": ["month", "by", "from", "to", "currency", "pricesAsOf", "priceBook", "rows", "total"],
                "properties": {
                  "month": {"$ref": "#/components/schemas/ParameterMonth"},
                  "by": {"$ref": "#/components/schemas/CostDimension"},
                  "from": {"$ref": "#/components/schemas/Instant"},
                  "to": {"$ref": "#/components/schemas/Instant"},
                  "currency": {"type": "string"},
                  "pricesAsOf": {"type": "string"},
                  "priceBook": {"type": "string", "description": "Its file, or built-in."},
                  "rows": {"type": "array", "items": {"$ref": "#/components/schemas/CostRow"}},
                  "total": {"$ref": "#/components/schemas/CostRow"},
                  "budgets": {"type": "array", "description": "Of the present month with what is open, as last looked at. Absent where none are known.", "items": {"$ref": "#/components/schemas/BudgetUse"}}
                }
              }
        """#
}
