"""The safety table: what must not happen, tried with the real binary against an account, which boto3 looks at."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from emulator import Emulator, environment
from peer import Answer, Peer
from samples import RULE, lines, record, write
from terminal import Outcome, command
from wire import Wire

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "ocsf"))
from check import mistakes  # noqa: E402

ACCOUNT = "123456789012"  # the emulator's
SECONDS_MAX = 120

START_AGAIN = """
runbook: start-again
title: Start it again
when: {rules: [trail_stopped]}
mode: auto
%s
steps:
  - name: start
    aws: cloudtrail.StartLogging
    with: {Name: "${event.requestParameters.name}"}
    precheck:
      aws: cloudtrail.GetTrailStatus
      with: {Name: "${event.requestParameters.name}"}
      expect: {IsLogging: [false]}
    undo: {aws: cloudtrail.StopLogging, with: {Name: "${event.requestParameters.name}"}}
    verify:
      aws: cloudtrail.GetTrailStatus
      with: {Name: "${event.requestParameters.name}"}
      expect: {IsLogging: [true]}
"""

# Two things, one after the other.
TAG_TWICE = """
runbook: tag-twice
title: Tag the trail's bucket twice
when: {rules: [trail_stopped]}
mode: auto
steps:
""" + "".join(f"""
  - name: {name}
    aws: iam.CreateGroup
    with: {{GroupName: "{name}-${{event.requestParameters.name}}"}}
    undo: {{aws: iam.DeleteGroup, with: {{GroupName: "{name}-${{event.requestParameters.name}}"}}}}
    verify:
      aws: iam.GetGroup
      with: {{GroupName: "{name}-${{event.requestParameters.name}}"}}
      expect: {{Group: {{GroupName: ["{name}-${{event.requestParameters.name}}"]}}}}
""" for name in ("first", "second"))

RESTORE_TRAIL = """
runbook: restore
title: Restore it
when: {rules: [trail_stopped]}
mode: auto
steps: [{name: restore, action: restore-trail}]
"""

CALL_HOOK = """
runbook: call-hook
title: Tell the pipeline
when: {rules: [trail_stopped]}
mode: auto
steps:
  - name: tell
    action: webhook
    with: {hook: security, body: {trail: "${event.requestParameters.name}"}}
"""

DISABLE_KEY = """
runbook: disable-key
title: Switch the key off
when: {rules: [trail_stopped]}
mode: auto
steps:
  - name: key
    aws: iam.UpdateAccessKey
    with: {UserName: "${finding.actor.name}", AccessKeyId: "${finding.actor.access_key}", Status: Inactive}
    undo:
      aws: iam.UpdateAccessKey
      with: {UserName: "${finding.actor.name}", AccessKeyId: "${finding.actor.access_key}", Status: Active}
"""

BLOCK = """
runbook: block-address
title: Block it
when: {rules: [trail_stopped]}
mode: auto
steps:
  - name: block
    aws: ec2.CreateNetworkAclEntry
    with: {NetworkAclId: acl-1, RuleNumber: 7, Protocol: "-1", RuleAction: deny, Egress: false, CidrBlock: "${finding.actor.ip}/32"}
    undo: {aws: ec2.DeleteNetworkAclEntry, with: {NetworkAclId: acl-1, RuleNumber: 7, Egress: false}}
