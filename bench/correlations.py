"""Fifty correlations as an account would run them, for the rows `correlate.*`.

Eight of them look at every call and twelve at calls that read, so that an event is a hit fifteen times
on average; or, where `rare` is asked for, at changes and at refusals instead. All types are there but
riposte.travel, which needs a database of places.
"""

PRINCIPAL, ADDRESS, ACCOUNT, ACCESS_KEY = "userIdentity.arn", "sourceIPAddress", "recipientAccountId", "userIdentity.accessKeyId"

BASE_RULES = {
    "any call": {"eventName": "*"},
    "changes": {"eventName|startswith": ["Create", "Put", "Update", "Delete", "Attach", "Modify", "Run"]},
    "reads": {"eventName|startswith": ["List", "Describe", "Get"]},
    "denied": {"errorCode|contains": ["AccessDenied", "Unauthorized"]},
    "deletions": {"eventName|startswith": "Delete"},
    "objects": {"eventSource": "s3.amazonaws.com", "eventName": "GetObject"},
    "secrets": {"eventName": ["GetSecretValue", "GetParameter", "GetParameters", "Decrypt"]},
    "roles taken": {"eventName|startswith": "AssumeRole"},
    "sign-in failed": {"eventName": "ConsoleLogin", "responseElements.ConsoleLogin": "Failure"},
    "signed in": {"eventName": "ConsoleLogin", "responseElements.ConsoleLogin": "Success"},
    "keys made": {"eventName": ["CreateAccessKey", "CreateLoginProfile", "CreateUser"]},
    "rights given": {"eventName|startswith": ["AttachUser", "AttachRole", "PutUserPolicy", "PutRolePolicy"]},
    "trail stopped": {"eventName": ["StopLogging", "DeleteTrail", "PutEventSelectors"]},
}


def blocks():
    """(joined rules, correlation) of each."""
    for field in ["awsRegion", "eventSource", "userAgent", ADDRESS]:
        yield ["any call"], {"type": "riposte.new_value", "group-by": [PRINCIPAL], "field": field, "timespan": "30d", "learning": "7d"}
    for key in [PRINCIPAL, ACCOUNT]:
        yield ["any call"], {"type": "riposte.spike", "group-by": [key], "timespan": "1h", "factor": 20, "condition": {"gte": 5000}}
    yield ["any call"], {"type": "riposte.absence", "group-by": [ACCOUNT, "awsRegion"], "timespan": "6h"}
    yield ["any call"], count([ACCESS_KEY], "10m", 5000)
    for key in [PRINCIPAL, ADDRESS, ACCESS_KEY]:
        yield ["reads"], count([key], "10m", 500)
        yield ["reads"], different("eventName", [key], "10m", 60)
        yield ["reads"], different("eventSource", [key], "15m", 15)
        yield ["reads"], different("awsRegion", [key], "15m", 8)
    for key in [PRINCIPAL, ADDRESS, ACCOUNT, ACCESS_KEY]:
        yield ["denied"], count([key], "10m", 50)
    yield ["denied"], count([PRINCIPAL, "eventSource"], "10m", 20)
    yield ["denied"], different("eventName", [PRINCIPAL], "10m", 15)
    for key in [PRINCIPAL, ADDRESS]:
        yield ["deletions"], count([key], "10m", 30)
        yield ["changes"], count([key], "10m", 200)
    yield ["objects"], count([PRINCIPAL], "10m", 1000)
    yield ["secrets"], count([PRINCIPAL], "10m", 30)
    yield ["objects"], different("requestParameters.bucketName", [PRINCIPAL], "1h", 10)
    yield ["objects"], total("additionalEventData.bytesTransferredOut", [PRINCIPAL], "1h", 1e10)
    yield ["objects"], {"type": "value_avg", "group-by": [PRINCIPAL], "timespan": "1h",
                        "condition": {"field": "additionalEventData.bytesTransferredOut", "gte": 1e9}}
    yield ["secrets"], different("requestParameters.secretId", [PRINCIPAL], "1h", 10)
    yield ["roles taken"], different("requestParameters.roleArn", [PRINCIPAL], "15m", 10)
    for key in [PRINCIPAL, ADDRESS]:
        yield ["sign-in failed"], count([key], "10m", 5)
        yield ["sign-in failed", "signed in"], ordered([key], "15m")
    yield ["sign-in failed"], different("userIdentity.userName", [ADDRESS], "10m", 5)
    for first in ["signed in", "denied", "roles taken"]:
        yield [first, "keys made"], ordered([PRINCIPAL], "30m")
        yield [first, "rights given"], ordered([PRINCIPAL], "30m")
    yield ["trail stopped", "keys made"], together([PRINCIPAL], "1h")
    yield ["keys made", "rights given"], together([PRINCIPAL], "1h")


def count(key, timespan, least):
    return {"type": "event_count", "group-by": key, "timespan": timespan, "condition": {"gte": least}}


def different(field, key, timespan, least):
    return {"type": "value_count", "group-by": key, "timespan": timespan, "condition": {"field": field, "gte": least}}


def total(field, key, timespan, least):
    return {"type": "value_sum", "group-by": key, "timespan": timespan, "condition": {"field": field, "gte": least}}


def ordered(key, timespan):
    return {"type": "temporal_ordered", "group-by": key, "timespan": timespan}


def together(key, timespan):
    return {"type": "temporal", "group-by": key, "timespan": timespan}


RARER = {"any call": "changes", "reads": "denied"}


def documents(rare):
    """Rules as Sigma writes them, the joined ones first."""
    for name, selection in BASE_RULES.items():
        if rare and name in RARER:
            continue
        yield {
            "title": name,
            "name": name.replace(" ", "_").replace("-", "_"),
            "logsource": {"product": "aws", "service": "cloudtrail"},
            "detection": {"selection": selection, "condition": "selection"},
            "level": "informational",
        }
    for number, (rules, block) in enumerate(blocks()):
        if rare:
            rules = [RARER.get(name, name) for name in rules]
        joined = [name.replace(" ", "_").replace("-", "_") for name in rules]
        yield {"title": f"correlation {number + 1}", "correlation": {**block, "rules": joined}, "level": "medium"}
