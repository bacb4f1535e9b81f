#!/usr/bin/env python3
"""Asks riposte and botocore for the same calls, with generated parameters, and wants the same requests.

What may differ, and is evened out before comparing: the order of members and fields, white space behind commas
in headers, the character references of XML, content types that only riposte names, checksums (botocore adds them
later), and S3's bucket in the path (botocore removes it later).
"""

import base64
import datetime
import json
import os
import random
import re
import subprocess
import sys
import unittest
import urllib.parse
from xml.etree import ElementTree

import botocore.loaders
import botocore.model
import botocore.serialize

SEED = 20260131
CASES = 220  # of each service
DEPTH = 4    # containers within one another, but where the model repeats itself
SERVICES = ["apigateway", "cloudfront", "cloudwatch", "dynamodb", "ec2", "elasticache", "iam", "kms", "lambda", "logs",
            "rds", "route53", "s3", "s3control", "sns", "sqs", "wafv2"]

TEXT = "abcXYZ019-_.~ /+&=%?#<>'\";:,()*ä€𐍈\n\t"
HEADER_TEXT = "abcXYZ019-_.~/+=; \","
TOKEN = "abcdefghijk0123456789"


class Generator:
    """Parameters for a shape: as botocore takes them, and as JSON."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self, alphabet, least=0):
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randint(least, 8)))

    def structure(self, shape, depth, at_root=False):
        names = list(shape.members)
        required = set(shape.required_members)
        if getattr(shape, "is_tagged_union", False):
            chosen = [self.random.choice(names)]
        else:
            share = 0.5 if depth < 2 else 0.2
            chosen = [name for name in names if name in required or (depth < DEPTH and self.random.random() < share)]
            self.random.shuffle(chosen)
        theirs, ours = {}, {}
        for name in chosen:
            theirs[name], ours[name] = self.value(shape.members[name], depth + 1, shape.members[name].serialization if at_root else {})
        return theirs, ours

    def value(self, shape, depth, place):
        kind = shape.type_name
        location = place.get("location")
        if kind == "structure" and shape.is_document_type:
            document = {"a": [1, "x", None, {"b": True}]}
            return document, document
        if kind == "structure":
            return self.structure(shape, depth)
        if kind == "list":
            count = self.random.randint(1 if location else 0, 3) if depth < 8 else 0
            items = [self.value(shape.member, depth + 1, place) for _ in range(count)]
            return [item[0] for item in items], [item[1] for item in items]
        if kind == "map":
            keys = [self.text(TOKEN, 1) for _ in range(self.random.randint(0, 3))] if depth < 8 else []
            pairs = {key: self.value(shape.value, depth + 1, {"location": "header"} if location == "headers" else {})
                     for key in keys}
            return {key: pair[0] for key, pair in pairs.items()}, {key: pair[1] for key, pair in pairs.items()}
        return self.scalar(shape, kind, location, place)

    def scalar(self, shape, kind, location, place):
        if kind in ("string", "character"):
            if shape.serialization.get("jsonvalue"):
                return {"k": 1}, {"k": 1}
            if shape.name == "ChecksumAlgorithm":
                return "CRC32", "CRC32"
            if place.get("hostLabel"):
                text = self.text(TOKEN, 1)
            elif location in ("header", "headers"):
                text = self.text(HEADER_TEXT).strip()
            else:
                text = self.text(TEXT, 1 if location == "uri" else 0)
            return text, text
        if kind == "boolean":
            flag = self.random.random() < 0.5
            return flag, flag
        if kind == "integer":
            number = self.random.choice([0, 1, -5, 22, 2**31 - 1, -2**31])
            return number, number
        if kind == "long":
            number = self.random.choice([0, 7, -1, 255, 65536, 2**32, 2**63 - 1, -2**63])
            return number, number
        if kind in ("float", "double"):
            number = self.random.choice([0.5, -2.25, 1234.125])
            return number, number
        if kind == "blob":
            raw = bytes(self.random.randrange(256) for _ in range(self.random.randint(0, 9)))
            return raw, base64.b64encode(raw).decode()
        if kind == "timestamp":
            time = datetime.datetime.fromtimestamp(self.random.randrange(2**32), datetime.timezone.utc)
            return time, time.strftime("%Y-%m-%dT%H:%M:%SZ")
        raise AssertionError(f"no generator for {kind}")


def spelled(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def query_of(request):
    """Path without its query, and all query parameters as sorted pairs."""
    path, _, constants = request["url_path"].partition("?")
    pairs = urllib.parse.parse_qsl(constants, keep_blank_values=True)
    given = request["query_string"]
    for name, value in (given.items() if isinstance(given, dict) else []):
        pairs += [(name, spelled(item)) for item in (value if isinstance(value, list) else [value])]
    return path, sorted(pairs)


def outline(element):
    """An XML element by what it means."""
    children = sorted(outline(child) for child in element)
    return [element.tag, sorted(element.attrib.items()), element.text or "" if not children else "", children]


def body_of(protocol, body):
    if isinstance(body, dict):
        return sorted((name, spelled(value)) for name, value in body.items())
    if isinstance(body, str):
        body = body.encode()
    if protocol in ("query", "ec2"):
        return sorted(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    if protocol in ("json", "rest-json"):
        try:
            return json.loads(body)
        except ValueError:
            return body
    if protocol == "rest-xml" and body.startswith(b"<"):
        try:
            return outline(ElementTree.fromstring(body))
        except ElementTree.ParseError:  # a body of the caller's own
            return body
    return body


def headers_of(headers):
    return {name.lower(): re.sub(r",\s+", ",", spelled(value).strip()) for name, value in headers.items()
            if not name.lower().startswith(("x-amz-checksum-", "x-amz-sdk-checksum"))}


class AwsRequestsTest(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.program = subprocess.Popen([os.environ["AWS_REQUESTS"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.loader = botocore.loaders.Loader()
        cls.asked = 0

    @classmethod
    def tearDownClass(cls):
        cls.program.stdin.close()
        cls.program.wait()
        cls.program.stdout.close()
        print(f"{cls.asked} requests compared", file=sys.stderr)

    def ask(self, service, operation, params):
        self.program.stdin.write(json.dumps({"service": service, "operation": operation, "params": params}) + "\n")
        self.program.stdin.flush()
        return json.loads(self.program.stdout.readline())

    def compare(self, name, model, operation, serializer, generator):
        shape = operation.input_shape
        theirs, ours = generator.structure(shape, 0, at_root=True) if shape is not None else ({}, {})
        expected = serializer.serialize_to_request(theirs, operation)
        found = self.ask(name, operation.name, ours)
        said = f"{name} {operation.name} {json.dumps(ours)}"
        self.assertNotIn("error", found, said)
        path, query = query_of(expected)
        if name == "s3" and "Bucket" in theirs and operation.http["requestUri"].startswith("/{Bucket}"):
            path = path[len("/" + urllib.parse.quote(theirs["Bucket"], safe="-._~")):] or "/"
        self.assertEqual(found["method"], expected["method"], said)
        self.assertEqual(found["path"], path, said)
        self.assertEqual(sorted(map(tuple, found["query"])), query, said)
        self.assertEqual(found["prefix"], expected.get("host_prefix", ""), said)
        protocol = model.resolved_protocol
        self.assertEqual(body_of(protocol, base64.b64decode(found["body"])), body_of(protocol, expected["body"]), said)
        mine, others = headers_of(found["headers"]), headers_of(expected["headers"])
        if "content-type" not in others:
            mine.pop("content-type", None)
        self.assertEqual(mine, others, said)
        type(self).asked += 1

    def test_requests_equal_botocores(self):
        for name in SERVICES:
            model = botocore.model.ServiceModel(self.loader.load_service_model(name, "service-2"), name)
            serializer = botocore.serialize.create_serializer(model.resolved_protocol, include_validation=False)
            generator = Generator(f"{SEED} {name}")
            names = sorted(model.operation_names)
            chosen = (names * (CASES // len(names) + 1))[:CASES] if len(names) < CASES else generator.random.sample(names, CASES)
            for operation_name in chosen:
                operation = model.operation_model(operation_name)
                if operation.has_event_stream_input:
                    continue
                with self.subTest(service=name, operation=operation_name):
                    self.compare(name, model, operation, serializer, generator)
        self.assertGreaterEqual(self.asked, 2000)


if __name__ == "__main__":
    unittest.main()
