/// The API's description, as `/api/v1/openapi.json` serves it. Written by hand; a test holds it against the routes and
/// against real answers.
enum OpenAPIDocument {
    static let text = """
        {
          "openapi": "3.1.0",
          "info": {
            "title": "Slipway",
            "version": "1",
            "description": "What Slipway does and did, and how it is operated. Instants are ISO 8601 in UTC; what is not known is absent; new members may come. Lists are newest first and go on with the nextCursor of the answer before, which stays good while new items come."
          },
          "security": [{}, {"bearer": []}, {"basic": []}],
          "paths": {
        \(OpenAPIPaths.reading),
        \(OpenAPIPaths.operating)
          },
          "components": {
            "securitySchemes": {
              "bearer": {"type": "http", "scheme": "bearer"},
              "basic": {"type": "http", "scheme": "basic", "description": "A token as the password of any user."}
            },
            "parameters": {
        \(OpenAPIComponents.parameters)
            },
            "headers": {
        \(OpenAPIComponents.headers)
            },
            "responses": {
        \(OpenAPIComponents.responses)
            },
            "schemas": {
        \(OpenAPISchemas.launches),
        \(OpenAPISchemas.ledger),
        \(OpenAPISchemas.engine),
        \(OpenAPISchemas.costs)
            }
          }
        }

        """
}
