"""Events and rules made to be dear: one function each, from nothing to an event.

All are CloudTrail records, so that every rule that looks at CloudTrail looks at them.
"""

LONG = 1_000_000  # bytes of a string
KEYS = 100_000  # of an object
DEPTH = 120  # a little below json::kDepthMax, which counts the record around it


def record(**fields):
    return {
        "eventVersion": "1.08",
        "eventTime": "2023-07-10T12:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/a"},
    } | fields


def nested(depth, innermost):
    for _ in range(depth):
        innermost = {"a": innermost}
    return innermost


def arrays(depth, width):
    """Arrays in arrays, `width` wide at each of `depth` levels."""
    return "a" if depth == 0 else [arrays(depth - 1, width) for _ in range(width)]


EVENTS = {
    "long strings": lambda: record(userAgent="Mozilla/5.0 " * (LONG // 12), requestParameters={"text": "a" * LONG}),
    "escaped strings": lambda: record(userAgent='"\\\n' * (LONG // 3), requestParameters={"text": "é\u0001" * (LONG // 8)}),
    "wide objects": lambda: record(requestParameters={f"key{i}": i for i in range(KEYS)}),
    "escaped keys": lambda: record(requestParameters={f'ke"y\\{i}\n': "v" for i in range(KEYS)}),
    "deep nesting": lambda: record(requestParameters=nested(DEPTH, "a" * 100), responseElements=nested(DEPTH, 1)),
    "arrays of arrays": lambda: record(requestParameters={"items": arrays(5, 10)}, resources=arrays(4, 10)),
    "arrays of records": lambda: record(resources=[{"ARN": f"arn:aws:s3:::b{i}", "type": "AWS::S3::Bucket"} for i in range(KEYS // 10)]),
}

# Sigma rules that blow up matchers which try again from where they were, each over userAgent.
WILDCARDS = ["*a*a*a*a*b", "*a?a?a?a*a?a?b", "*aa*aa*aa*aa*aa*aab*", "a*" * 20 + "b"]
EXPRESSIONS = ["(a+)+b", "(a|aa)+b$", "(a*)*b", "([a-z]+)*=", "(.*a){12}b", "^(([a-z])+.)+[A-Z]([a-z])+$"]


def user_agent(event_text):
    return record(userAgent=event_text)


def sigma_rule(title, key, value):
    return {
        "title": title,
        "logsource": {"product": "aws", "service": "cloudtrail"},
        "detection": {"selection": {key: value}, "condition": "selection"},
        "level": "low",
    }


def wildcard_rules():
    return [sigma_rule(f"wildcard {text}", "userAgent", text) for text in WILDCARDS]


def expression_rules():
    return [sigma_rule(f"expression {text}", "userAgent|re", text) for text in EXPRESSIONS]
