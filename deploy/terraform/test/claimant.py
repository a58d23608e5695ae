"""What a preregistered agent's container is told, and how it claims, with curl, from the server that Terraform configured."""

import json
import re
import subprocess

from agent_key import make_key, sign_in
from conformance import overridden

HOST = "slipway.example.com"


def check_told(check, task):
    """The variables of RunTask's overrides, as DescribeTasks has them."""
    told = overridden(task)
    launch = told.get("AZP_AGENT_NAME", "").removeprefix("slipway-")
    check(launch and told.get("SLIPWAY_CLAIM_URL") == f"https://{HOST}/claims/{launch}",
          f"the container is told where to claim, by receiver.public_url {told.get('SLIPWAY_CLAIM_URL')}")
    check(re.fullmatch(r"1\.[0-9a-f]{64}", told.get("SLIPWAY_CLAIM_CODE", "")), "and a code for its launch's first attempt")
    check(set(told) == {"AZP_URL", "AZP_POOL", "AZP_AGENT_NAME", "SLIPWAY_CLAIM_URL", "SLIPWAY_CLAIM_CODE"},
          f"and nothing else, no token for one {sorted(told)}")


class Claimant:
    """The container's part: a key of its own, and claims by the URL that it was told, which leads to this machine."""

    def __init__(self, check, folder, port, task, azure):
        self.check, self.folder, self.port, self.azure = check, folder, port, azure
        told = overridden(task)
        self.url, self.code, self.name = told["SLIPWAY_CLAIM_URL"], told["SLIPWAY_CLAIM_CODE"], told["AZP_AGENT_NAME"]
        pools = azure.call("GET", f"_apis/distributedtask/pools?poolName={told['AZP_POOL']}")
        self.pool_id = pools["value"][0]["id"]
        self.pool = f"_apis/distributedtask/pools/{self.pool_id}"
        self.key, self.modulus = make_key()

    def post(self, modulus, code):
        """Status and body of the answer to a claim."""
        body = {"publicKey": {"exponent": "AQAB", "modulus": modulus}, "agentVersion": "4.272.0", "osDescription": "stand-in"}
        answer = subprocess.run(
            ["curl", "--silent", "--show-error", "--write-out", "\n%{http_code}", "--cacert", f"{self.folder}/tls.crt",
             "--connect-to", f"{HOST}:443:127.0.0.1:{self.port}", "--header", f"Authorization: Bearer {code}", "--header",
             "Content-Type: application/json", "--data-binary", json.dumps(body), "--max-time", "20", self.url],
            capture_output=True, text=True)
        body, _, status = answer.stdout.rpartition("\n")
        return status, body + answer.stderr

    def registered(self):
        """The agents of that name in the pool."""
        agents = self.azure.call("GET", f"{self.pool}/agents")["value"]
        return [agent["id"] for agent in agents if agent["name"] == self.name]

    def claim(self):
        """Claims and signs in; returns the organization as the agent calls it, the pool's path, the agent's id and its name."""
        stranger = "1." + "0" * 64
        self.check(self.post(self.modulus, stranger)[0] == "401" and not self.registered(),
                   "a claim with a code that is not Slipway's is answered 401")
        status, body = self.post(self.modulus, self.code)
        self.check(status == "200", f"a claim with it is answered 200 {body if status != '200' else ''}")
        granted = json.loads(body)
        agent, data = granted["agent"], granted["credentials"]["data"]
        self.check(agent["agentName"] == self.name and agent["poolId"] == self.pool_id and [agent["agentId"]] == self.registered(),
                   "the agent is registered in the pool, by Slipway")
        self.check(data["clientId"] and data["authorizationUrl"].startswith(self.azure.base),
                   "the answer has what it signs in with")
        self.check(self.post(self.modulus, self.code) == (status, body), "the same claim again has the same answer")
        return sign_in(self.azure, self.key, data), self.pool, agent["agentId"], self.name

    def claim_again(self):
        status, body = self.post(make_key()[1], self.code)
        self.check(status == "409" and "with another key" in body, f"a second key is refused with 409, while the job runs {status}")
