"""Messages over the channels, to the other end: through SNS into a queue, and to a webhook that checks who signed."""

import hashlib
import hmac
import json
import time
import unittest

from emulator import Emulator
from notifier import notify
from peer import Answer, Peer

KEY = "key-of-the-webhook-tests"


class SnsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())

    def subscribed(self, name, topic=None, queue=None):
        """A topic, and what arrives in a queue that listens to it."""
        sns, sqs = self.emulator.boto3("sns"), self.emulator.boto3("sqs")
        topic = sns.create_topic(Name=name, Attributes=topic or {})["TopicArn"]
        queue = sqs.create_queue(QueueName=name, Attributes=queue or {})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

        def received():
            messages = []
            while got := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
                messages += [json.loads(message["Body"]) for message in got]
                for message in got:
                    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return messages
        return topic, received

    def send(self, topic, **notice):
        return notify({"kind": "sns", "topic": topic}, AWS_ENDPOINT_URL=self.emulator.url, **notice)

    def test_a_finding_arrives_in_a_queue(self):
        topic, received = self.subscribed("alarms")
        self.assertEqual(self.send(topic), (0, "sent\n"))
        [message] = received()
        self.assertEqual(message["Subject"], "[riposte] HIGH CloudTrail trail stopped")
        self.assertIn("What     cloudtrail:StopLogging", message["Message"])
        self.assertEqual(message["MessageAttributes"]["level"], {"Type": "String", "Value": "high"})

    def test_a_subject_of_any_length_and_script_is_taken(self):
        topic, received = self.subscribed("subjects")
        for title in ("x" * 500, "語" * 200, "a\r\nb\x00c", "\u202e" * 90, " " * 120):
            body = {"rule": {"title": title, "level": "high"}}
            code, output = self.send(topic, body=body)
            self.assertEqual((code, output), (0, "sent\n"), title)
            [message] = received()
            self.assertLess(len(message["Subject"]), 100)
            self.assertTrue(message["Subject"].isascii() and message["Subject"].isprintable(), message["Subject"])

    def test_a_fifo_topic_takes_two_messages_of_one_thing(self):
        topic, received = self.subscribed("ordered.fifo", {"FifoTopic": "true"}, {"FifoQueue": "true"})
        self.assertEqual(self.send(topic), (0, "sent\n"))
        self.assertEqual(self.send(topic, notice="finding.closed", body={"by": "bob"}), (0, "sent\n"))
        self.assertEqual([message["Subject"] for message in received()],
                         ["[riposte] HIGH CloudTrail trail stopped", "[riposte] INFORMATIONAL Closed"])

    def test_a_topic_that_is_not_there_is_told_and_tried_again(self):
        code, output = self.send("arn:aws:sns:us-east-1:123456789012:gone")
        self.assertEqual(code, 1)
        self.assertIn("not sent (try 1 of 16): Publish: NotFound", output)


class WebhookTest(unittest.TestCase):
    def send(self, *steps, path="/hook?token=very-secret-part", **variables):
        with Peer(list(steps)) as peer:
            code, output = notify({"kind": "webhook", "url": "HOOK", "secret": "KEY", "loopback": True},
                                  HOOK=peer.url + path, KEY=KEY, **variables)
            for secret in (KEY, "very-secret-part"):
                self.assertNotIn(secret, output)
            return code, output, peer.requests

    def test_the_receiver_can_tell_who_sent_it_and_when(self):
        code, output, [(head, body)] = self.send(Answer(204))
        self.assertEqual((code, output), (0, "sent\n"))
        headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
        self.assertTrue(head.startswith("POST /hook?token=very-secret-part HTTP/1.1"))
        signed = headers["Riposte-Timestamp"].encode() + b"." + body
        self.assertEqual(headers["Riposte-Signature"], "v1=" + hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest())
        self.assertLess(abs(int(headers["Riposte-Timestamp"]) - time.time()), 300)
        message = json.loads(body)
        self.assertEqual((message["schema"], message["kind"], message["key"]),
                         ("riposte.notification/1", "finding.recorded", headers["Idempotency-Key"]))

    def test_a_redirect_is_not_followed(self):
        with Peer([Answer(200)]) as elsewhere:
            code, output, _ = self.send(Answer(307, b"", {"Location": elsewhere.url}))
            self.assertEqual((code, elsewhere.requests), (1, []))
            self.assertIn("it answered 307", output)

    def test_an_answer_that_quotes_the_address_is_not_repeated(self):
        code, output, _ = self.send(Answer(404, b"very-secret-part"))
        self.assertEqual(code, 1)
        self.assertIn("not sent (try 1 of 16): it answered 404", output)

    def test_an_address_inside_is_not_reached(self):
        with Peer([Answer(200)]) as inside:
            for name in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
                code, output = notify({"kind": "webhook", "url": "HOOK", "secret": "KEY"}, KEY=KEY,
                                      HOOK=f"https://{name}:{inside.port}/")
                self.assertEqual(code, 1, output)
            self.assertEqual(inside.requests, [])
        code, output = notify({"kind": "webhook", "url": "HOOK", "secret": "KEY", "loopback": True}, KEY=KEY,
                              HOOK="http://169.254.169.254/latest/meta-data/")
        self.assertEqual(code, 1)
        self.assertIn("no connection is made to (address)", output)

    def test_a_secret_may_lie_in_secrets_manager(self):
        with Emulator() as emulator, Peer([Answer(200)]) as peer:
            arn = emulator.boto3("secretsmanager").create_secret(Name="hook", SecretString=KEY)["ARN"]
            code, output = notify({"kind": "webhook", "url": "HOOK", "secret": arn, "loopback": True}, HOOK=peer.url,
                                  AWS_ENDPOINT_URL=emulator.url)
            self.assertEqual((code, output), (0, "sent\n"))
            self.assertEqual(len(peer.requests), 1)


if __name__ == "__main__":
    unittest.main()
