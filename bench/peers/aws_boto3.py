"""boto3 as a contender: aws_boto3.py URL N. Each pass is N calls, one after the other, of one client."""

import json
import sys
import time

import boto3
from botocore.config import Config


def main():
    url, count = sys.argv[1], int(sys.argv[2])
    client = boto3.client("dynamodb", endpoint_url=url, region_name="us-east-1", config=Config(proxies={}))
    print(json.dumps({"ready": True, "boto3": boto3.__version__}), flush=True)
    for _ in sys.stdin:
        begin = time.monotonic()
        answered = 0
        for _ in range(count):
            answer = client.get_item(TableName="table", Key={"k": {"S": "111122223333"}})
            answered += answer["Item"]["k"]["S"] == "111122223333"
        seconds = time.monotonic() - begin
        print(json.dumps({"seconds": seconds, "events": count, "bytes": count, "hits": {"answered": answered}}), flush=True)


main()
