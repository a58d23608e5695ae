# Prints the names of the fields of a claim's answer that are missing or wrong, nothing when the answer is fine.
# Input: an array of the JSON values in the answer. $http: "1" where loopback addresses may be plain http.
def text: type == "string" and length > 0 and length <= 2048 and (test("[[:cntrl:]]") | not);
def id: type == "number" and . > 0 and . == floor and . < 9007199254740992;
def address:
  text and (test("^https://[^\\s/@]+(/\\S*)?$")
    or ($http == "1" and test("^http://(127\\.0\\.0\\.1|localhost)(:[0-9]+)?(/\\S*)?$")));
def optional(check): . == null or check;

if length != 1 then "one JSON value"
elif (.[0] | type) != "object" then "an object"
elif (.[0].agent | type) != "object" then "agent"
elif (.[0].credentials | type) != "object" then "credentials"
elif (.[0].credentials.data | type) != "object" then "credentials.data"
else
  .[0] as {agent: $agent, credentials: $credentials} |
  [
    (if ($agent.agentId | id) then empty else "agent.agentId" end),
    (if ($agent.agentName | text) then empty else "agent.agentName" end),
    (if ($agent.poolId | id) then empty else "agent.poolId" end),
    (if ($agent.poolName | optional(text)) then empty else "agent.poolName" end),
    (if ($agent.serverUrl | address) then empty else "agent.serverUrl" end),
    (if ($agent.workFolder | text) then empty else "agent.workFolder" end),
    # With it the agent thinks that Microsoft hosts it.
    (if $agent.agentCloudId == null then empty else "agent.agentCloudId" end),
    # Any other scheme would bring a token into the container.
    (if $credentials.scheme == "OAuth" then empty else "credentials.scheme" end),
    (if ($credentials.data.clientId | text) then empty else "credentials.data.clientId" end),
    (if ($credentials.data.authorizationUrl | address) then empty else "credentials.data.authorizationUrl" end),
    (if ($credentials.data.oauthEndpointUrl | optional(address)) then empty
      else "credentials.data.oauthEndpointUrl" end)
  ] | join(", ")
end