"""


def stopped(trail, event_id="e1", **fields):
    return record(event_id, requestParameters={"name": trail}, recipientAccountId=ACCOUNT, awsRegion="us-east-1", **fields)


def by_user(name, **fields):
    return {"userIdentity": {"type": "IAMUser", "userName": name, "accountId": ACCOUNT,
                             "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "accessKeyId": "AKIAEXAMPLE000000001"}, **fields}


class RespondTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())
        cls.emulator.boto3("s3").create_bucket(Bucket="trails")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.url = self.emulator.url
        self.trail = f"trail-{self._testMethodName[-40:]}".replace("_", "-")[:60].rstrip("-")
        self.emulator.boto3("cloudtrail").create_trail(Name=self.trail, S3BucketName="trails")
        write(self.folder / "rule.yml", RULE)
        self.configure()

    def configure(self, runbook=START_AGAIN % "", **respond):
        """Writes runbook and configuration; keys of the section `respond` replace the ones here."""
        write(self.folder / "runbooks/one.yml", runbook)
        section = {"mode": "auto", "runbooks": [str(self.folder / "runbooks")], "defaults": False, **respond}
        write(self.folder / "riposte.yml", json.dumps(
            {"ledger": {"path": str(self.folder / "ledger.db")}, "respond": section,
             "rules": {"paths": [str(self.folder / "rule.yml")], "defaults": False}}))

    def run_riposte(self, *words, prefix=()):
        result = subprocess.run([*prefix, *command(words)], env=environment(AWS_ENDPOINT_URL=self.url),
                                capture_output=True, timeout=SECONDS_MAX, check=False)
        return Outcome(result.returncode, result.stdout.decode(), result.stderr.decode())

    def riposte(self, *words, code=0):
        outcome = self.run_riposte(*words, "--config", self.folder / "riposte.yml")
        self.assertEqual(outcome.code, code, f"{words}\n{outcome.stdout}\n{outcome.stderr}")
        return outcome

    def find(self, *records):
        write(self.folder / "log.json", lines(*records))
        self.riposte("scan", self.folder / "log.json", "--ledger", self.folder / "ledger.db")

    def respond(self, code=0):
        return [json.loads(line) for line in self.riposte("respond", "-o", "ndjson", code=code).stdout.splitlines()]

    def actions(self):
        return [json.loads(line) for line in self.riposte("action", "list", "-o", "ndjson").stdout.splitlines()]

    def the_action(self):
        actions = self.actions()
        self.assertEqual(len(actions), 1, actions)
        return actions[0]

    def is_logging(self):
        return self.emulator.boto3("cloudtrail").get_trail_status(Name=self.trail)["IsLogging"]

    def says_of(self, code):
        """That the only action was refused, for this reason among others, and that nothing was called."""
        action = self.the_action()
        self.assertEqual(action["state"], "refused")
        self.assertTrue(any(text.startswith(code) for text in action["says"]), action["says"])

    def check_journal(self):
        self.riposte("audit", "verify")

    # What may be done is done, and taken back.

    def test_a_trail_is_started_again_and_stopped_by_undo(self):
        self.find(stopped(self.trail))
        self.respond()
        self.assertTrue(self.is_logging())
        action = self.the_action()
        self.assertEqual(action["state"], "standing")
        self.riposte("action", "undo", action["digest"][:12], "--by", "dana")
        self.assertFalse(self.is_logging())
        self.assertEqual(self.the_action()["state"], "undone")
        self.check_journal()

    def test_what_was_done_and_undone_is_told_in_ocsf(self):
        self.find(stopped(self.trail))
        self.respond()
        self.riposte("action", "undo", self.the_action()["digest"][:12], "--by", "dana")
        listed = self.riposte("action", "list", "-o", "ocsf").stdout
        self.assertEqual(self.riposte("action", "show", self.the_action()["digest"], "-o", "ocsf").stdout, listed)
        events = [json.loads(line) for line in listed.splitlines()]
        for event in events:
            self.assertEqual(mistakes(event), [])
        self.assertEqual([event["api"]["operation"] for event in events], ["StartLogging", "StopLogging"])
        self.assertEqual([event["status"] for event in events], ["Success", "Success"])
        self.assertTrue(all(event["api"]["request"]["uid"] for event in events), events)
        self.assertFalse(events[0]["unmapped"]["before"][0]["IsLogging"])

        self.riposte("audit", "export", self.folder / "bundle")
        bundled = (self.folder / "bundle/ocsf.ndjson").read_text().splitlines()
        self.assertEqual([json.loads(line)["class_uid"] for line in bundled], [2004, 2005, 7001, 7001])
        self.assertEqual(bundled[2:], listed.splitlines())
        outcome = self.run_riposte("audit", "verify", "--bundle", self.folder / "bundle")
        self.assertEqual(outcome.code, 0, outcome.stderr)
        write(self.folder / "bundle/ocsf.ndjson", bundled[0] + "\n")
        self.assertEqual(self.run_riposte("audit", "verify", "--bundle", self.folder / "bundle").code, 1)

    def test_a_finding_is_answered_once(self):
        self.find(stopped(self.trail))
        self.respond()
        self.emulator.boto3("cloudtrail").stop_logging(Name=self.trail)
        self.assertEqual(self.respond(), [])
        self.find(stopped(self.trail))
        self.assertEqual(self.respond(), [])
        self.assertFalse(self.is_logging())

    # Whom and what nothing is done to.

    def refused_about(self, name, code, runbook=DISABLE_KEY, **respond):
        self.configure(runbook, **respond)
        with Wire(self.emulator.url) as wire:
            self.url = wire.url
            self.find(stopped(self.trail, **by_user(name)))
            self.respond()
            self.says_of(code)
            self.assertEqual({request.operation for request in wire.requests} - {"GetCallerIdentity"}, set())

    def test_break_glass_is_left_alone(self):
        self.refused_about("break-glass-admin", "protected-principal")

    def test_a_deployment_is_left_alone(self):
        self.refused_about("ci-deploy", "protected-principal")

    def test_we_are_left_alone(self):
        self.refused_about("somebody", "protected-self", own_identities=[f"arn:aws:iam::{ACCOUNT}:user/somebody"])

    def test_who_is_protected_by_the_configuration_is_left_alone(self):
        self.refused_about("auditor", "protected-principal", protect={"principals": ["audit*"]})

    def test_root_is_left_alone(self):
        self.configure(DISABLE_KEY)
        self.find(stopped(self.trail, userIdentity={"type": "Root", "accountId": ACCOUNT, "principalId": ACCOUNT,
                                                    "arn": f"arn:aws:iam::{ACCOUNT}:root", "accessKeyId": "AKIAEXAMPLE000000001"}))
        self.respond()
        self.says_of("protected-root")

    def test_a_private_network_is_left_alone(self):
        self.configure(BLOCK)
        self.find(stopped(self.trail, sourceIPAddress="10.1.2.3"))
        self.respond()
        self.says_of("protected-network")

    def test_what_bears_a_protected_tag_is_left_alone(self):
        self.configure(protect={"tags": {"keep": "*"}})
        arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/{self.trail}"
        self.emulator.boto3("cloudtrail").add_tags(ResourceId=arn, TagsList=[{"Key": "keep", "Value": "yes"}])
        self.find(stopped(self.trail))
        self.respond()
        action = self.the_action()
        self.assertEqual(action["state"], "refused")
        self.assertFalse(self.is_logging())

    def test_nothing_is_done_unless_somebody_said_so(self):
        self.configure(mode="notify")
        self.find(stopped(self.trail))
        self.respond()
        self.says_of("mode-notify")
        self.assertFalse(self.is_logging())

    def test_another_account_is_not_ours(self):
        self.find({**stopped(self.trail), "recipientAccountId": "111122223333"})
        self.respond(code=3)
        self.assertEqual(self.the_action()["state"], "failed")
        self.assertFalse(self.is_logging())

    def test_an_account_that_cannot_be_asked_is_told_of(self):
        self.configure(RESTORE_TRAIL)
        self.find(stopped(self.trail))
        with Wire(self.emulator.url, lambda request: "refuse" if request.service == "cloudtrail" else None) as wire:
            self.url = wire.url
            [answer] = self.respond(code=3)
        self.assertEqual(answer["schema"], "riposte.no_plan/1")
        self.assertEqual(self.actions(), [])

    def in_ledger(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.folder / "ledger.db")) as database, database:
            return database.execute(sql, values).fetchall()

    def unanswered(self, tries):
        """A finding for which the account could not be asked so often, and is due again."""
        self.configure(RESTORE_TRAIL)
        self.find(stopped(self.trail))
        with Wire(self.emulator.url, lambda request: "refuse" if request.service == "cloudtrail" else None) as wire:
            self.url = wire.url
            self.respond(code=3)
            self.assertEqual(self.respond(), [], "it is not tried again at once")
            self.in_ledger("UPDATE unanswered SET tries = ?, due = 0", tries)
            self.respond(code=3)
        self.url = self.emulator.url

    def test_an_account_that_could_not_be_asked_is_asked_again(self):
        self.unanswered(tries=1)
        self.assertEqual(self.in_ledger("SELECT tries, due > 0 FROM unanswered"), [(2, 1)])
        self.in_ledger("UPDATE unanswered SET due = 0")
        self.respond()
        self.assertEqual(self.the_action()["state"], "standing")
        self.assertTrue(self.is_logging())
        self.assertEqual(self.in_ledger("SELECT * FROM unanswered"), [])

    def test_an_account_that_cannot_be_asked_for_a_day_is_told_of(self):
        self.unanswered(tries=27)
        self.assertEqual(self.in_ledger("SELECT * FROM unanswered"), [])
        [(subject, body)] = self.in_ledger("SELECT subject, body FROM notification WHERE kind = 'finding.unanswered'")
        self.assertEqual(json.loads(body)["finding"], subject)
        self.assertEqual(json.loads(body)["tries"], 28)

    def test_what_is_stuck_is_closed_by_a_person(self):
        self.find(stopped(self.trail))
        self.respond()
        digest = self.the_action()["digest"]
        self.riposte("action", "close", digest, "--why", "why not", code=1)  # it stands, and is well
        self.emulator.boto3("cloudtrail").delete_trail(Name=self.trail)
        self.riposte("action", "undo", digest, "--by", "dana", code=3)
        self.assertEqual(self.the_action()["state"], "stuck")
        self.url = "http://127.0.0.1:1"  # the account is not asked
        self.riposte("action", "close", digest, "--why", "the trail is gone", "--by", "dana")
        self.assertEqual((self.the_action()["state"], self.the_action()["says"]), ("closed", ["the trail is gone"]))
        self.check_journal()

    # How much at once.

    def test_of_five_hundred_incidents_the_budget_is_answered_and_the_rest_is_told(self):
        self.find(*[stopped(f"{self.trail}-{i}", f"e{i}", eventTime=f"2026-01-31T18:{i // 60:02}:{i % 60:02}Z")
                    for i in range(500)])
        with Wire(self.emulator.url) as wire:
            self.url = wire.url
            self.respond(code=3)  # there are no such trails: every call that is let out fails
        states = [action["state"] for action in self.actions()]
        self.assertEqual(len(states), 500)
        self.assertEqual(states.count("refused"), 490)
        self.assertLessEqual(wire.calls("StartLogging"), 10)
        self.check_journal()

    def test_a_share_of_the_fleet_is_held_against_what_there_is(self):
        self.configure(START_AGAIN % "limit: {share_per_hour: 0.001}")
        self.find(stopped(self.trail))
        self.respond()
        self.says_of("budget-share: 1 of ")
        self.configure(START_AGAIN % "limit: {share_per_hour: 1}")
        self.find(stopped(self.trail, "e2"))
        self.respond()
        self.assertTrue(self.is_logging())

    def test_a_runbooks_own_limit_holds(self):
        self.configure(START_AGAIN % "limit: {per_hour: 1}")
        self.emulator.boto3("cloudtrail").create_trail(Name=self.trail + "-2", S3BucketName="trails")
        self.find(stopped(self.trail), stopped(self.trail + "-2", "e2", eventTime="2026-01-31T18:40:00Z"))
        self.respond()
        self.assertEqual(sorted(action["state"] for action in self.actions()), ["refused", "standing"])

    # Who says yes, to what, and when.

    def ask(self, more=""):
        self.configure(START_AGAIN.replace("mode: auto", "mode: approve") % more,
                       approvers={"morgan": ["security"], "eve": ["sales"]})
        self.find(stopped(self.trail))
        self.respond()
        action = self.the_action()
        self.assertEqual(action["state"], "asked")
        self.assertFalse(self.is_logging())
        return action["digest"]

    def approve(self, digest, by, code=0, shown=None):
        return self.riposte("action", "approve", digest, "--digest", shown or digest, "--by", by, code=code)

    def test_what_was_shown_is_approved_and_done(self):
        self.approve(self.ask(), "morgan")
        self.assertTrue(self.is_logging())
        self.assertEqual(self.the_action()["state"], "standing")

    def test_another_digest_is_not_approved(self):
        self.approve(self.ask(), "morgan", code=1, shown="0" * 64)
        self.assertFalse(self.is_logging())
        self.assertEqual(self.the_action()["state"], "asked")

    def test_who_wants_it_cannot_approve_it(self):
        self.configure(START_AGAIN.replace("mode: auto", "mode: approve") % "")
        self.find(stopped(self.trail))
        finding = json.loads(self.riposte("finding", "list", "-o", "ndjson").stdout)["id"]
        self.riposte("runbook", "run", "start-again", finding, "--by", "morgan")
        outcome = self.approve(self.the_action()["digest"], "morgan", code=1)
        self.assertIn("approval-own: morgan wanted it", outcome.stderr)
        self.assertFalse(self.is_logging())

    def test_only_the_groups_that_the_runbook_names_approve(self):
        digest = self.ask("approve: {by: [security]}")
        self.assertIn("approval-scope", self.approve(digest, "eve", code=1).stderr)
        self.assertFalse(self.is_logging())
        self.approve(digest, "morgan")
        self.assertTrue(self.is_logging())

    def test_a_question_lapses(self):
        digest = self.ask("approve: {within: 1s}")
        time.sleep(1.1)
        self.approve(digest, "morgan", code=1)
        self.respond()
        self.assertEqual(self.the_action()["state"], "lapsed")
        self.assertFalse(self.is_logging())

    def test_what_was_denied_is_not_done(self):
        digest = self.ask()
        self.riposte("action", "deny", digest, "--by", "morgan", "--reason", "planned work")
        self.approve(digest, "morgan", code=1)
        self.assertFalse(self.is_logging())

    # Stopping everything.

    def test_frozen_is_frozen(self):
        self.riposte("freeze", "--by", "dana", "--reason", "let me look")
        self.find(stopped(self.trail))
        self.respond()
        self.says_of("frozen")
        self.assertFalse(self.is_logging())
        self.riposte("unfreeze", "--by", "dana")

    def test_nothing_is_frozen_where_no_ledger_is_named(self):
        outcome = self.run_riposte("freeze", "--by", "dana", "--reason", "let me look")
        self.assertEqual(outcome.code, 2, outcome.stderr)
        self.assertIn("which ledger?", outcome.stderr)

    def test_a_freeze_in_the_middle_stops_the_rest(self):
        self.configure(TAG_TWICE)
        self.find(stopped(self.trail))

        def freeze_at_the_first(request):
            if request.operation == "CreateGroup" and wire.calls("CreateGroup") == 1:
                self.riposte("freeze", "--by", "dana", "--reason", "stop")

        with Wire(self.emulator.url, freeze_at_the_first) as wire:
            self.url = wire.url
            self.respond(code=3)
            self.assertEqual(wire.calls("CreateGroup"), 1)
            self.assertEqual(self.the_action()["state"], "stuck")
            self.riposte("action", "undo", self.the_action()["digest"], "--by", "dana")
        groups = {group["GroupName"] for group in self.emulator.boto3("iam").list_groups()["Groups"]}
        self.assertNotIn(f"first-{self.trail}", groups)

    # Time and crashes.

    def test_it_is_taken_back_when_its_time_is_over_also_after_a_restart(self):
        self.configure(START_AGAIN % "expires: 1s")
        self.find(stopped(self.trail))
        self.respond()
        self.assertTrue(self.is_logging())
        time.sleep(1.1)
        self.respond()  # another process
        self.assertFalse(self.is_logging())
        self.assertEqual(self.the_action()["state"], "undone")

    def test_what_somebody_else_changed_is_left_to_a_person(self):
        self.find(stopped(self.trail))
        self.respond()
        self.emulator.boto3("cloudtrail").delete_trail(Name=self.trail)
        with Wire(self.emulator.url) as wire:
            self.url = wire.url
            outcome = self.riposte("action", "undo", self.the_action()["digest"], "--by", "dana", code=3)
            self.assertEqual(wire.calls("StopLogging"), 0)
        self.assertIn("TrailNotFound", outcome.stderr)
        self.assertEqual(self.the_action()["state"], "stuck")

    def test_a_clock_that_is_set_back_stops_everything(self):
        self.configure(START_AGAIN % "expires: 1h")
        self.find(stopped(self.trail))
        self.respond()
        self.find(stopped(self.trail + "-2", "e2"))
        outcome = self.run_riposte("respond", "-o", "ndjson", "--config", self.folder / "riposte.yml",
                                   prefix=("faketime", "-f", "-1d"))
        self.assertEqual(outcome.code, 0, outcome.stderr)
        refused = [action for action in self.actions() if action["state"] == "refused"]
        self.assertEqual(len(refused), 1, self.actions())
        self.assertTrue(any(text.startswith("clock") for text in refused[0]["says"]), refused)
        self.assertTrue(self.is_logging())

    def killed_at(self, operation, after, runbook, code=0):
        """Kills the process when it makes this call, before or after the account has seen it; then starts it again."""
        self.configure(runbook)
        self.find(stopped(self.trail))
        with Wire(self.emulator.url, lambda request: self.on_call(request)) as wire:
            self.url = wire.url
            self.on_call = lambda request: None
            process = subprocess.Popen(command(["respond", "--config", self.folder / "riposte.yml"]),
                                       env=environment(AWS_ENDPOINT_URL=self.url), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)

            def kill(request):
                if request.operation != operation or process.returncode is not None:
                    return None
                process.send_signal(signal.SIGKILL)
                process.wait(SECONDS_MAX)
                return "drop" if after else "refuse"

            self.on_call = kill
            process.wait(SECONDS_MAX)
            self.assertEqual(process.returncode, -signal.SIGKILL)
            self.on_call = lambda request: None
            self.respond(code)
            return wire

    def test_killed_before_a_call_it_is_made_once(self):
        self.killed_at("StartLogging", after=False, runbook=START_AGAIN % "")
        self.assertEqual(self.the_action()["state"], "standing", self.the_action())
        self.assertTrue(self.is_logging())
        self.check_journal()

    def test_killed_before_a_call_that_nothing_can_tell_of_it_is_left_to_a_person(self):
        wire = self.killed_at("CreateGroup", after=False, runbook=TAG_TWICE, code=3)
        self.assertEqual(self.the_action()["state"], "stuck", self.the_action())
        self.assertEqual(wire.calls("CreateGroup"), 1)
        self.check_journal()

    def test_killed_after_a_call_it_is_not_made_again(self):
        wire = self.killed_at("CreateGroup", after=True, runbook=TAG_TWICE)
        self.assertEqual(self.the_action()["state"], "standing", self.the_action())
        self.assertEqual(wire.calls("CreateGroup"), 2)
        groups = {group["GroupName"] for group in self.emulator.boto3("iam").list_groups()["Groups"]}
        self.assertLessEqual({f"first-{self.trail}", f"second-{self.trail}"}, groups)
        self.check_journal()

    # Who is told.

    def with_hook(self, peer, kinds):
        config = json.loads((self.folder / "riposte.yml").read_text())
        config["notify"] = {"channels": {"security": {"kind": "webhook", "kinds": kinds, "level": "low", "loopback": True,
                                                      "url_env": "HOOK_URL", "key_env": "HOOK_KEY"}}}
        write(self.folder / "riposte.yml", json.dumps(config))
        os.environ.update(HOOK_URL=f"{peer.url}/hook", HOOK_KEY="k" * 32)
        self.addCleanup(lambda: [os.environ.pop(name) for name in ("HOOK_URL", "HOOK_KEY")])

    def test_people_are_told_once_and_again_until_it_was_taken(self):
        self.configure(START_AGAIN.replace("mode: auto", "mode: approve") % "")
        with Peer([Answer(503), Answer(200)]) as peer:
            self.with_hook(peer, ["action"])
            self.find(stopped(self.trail))
            self.respond()
            bodies = [json.loads(body) for _, body in peer.requests]
            self.respond()
            self.assertEqual(len(peer.requests), 2)
        self.assertEqual(bodies[0], bodies[1])
        self.assertIn(self.the_action()["digest"], json.dumps(bodies[1]))

    def test_a_runbook_calls_a_hook_of_the_configuration(self):
        self.configure(CALL_HOOK)
        with Peer([Answer(200)]) as peer:
            self.with_hook(peer, ["nothing"])
            self.find(stopped(self.trail))
            self.respond()
            self.assertEqual(peer.requests, [], "what cannot be taken back is asked for")
            digest = self.the_action()["digest"]
            self.approve(digest, "morgan")
            [(head, body)] = peer.requests
        self.assertEqual(json.loads(body), {"trail": self.trail})
        self.assertIn("Riposte-Signature: v1=", head)
        self.assertEqual(self.the_action()["state"], "standing")


if __name__ == "__main__":
    unittest.main()
