"""An agent's RSA key, made and used with the openssl command, and what its listener signs in with."""

import base64
import json
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
import uuid


def make_key():
    """A new RSA key of 2048 bits, in PEM, and its modulus in base64."""
    key = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True).stdout
    text = subprocess.run(["openssl", "rsa", "-modulus", "-noout"], input=key, check=True, capture_output=True).stdout
    return key, base64.b64encode(bytes.fromhex(text.decode().strip().removeprefix("Modulus="))).decode()


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign_in(azure, key, data):
    """The organization, called with the access token that a listener gets for its key. `data` is that of `.credentials`."""
    now = int(time.time())
    claims = {"sub": data["clientId"], "iss": data["clientId"], "aud": data["authorizationUrl"], "jti": str(uuid.uuid4()),
              "nbf": now, "exp": now + 300}
    text = ".".join(base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "RS256"}, claims))
    # Only the owner may read it, and it is gone at the end.
    with tempfile.NamedTemporaryFile() as file:
        file.write(key)
        file.flush()
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", file.name], input=text.encode(), check=True,
            capture_output=True).stdout
    form = urllib.parse.urlencode({
        "grant_type": "client_credentials", "client_assertion": f"{text}.{base64url(signature)}",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    })
    with urllib.request.urlopen(data.get("oauthEndpointUrl", data["authorizationUrl"]), form.encode(), timeout=20) as answer:
        return azure.with_bearer(json.load(answer)["access_token"])
