"""Our endpoint rules against botocore's resolver: the same answer to the same parameters, for every service that
botocore knows, over parameters made from what the rules themselves ask about."""

import json
import os
import random
import subprocess
import unittest

import botocore.loaders
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointResolutionError

SEED = 20260131
CASES_OF_A_SERVICE = 16
CASES_OF_S3 = 1500
REGIONS = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "aws-global",
           "ap-southeast-2", "mars-1", "not a region"]
URLS = ["http://127.0.0.1:5000", "https://example.com/base/path", "https://[::1]:8443", "https://example.com"]
TEXTS = ["bucket", "a.bucket.with.dots", "Upper", "ab", "10.0.0.1", "under_score", "111122223333", "bucket--use1-az1--x-s3",
         "arn:aws:s3:us-west-2:111122223333:accesspoint/point", "arn:aws:s3:us-west-2:111122223333:accesspoint:point",
         "arn:aws:s3-outposts:us-west-2:111122223333:outpost/op-1/accesspoint/point",
         "arn:aws:s3-object-lambda:us-west-2:111122223333:accesspoint/point", "arn:aws:s3::111122223333:accesspoint:m.mrap",
         "arn:aws-cn:s3:cn-north-1:111122223333:accesspoint:point", "arn:aws:s3:::bucket", "arn:", "key with space",
         "arn:aws:dynamodb:us-east-1:111122223333:table/t", "arn:aws:kinesis:us-east-1:111122223333:stream/s"]


def questions(rules, random_source, count):
    for _ in range(count):
        given = {}
        for name, definition in rules["parameters"].items():
            kind = definition["type"].lower()
            if kind == "boolean":
                choices = [True, False, False, None] if definition.get("builtIn") else [True, False, None]
            elif name == "Region":
                choices = REGIONS + [None]
            elif definition.get("builtIn") == "SDK::Endpoint":
                choices = [None] * 8 + URLS
            elif kind == "stringarray":
                choices = [None]
            else:
                choices = TEXTS + [None]
            value = random_source.choice(choices)
            if value is not None:
                given[name] = value
        yield given


class EndpointsTest(unittest.TestCase):
    def test_every_answer_is_botocores(self):
        loader = botocore.loaders.Loader()
        partitions = loader.load_data("partitions")
        random_source = random.Random(SEED)
        asked, lines = [], [json.dumps({"partitions": partitions})]
        for service in loader.list_available_services("endpoint-rule-set-1"):
            rules = loader.load_service_model(service, "endpoint-rule-set-1")
            provider = EndpointProvider(rules, partitions)
            lines.append(json.dumps({"rules": rules}))
            is_s3 = service in ("s3", "s3control")
            for given in questions(rules, random_source, CASES_OF_S3 if is_s3 else CASES_OF_A_SERVICE):
                try:
                    endpoint = provider.resolve_endpoint(**given)
                    answer = {"url": endpoint.url, "properties": endpoint.properties, "headers": endpoint.headers}
                except (EndpointResolutionError, TypeError, AttributeError):  # it trips over some nothings
                    answer = "error"
                asked.append((service, given, answer))
                lines.append(json.dumps({"given": given}))
        output = subprocess.run([os.environ["ENDPOINT_ASKER"]], input="\n".join(lines), capture_output=True, text=True,
                                check=True, timeout=300).stdout.splitlines()
        self.assertEqual(len(output), len(asked))
        self.assertGreater(len(asked), 8000)
        wrong = []
        for (service, given, answer), line in zip(asked, output):
            ours = json.loads(line)
            if ("error" in ours) != (answer == "error") or (answer != "error" and ours != answer):
                wrong.append((service, given, answer, ours))
        self.assertEqual(wrong[:5], [], f"{len(wrong)} of {len(asked)} differ")
        self.assertGreater(sum(answer != "error" for _, _, answer in asked), 3000)


if __name__ == "__main__":
    unittest.main()
