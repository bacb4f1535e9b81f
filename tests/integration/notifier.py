"""Runs the notifier: one message over one channel, as notifier.cc says."""

import json
import os
import subprocess

from emulator import SECONDS_MAX, environment

FINDING = {"schema": "riposte.finding/1", "id": "f1", "rule": {"name": "aws_trail_stopped", "level": "high",
                                                               "title": "CloudTrail trail stopped"},
           "account": "111122223333", "region": "eu-west-1",
           "actor": {"type": "IAMUser", "name": "alice \u2028\r\nBcc: mallory@example.net", "ip": "198.51.100.7"},
           "event": {"service": "cloudtrail", "name": "StopLogging"}}


def notify(channel, notice="finding.recorded", subject="f1", body=None, **variables):
    """Exit code and output; secrets are variables."""
    given = {**channel, "notice": notice, "subject": subject, "body": body or FINDING}
    result = subprocess.run([os.environ["NOTIFIER"]], input=json.dumps(given).encode(), env=environment(**variables),
                            capture_output=True, timeout=SECONDS_MAX, check=False)
    return result.returncode, result.stdout.decode() + result.stderr.decode()
