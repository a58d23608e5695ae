"""A Chromium without a window, driven over two pipes: no library is needed for that."""

import base64
import json
import os
import subprocess
import time


class Browser:
    def __init__(self, program, profile):
        read_end, self.commands = os.pipe()
        self.answers, write_end = os.pipe()

        def pipes():
            # The browser reads commands at 3 and writes answers to 4. Away from there first: they may be one another's.
            reading, writing = os.dup(read_end), os.dup(write_end)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--hide-scrollbars", f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
            preexec_fn=pipes, close_fds=False, stderr=subprocess.DEVNULL)
        os.close(read_end)
        os.close(write_end)
        self.number, self.rest, self.events, self.session = 0, b"", [], None
        for _ in range(100):
            pages = [one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page"]
            if pages:
                break
            time.sleep(0.1)
        self.session = self.call(
            "Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(domain + ".enable")

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def next(self):
        while b"\0" not in self.rest:
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise RuntimeError("the browser has ended")
            self.rest += part
        text, _, self.rest = self.rest.partition(b"\0")
        return json.loads(text)

    def show(self, address, width, height, dark):
        """Loads a page; answers what was complained of, and the bytes that came for it."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Network.setCacheDisabled", cacheDisabled=True)
        self.events = []
        self.call("Page.navigate", url=address)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.next())
        time.sleep(0.4)
        self.evaluate("1")
        complaints = [
            event["params"]["entry"]["text"] for event in self.events if event.get("method") == "Log.entryAdded"]
        complaints += [
            event["params"]["exceptionDetails"]["text"] for event in self.events
            if event.get("method") == "Runtime.exceptionThrown"]
        weight = sum(
            event["params"]["dataLength"] for event in self.events if event.get("method") == "Network.dataReceived")
        return complaints, weight

    def open(self, address):
        """Another window, to which the calls go from now on."""
        self.session = None
        self.window = self.call("Target.createTarget", url=address)["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=self.window, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(domain + ".enable")

    def shut(self, window, session):
        """Closes one, and lets the calls go to another."""
        self.session = None
        self.call("Target.closeTarget", targetId=window)
        self.session = session

    def evaluate(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def picture(self, path, maximum=2600):
        height = min(maximum, self.evaluate("document.documentElement.scrollHeight"))
        width = self.evaluate("innerWidth")
        data = self.call(
            "Page.captureScreenshot", captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)
