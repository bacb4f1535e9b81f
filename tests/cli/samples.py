"""Small logs and rules for the tests of commands. Accounts, names and addresses are invented."""

import json
from pathlib import Path

# Fires on every record called StopLogging.
RULE = """
title: Trail stopped
id: 1a6a8a0e-8b58-4a75-8f57-2b4e6f4f0a01
name: trail_stopped
description: Recording was switched off.
tags: [attack.defense-evasion, attack.t1562.008]
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {eventSource: cloudtrail.amazonaws.com, eventName: StopLogging}
  filter: {userAgent: console.amazonaws.com}
  condition: selection and not filter
level: high
"""

# Answers what RULE finds.
RUNBOOK = """
runbook: start-again
title: Start it again
when: {rules: [trail_stopped]}
mode: approve
steps:
  - name: start
    aws: cloudtrail.StartLogging
    with: {Name: "${event.requestParameters.name}"}
    undo: {aws: cloudtrail.StopLogging, with: {Name: "${event.requestParameters.name}"}}
"""


def record(event_id, name="StopLogging", **fields):
    return {
        "eventVersion": "1.09", "eventTime": "2026-01-31T18:37:58Z", "eventSource": "cloudtrail.amazonaws.com",
        "eventName": name, "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.24", "userAgent": "aws-cli/2.17.0",
        "userIdentity": {"type": "IAMUser", "userName": "dana", "accountId": "111122223333",
                         "arn": "arn:aws:iam::111122223333:user/dana", "accessKeyId": "AKIAEXAMPLE000000001"},
        "requestParameters": {"name": "main"}, "eventID": event_id, "recipientAccountId": "111122223333", **fields,
    }


def trail_file(*records):
    return json.dumps({"Records": records})


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def write(path, content):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
