"""An AWS of our own: moto's server on a free port of the loopback address, for as long as a test lasts.

    with Emulator() as emulator:
        emulator.riposte("sts", "GetCallerIdentity")

As a program it runs a command beside it, with {url} for its address
(localhost, before which a service may put a name of its own): emulator.py COMMAND [WORD...]
"""

import base64
import datetime
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from terminal import Outcome, command  # noqa: E402

SECONDS_MAX = 60
REGION = "us-east-1"
KEY_ID, SECRET = "AKIAINTEGRATION", "secret-of-the-integration-tests"
# Announces the port that it got, so that none is fixed.
SERVER = """
import sys
from werkzeug.serving import make_server
from moto.server import DomainDispatcherApplication, create_backend_app
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


def environment(**variables):
    """Nothing of the machine's own AWS configuration, and no proxy."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
    return {**kept, "HOME": "/nonexistent", "LC_ALL": "C", "TZ": "UTC", "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, **variables}


def run_riposte(*words, **variables):
    result = subprocess.run(command(["aws", *words]), env=environment(**variables), capture_output=True,
                            timeout=SECONDS_MAX, check=False)
    return Outcome(result.returncode, result.stdout.decode(), result.stderr.decode())


def as_json(value):
    """What boto3 gives, as riposte prints it."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.timezone.utc)
        return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03}Z"
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


class Emulator:
    def __enter__(self):
        self.clients = {}
        self.log = open(os.devnull, "wb")
        self.process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, stderr=self.log,
                                        env=environment(MOTO_IAM_LOAD_MANAGED_POLICIES="true"))
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        deadline = time.monotonic() + SECONDS_MAX
        while True:
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{self.url}/moto-api/").read()
                return self
            except OSError:
                if time.monotonic() > deadline:
                    raise

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(SECONDS_MAX)
        self.process.stdout.close()
        self.log.close()

    def run(self, service, operation, *words, parameters=None, **variables):
        return run_riposte(service, operation, "--endpoint-url", self.url, "--input", json.dumps(parameters or {}),
                           *words, **variables)

    def riposte(self, service, operation, parameters=None, *words):
        """The answer, or an AssertionError with what riposte complained about."""
        outcome = self.run(service, operation, *words, parameters=parameters)
        if outcome.code != 0:
            raise AssertionError(f"{service} {operation}: exit code {outcome.code}: {outcome.stderr}")
        return json.loads(outcome.stdout)

    def boto3(self, service):
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service, endpoint_url=self.url, region_name=REGION, aws_access_key_id=KEY_ID,
                aws_secret_access_key=SECRET, config=Config(s3={"addressing_style": "path"}, proxies={}))
        return self.clients[service]


if __name__ == "__main__":
    with Emulator() as running:
        words = [word.replace("{url}", running.url.replace("127.0.0.1", "localhost")) for word in sys.argv[1:]]
        color = {name: os.environ[name] for name in ("TERM",) if name in os.environ}
        sys.exit(subprocess.run(words, env=environment(**color, HOME=os.environ.get("HOME", "/nonexistent"),
                                                       LC_ALL="C.UTF-8"), check=False).returncode)
