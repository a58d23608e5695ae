/// The paths of the OpenAPI document.
enum OpenAPIPaths {
    static let reading = #"""
          "/api/v1/openapi.json": {
              "get": {
                "operationId": "getDocument",
                "summary": "This document.",
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Document"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/health": {
              "get": {
                "operationId": "getHealth",
                "summary": "Whether Slipway does its job, why not, and what ends soon.",
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/overview": {
              "get": {
                "operationId": "getOverview",
                "summary": "Launches made, ended and failed in the last hour and day, and how long each stage took.",
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Overview"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/launches": {
              "get": {
                "operationId": "listLaunches",
                "summary": "Launches, newest first.",
                "parameters": [{"$ref": "#/components/parameters/pool"}, {"$ref": "#/components/parameters/profile"}, {"$ref": "#/components/parameters/project"}, {"$ref": "#/components/parameters/pipeline"}, {"$ref": "#/components/parameters/run"}, {"$ref": "#/components/parameters/request"}, {"$ref": "#/components/parameters/state"}, {"$ref": "#/components/parameters/outcome"}, {"$ref": "#/components/parameters/since"}, {"$ref": "#/components/parameters/until"}, {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}],
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LaunchList"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/launches/{id}": {
              "get": {
                "operationId": "getLaunch",
                "summary": "One launch with its stages, its newest records, the newest decisions on its job request, and the deliveries that told of it and of the job that its agent took.",
                "parameters": [{"$ref": "#/components/parameters/id"}],
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LaunchDetail"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "404": {"$ref": "#/components/responses/NotFound"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/deliveries": {
              "get": {
                "operationId": "listDeliveries",
                "summary": "Deliveries, newest first.",
                "parameters": [{"$ref": "#/components/parameters/disposition"}, {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}],
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DeliveryList"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/deliveries/{number}": {
              "get": {
                "operationId": "getDelivery",
                "summary": "One delivery.",
                "parameters": [{"$ref": "#/components/parameters/number"}],
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Delivery"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "404": {"$ref": "#/components/responses/NotFound"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/records": {
              "get": {
                "operationId": "listRecords",
                "summary": "The records of the ledger, newest first.",
                "parameters": [{"$ref": "#/components/parameters/subject"}, {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}],
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RecordList"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/costs": {
              "get": {
                "operationId": "getCosts",
                "summary": "What the launches that were made in a month cost, by estimate, and how far the budgets are used.",
                "parameters": [{"$ref": "#/components/parameters/by"}, {"$ref": "#/components/parameters/month"}],
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/MonthCosts"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/pools": {
              "get": {
                "operationId": "listPools",
                "summary": "The pools: what waits, starts, is online and busy, and why what waits does.",
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PoolList"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/placements": {
              "get": {
                "operationId": "listPlacements",
                "summary": "The rungs of each ladder, and which of them are left out.",
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PlacementList"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/hooks": {
              "get": {
                "operationId": "getHooks",
                "summary": "The health of the service hook subscriptions.",
                "responses": {
                  "200": {"description": "The answer.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Hooks"}}}},
                  "304": {"description": "What If-None-Match names is still so."},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            }
        """#

    static let operating = #"""
          "/api/v1/drain": {
              "post": {
                "operationId": "drain",
                "summary": "No new launches from now on, over restarts too; what is under way goes on.",
                "security": [{}, {"bearer": []}, {"basic": []}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                "responses": {
                  "200": {"description": "It is done, and in the ledger.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "403": {"$ref": "#/components/responses/Forbidden"}, "404": {"$ref": "#/components/responses/NotFound"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "415": {"$ref": "#/components/responses/NotJSON"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/resume": {
              "post": {
                "operationId": "resume",
                "summary": "New launches again.",
                "security": [{}, {"bearer": []}, {"basic": []}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                "responses": {
                  "200": {"description": "It is done, and in the ledger.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "403": {"$ref": "#/components/responses/Forbidden"}, "404": {"$ref": "#/components/responses/NotFound"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "415": {"$ref": "#/components/responses/NotJSON"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/profiles/pause": {
              "post": {
                "operationId": "pauseProfile",
                "summary": "No new launches of one profile; its job requests wait.",
                "security": [{}, {"bearer": []}, {"basic": []}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProfileOrder"}}}},
                "responses": {
                  "200": {"description": "It is done, and in the ledger.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "403": {"$ref": "#/components/responses/Forbidden"}, "404": {"$ref": "#/components/responses/NotFound"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "415": {"$ref": "#/components/responses/NotJSON"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/profiles/resume": {
              "post": {
                "operationId": "resumeProfile",
                "summary": "New launches of a profile again.",
                "security": [{}, {"bearer": []}, {"basic": []}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProfileOrder"}}}},
                "responses": {
                  "200": {"description": "It is done, and in the ledger.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "403": {"$ref": "#/components/responses/Forbidden"}, "404": {"$ref": "#/components/responses/NotFound"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "415": {"$ref": "#/components/responses/NotJSON"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/launches/{id}/stop": {
              "post": {
                "operationId": "stopLaunch",
                "summary": "End a launch. One whose agent has a job only by force, with a reason: the job is lost then.",
                "parameters": [{"$ref": "#/components/parameters/id"}],
                "security": [{}, {"bearer": []}, {"basic": []}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StopOrder"}}}},
                "responses": {
                  "200": {"description": "It is done, and in the ledger.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "403": {"$ref": "#/components/responses/Forbidden"}, "404": {"$ref": "#/components/responses/NotFound"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "409": {"$ref": "#/components/responses/Conflict"}, "415": {"$ref": "#/components/responses/NotJSON"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
          "/api/v1/launches/{id}/retry": {
              "post": {
                "operationId": "retryLaunch",
                "summary": "Try the job request of a failed launch again.",
                "parameters": [{"$ref": "#/components/parameters/id"}],
                "security": [{}, {"bearer": []}, {"basic": []}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                "responses": {
                  "200": {"description": "It is done, and in the ledger.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
                  "400": {"$ref": "#/components/responses/Invalid"}, "401": {"$ref": "#/components/responses/Unauthorized"}, "403": {"$ref": "#/components/responses/Forbidden"}, "404": {"$ref": "#/components/responses/NotFound"}, "405": {"$ref": "#/components/responses/WrongMethod"}, "406": {"$ref": "#/components/responses/NotAcceptable"}, "409": {"$ref": "#/components/responses/Conflict"}, "415": {"$ref": "#/components/responses/NotJSON"}, "421": {"$ref": "#/components/responses/ForeignHost"}, "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            }
        """#
}
