"""Servers that are slow, broken or lying: riposte says so, soon, and tells nobody its secrets."""

import datetime
import email.utils
import json
import tempfile
import unittest
from pathlib import Path

from emulator import SECRET, run_riposte
from peer import Answer, Endless, Peer, Raw, Reset, Stall

IDENTITY = (b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
            b"<Arn>arn:aws:iam::111122223333:user/u</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>")
TOKEN = "token-of-the-integration-tests"


def refusal(status, code, **headers):
    return Answer(status, f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>".encode(),
                  headers)


class PeerTest(unittest.TestCase):
    def ask(self, *steps, words=(), seconds="20", **variables):
        with Peer(list(steps)) as peer:
            outcome = run_riposte("sts", "GetCallerIdentity", "--endpoint-url", peer.url, "--timeout", seconds, *words,
                                  AWS_SESSION_TOKEN=TOKEN, **variables)
        for text in (outcome.stdout, outcome.stderr):
            self.assertNotIn(SECRET, text)
            self.assertNotIn(TOKEN, text)
        return outcome, peer.requests

    def test_throttling_is_waited_out(self):
        outcome, requests = self.ask(refusal(400, "Throttling", **{"Retry-After": "0"}), Answer(503), Answer(200, IDENTITY))
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual(json.loads(outcome.stdout), {"Arn": "arn:aws:iam::111122223333:user/u"})
        self.assertEqual(len(requests), 3)

    def test_a_reset_is_tried_again(self):
        outcome, _ = self.ask(Reset(), Answer(200, IDENTITY))
        self.assertEqual(outcome.code, 0, outcome.stderr)

    def test_a_refusal_is_told_with_its_code(self):
        outcome, requests = self.ask(refusal(403, "AccessDenied"))
        self.assertEqual((outcome.code, outcome.stdout, len(requests)), (3, "", 1))
        self.assertIn("GetCallerIdentity: AccessDenied: no", outcome.stderr)

    def test_no_server_makes_it_hang(self):
        for step in (Stall(), Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), Answer(200, b"half", announced=100)):
            outcome, _ = self.ask(step, seconds="0.5")
            self.assertEqual((outcome.code, outcome.stdout), (3, ""), step)
            self.assertIn("GetCallerIdentity at 127.0.0.1", outcome.stderr)

    def test_an_endless_answer_ends_at_its_limit(self):
        outcome, requests = self.ask(Endless())
        self.assertEqual((outcome.code, len(requests)), (3, 1))
        self.assertIn("larger than allowed", outcome.stderr)

    def test_what_is_no_answer_is_not_taken_for_one(self):
        for body in (b"", b"<html><body>Bad Gateway</body></html>", b"{}", IDENTITY[:-20], b"\xff\xfe\x00", b"<a>" * 10_000,
                     b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 1000 + b'">]><a>&b;</a>'):
            outcome, _ = self.ask(Answer(200, body), seconds="0.5")
            self.assertIn(outcome.code, (0, 3), body[:40])
            self.assertNotIn("c" * 1000, outcome.stdout, "no entity is expanded")

    def test_a_redirect_is_not_followed(self):
        with Peer([Answer(200, IDENTITY)]) as elsewhere:
            outcome, _ = self.ask(Answer(302, b"", {"Location": elsewhere.url}))
            self.assertEqual(outcome.code, 3)
            self.assertEqual(elsewhere.requests, [])

    def test_a_clock_that_is_wrong_is_set_by_the_server(self):
        there = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=3)
        date = {"Date": email.utils.format_datetime(there, usegmt=True)}
        outcome, requests = self.ask(refusal(403, "SignatureDoesNotMatch", **date), Answer(200, IDENTITY))
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertIn(there.strftime("X-Amz-Date: %Y%m%dT%H"), requests[1][0])

    def test_credentials_of_a_container_are_fetched_and_not_shown(self):
        given = {"AccessKeyId": "ASIACONTAINER", "SecretAccessKey": SECRET, "Token": TOKEN}
        with Peer([Answer(200, json.dumps(given).encode())]) as container, tempfile.TemporaryDirectory() as home:
            token = Path(home) / "token"
            token.write_text("authorisation")
            outcome, requests = self.ask(Answer(200, IDENTITY), AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="",
                                         AWS_CONTAINER_CREDENTIALS_FULL_URI=container.url,
                                         AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token))
            self.assertEqual(outcome.code, 0, outcome.stderr)
            self.assertIn("Authorization: authorisation", container.requests[0][0])
        self.assertIn("Credential=ASIACONTAINER/", requests[0][0])
        self.assertIn(f"X-Amz-Security-Token: {TOKEN}", requests[0][0])

    def test_all_pages_become_one_answer_and_a_missing_one_is_told(self):
        pages = [Answer(200, b'{"TableNames": ["a"], "LastEvaluatedTableName": "a"}'), Answer(200, b'{"TableNames": ["b"]}')]
        broken = [pages[0], Answer(400, b'{"__type": "AccessDeniedException"}')]
        for steps, code, tables in ((pages, 0, ["a", "b"]), (broken, 3, ["a"])):
            with Peer(steps) as peer:
                outcome = run_riposte("dynamodb", "ListTables", "--page", "all", "--endpoint-url", peer.url)
            self.assertEqual(outcome.code, code, outcome.stderr)
            self.assertEqual(json.loads(outcome.stdout)["TableNames"], tables)


if __name__ == "__main__":
    unittest.main()
