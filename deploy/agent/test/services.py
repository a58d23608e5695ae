"""What the container calls, on loopback: Slipway's claim endpoint and the pool of Azure DevOps."""

import base64
import http.server
import json
import ssl
import threading
import time
import uuid


def agent_settings(**changes):
    agent = {
        "acceptTeeEula": True,
        "agentId": 4711,
        "agentName": "slipway-0b7c1a",
        "poolId": 44,
        "poolName": "ecs-linux",
        "serverUrl": "https://dev.azure.com/fabrikam/",
        "workFolder": "_work",
        "skipCapabilitiesScan": True,
    }
    agent.update(changes)
    return {key: value for key, value in agent.items() if value is not ...}


def credentials(**changes):
    data = {
        "clientId": "6f0a7b3e-1111-4222-8333-444455556666",
        "authorizationUrl": "https://auth.example.com/token",
        "oauthEndpointUrl": "https://auth.example.com/token",
    }
    data.update(changes)
    return {"scheme": "OAuth", "data": {key: value for key, value in data.items() if value is not ...}}


def claim_answer(agent=None, given=None):
    return json.dumps({"agent": agent or agent_settings(), "credentials": given or credentials()}).encode()


class Answer:
    def __init__(self, status=200, body=None, delay=0, stream=0, cut=False, location=None):
        self.status, self.delay, self.stream, self.cut, self.location = status, delay, stream, cut, location
        self.body = claim_answer() if body is None and status == 200 else (body or b"")


class Service:
    """One HTTP server on a port of its own. `requests` holds (method, path, headers, body)."""

    def __init__(self, respond, tls=None):
        self.requests = []
        self.times = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_request(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                service.times.append(time.monotonic())
                service.requests.append((self.command, self.path, dict(self.headers), body))
                send(self, respond(self.command, self.path, self.headers, body))

            do_GET = do_POST = do_DELETE = handle_request

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "https" if tls else "http"
        self.address = f"{scheme}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def send(handler, answer):
    time.sleep(answer.delay)
    handler.send_response(answer.status)
    if answer.location:
        handler.send_header("Location", answer.location)
    if answer.stream:
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        piece = b" " * 4096
        for _ in range(answer.stream // len(piece)):
            handler.wfile.write(b"1000\r\n" + piece + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")
        return
    handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)
    if answer.cut:
        handler.close_connection = True


class ClaimService(Service):
    """Gives the scripted answers in turn, the last one for ever. Refuses a second key, as Slipway does."""

    def __init__(self, answers=(), tls=None):
        self.answers = list(answers) or [Answer()]
        self.bodies = []
        # Of its own for each service: the jobs of other cases look at all processes.
        self.code = f"c0de-of-the-claim.{uuid.uuid4().hex}"
        super().__init__(self.respond, tls)

    def respond(self, method, path, headers, body):
        if (method, path, headers.get("Authorization")) != ("POST", "/claim", f"Bearer {self.code}"):
            return Answer(401, b"who are you?")
        if headers.get("Content-Type") != "application/json":
            return Answer(415)
        self.bodies.append(json.loads(body))
        if self.bodies[0] != self.bodies[-1]:
            return Answer(409, b"another key")
        return self.answers[min(len(self.bodies), len(self.answers)) - 1]

    @property
    def modulus(self):
        return base64.b64decode(self.bodies[-1]["publicKey"]["modulus"], validate=True)


class PoolService(Service):
    """The pool: registers and removes agents for a known credential."""

    def __init__(self, credential):
        self.credential = credential
        self.registered = set()
        self.names = []
        super().__init__(self.respond)

    def respond(self, method, path, headers, body):
        if headers.get("Authorization") != self.credential:
            return Answer(401)
        if method == "POST":
            self.names.append((body.decode(), path.partition("pool=")[2]))
            self.registered.add(7)
            return Answer(200, b"{}")
        if method == "DELETE":
            self.registered.discard(7)
            return Answer(200, b"{}")
        return Answer(404)
