"""Blocks against an account: what is enforced there, as boto3 sees it."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from emulator import Emulator, environment
from samples import RULE, lines, record, write
from terminal import Outcome, command
from wire import Wire

ACCOUNT = "123456789012"  # the emulator's
SECONDS_MAX = 120

BLOCK = """
runbook: block
title: Keep who did it out
when: {rules: [trail_stopped]}
mode: auto
steps: [{name: block, action: block-address, with: {ttl: 30m}}]
"""


class BlockTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())
        cls.ec2 = cls.emulator.boto3("ec2")
        cls.waf = cls.emulator.boto3("wafv2")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.url = self.emulator.url
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.acl = self.ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        self.add_entry(100, "0.0.0.0/0", "allow")
        self.configure()

    def configure(self, enforce=None, mode="auto", **blocks):
        write(self.folder / "rule.yml", RULE)
        write(self.folder / "runbooks/block.yml", BLOCK)
        enforce = enforce or {"edge": {"kind": "network_acl", "id": self.acl}}
        write(self.folder / "riposte.yml", json.dumps(
            {"ledger": {"path": str(self.folder / "ledger.db")},
             "respond": {"mode": mode, "runbooks": [str(self.folder / "runbooks")], "defaults": False},
             "rules": {"paths": [str(self.folder / "rule.yml")], "defaults": False},
             "blocks": {"enforce": enforce, **blocks}}))

    def run_riposte(self, *words, stdin="", **variables):
        result = subprocess.run(command(words), env=environment(AWS_ENDPOINT_URL=self.url, **variables),
                                input=stdin.encode(), capture_output=True, timeout=SECONDS_MAX, check=False)
        return Outcome(result.returncode, result.stdout.decode(), result.stderr.decode())

    def riposte(self, *words, code=0, **given):
        outcome = self.run_riposte(*words, "--config", self.folder / "riposte.yml", **given)
        self.assertEqual(outcome.code, code, f"{words}\n{outcome.stdout}\n{outcome.stderr}")
        return outcome

    def block(self, *words, **given):
        return self.riposte("block", *words, **given)

    def sync(self, *words, code=0):
        return {each["enforcement"]: each for each in
                map(json.loads, self.block("sync", "-o", "ndjson", *words, code=code).stdout.splitlines())}

    def add_entry(self, number, network, action="deny", **fields):
        family = "Ipv6CidrBlock" if ":" in network else "CidrBlock"
        self.ec2.create_network_acl_entry(NetworkAclId=self.acl, RuleNumber=number, Protocol="-1", RuleAction=action,
                                          Egress=False, **{family: network}, **fields)

    def remove_entry(self, number):
        self.ec2.delete_network_acl_entry(NetworkAclId=self.acl, RuleNumber=number, Egress=False)

    def entries(self):
        [acl] = self.ec2.describe_network_acls(NetworkAclIds=[self.acl])["NetworkAcls"]
        return {each["RuleNumber"]: f"{each['RuleAction']} {each.get('CidrBlock') or each['Ipv6CidrBlock']}"
                for each in acl["Entries"] if not each["Egress"] and each["RuleNumber"] < 32767}

    def owed(self):
        """What people were to be told, by kind."""
        import sqlite3
        with sqlite3.connect(f"file:{self.folder / 'ledger.db'}?mode=ro", uri=True) as ledger:
            return [(kind, json.loads(body)) for kind, body in ledger.execute("SELECT kind, body FROM notification")]

    def tearDown(self):
        if (self.folder / "ledger.db").exists():
            self.riposte("audit", "verify")

    # The life of a block.

    def test_a_block_is_enforced_below_the_allow_and_released(self):
        self.block("add", "203.0.113.9", "2001:db8::9", "--reason", "flood")
        self.sync()
        self.assertEqual(self.entries(), {1: "deny 203.0.113.9/32", 2: "deny 2001:db8::9/128", 100: "allow 0.0.0.0/0"})
        self.assertEqual(self.sync()["edge"]["calls"], [])
        self.block("remove", "203.0.113.9", "--reason", "our customer")
        self.sync()
        self.assertEqual(self.entries(), {2: "deny 2001:db8::9/128", 100: "allow 0.0.0.0/0"})

    def test_who_is_blocked_is_listed_and_checked(self):
        self.block("add", "203.0.113.0/28", "--reason", "scan", "--by", "dana", "--ttl", "2h")
        [listed] = map(json.loads, self.block("list", "-o", "ndjson").stdout.splitlines())
        self.assertEqual((listed["network"], listed["scope"], listed["holds"][0]["by"], listed["holds"][0]["reason"]),
                         ("203.0.113.0/28", "all", "dana", "scan"))
        self.assertIn("203.0.113.0/28", self.block("check", "203.0.113.9").stdout)
        self.assertIn("is not blocked", self.block("check", "203.0.113.16", code=1).stderr)
        self.assertIn("never is", self.block("check", "10.1.2.3", code=1).stderr)

    def test_the_same_key_blocks_once(self):
        for _ in range(2):
            self.block("add", "203.0.113.9", "--reason", "alert", "--idempotency-key", "7")
        [listed] = map(json.loads, self.block("list", "-o", "ndjson").stdout.splitlines())
        self.assertEqual(len(listed["holds"]), 1)

    def test_a_list_of_others_is_taken_line_by_line(self):
        outcome = self.block("add", "--from", "-", "--reason", "feed", code=3,
                             stdin="# bad ones\n203.0.113.9\n\nnobody\n203.0.113.10/31 # two\n")
        self.assertIn('-:4: "nobody" is no address', outcome.stderr)
        self.assertEqual(len(self.block("list", "-o", "ndjson").stdout.splitlines()), 2)

    # Whom nobody blocks.

    def test_we_our_friends_and_our_networks_are_never_blocked(self):
        self.configure(allow=[{"network": "198.51.100.7", "reason": "the office"},
                              {"network": "198.51.100.8", "reason": "a test", "until": "2020-01-01"}])
        outcome = self.block("add", "198.51.100.7", "--reason", "x", code=1)
        self.assertIn("the office", outcome.stderr)
        self.assertIn("198.51.100.7", self.block("add", "198.51.100.0/24", "--reason", "x", code=1).stderr)
        self.assertIn("no part of the internet", self.block("add", "127.0.0.1", "--reason", "x", code=1).stderr)
        self.block("add", "198.51.100.8", "--reason", "x")
        self.assertIn("logged in from", self.block("add", "203.0.113.0/24", "--reason", "x", code=1,
                                                   SSH_CONNECTION="203.0.113.77 50000 198.51.100.1 22").stderr)

    def test_who_is_allowed_later_is_let_in_again(self):
        self.block("add", "198.51.100.7", "--reason", "x")
        self.sync()
        self.configure(allow=[{"network": "198.51.100.0/24", "reason": "a partner"}])
        self.sync()
        self.assertEqual(self.entries(), {100: "allow 0.0.0.0/0"})
        self.assertIn("a partner", self.block("list").stdout)

    # Whose entries are touched.

    def test_entries_of_others_are_left_alone(self):
        self.add_entry(1, "198.51.100.1/32")
        self.add_entry(3, "203.0.113.9/32")
        self.block("add", "203.0.113.9", "203.0.113.10", "--reason", "flood")
        self.sync()
        self.block("remove", "203.0.113.9", "--reason", "x")
        self.block("remove", "203.0.113.10", "--reason", "x")
        self.sync()
        self.assertEqual(self.entries(), {1: "deny 198.51.100.1/32", 3: "deny 203.0.113.9/32", 100: "allow 0.0.0.0/0"})

    def test_what_somebody_takes_out_is_put_back_and_told(self):
        self.block("add", "203.0.113.9", "--reason", "flood")
        self.sync()
        self.remove_entry(1)
        self.assertEqual(self.sync()["edge"]["drifted"], ["1 deny 203.0.113.9/32"])
        self.assertEqual(self.entries()[1], "deny 203.0.113.9/32")
        self.assertEqual([kind for kind, _ in self.owed()], ["block.drifted"])

    def test_a_number_that_somebody_takes_meanwhile_is_his(self):
        self.block("add", "203.0.113.9", "--reason", "flood")
        taken = []

        def take(request):
            if request.operation == "CreateNetworkAclEntry" and not taken:
                taken.append(request)
                self.add_entry(1, "198.51.100.1/32")
        with Wire(self.emulator.url, take) as wire:
            self.url = wire.url
            self.sync()
        self.assertEqual(self.entries(), {1: "deny 198.51.100.1/32", 2: "deny 203.0.113.9/32", 100: "allow 0.0.0.0/0"})

    def test_an_answer_that_is_lost_leaves_one_entry_that_is_ours(self):
        self.block("add", "203.0.113.9", "--reason", "flood")
        lost = []

        def lose(request):
            if request.operation == "CreateNetworkAclEntry" and not lost:
                lost.append(request)
                return "drop"
            return None
        with Wire(self.emulator.url, lose) as wire:
            self.url = wire.url
            self.sync()
        self.assertEqual(self.entries(), {1: "deny 203.0.113.9/32", 100: "allow 0.0.0.0/0"})
        self.url = self.emulator.url
        self.block("remove", "203.0.113.9", "--reason", "x")
        self.sync()
        self.assertEqual(self.entries(), {100: "allow 0.0.0.0/0"})

    # How much, and when nothing.

    def test_of_sixty_attackers_the_quota_is_held_and_the_rest_told_once(self):
        self.block("add", "--from", "-", "--reason", "flood", stdin="\n".join(f"203.0.113.{i}" for i in range(60)))
        self.block("add", "198.51.100.1", "--reason", "worse", "--level", "critical")
        for _ in range(2):
            self.sync()
        entries = self.entries()
        self.assertEqual(len(entries), 19, "with the default deny, which the emulator does not show: 20")
        self.assertIn("deny 198.51.100.1/32", entries.values())
        self.assertEqual([(kind, body["title"]) for kind, body in self.owed()],
                         [("block.unheld", "43 networks find no room at edge, which holds 18")])

    def test_the_quota_that_an_answer_tells_is_kept(self):
        self.block("add", "203.0.113.1", "203.0.113.2", "203.0.113.3", "--reason", "flood")
        made = []

        def refuse_the_third(request):
            if request.operation == "CreateNetworkAclEntry":
                made.append(request)
                if len(made) > 2:
                    return (400, "<Response><Errors><Error><Code>NetworkAclEntryLimitExceeded</Code><Message>full"
                                 "</Message></Error></Errors><RequestID>r</RequestID></Response>")
            return None
        with Wire(self.emulator.url, refuse_the_third) as wire:
            self.url = wire.url
            synced = self.sync()["edge"]
        self.assertEqual(synced["unheld"], ["203.0.113.3/32"])
        self.assertEqual(synced["problems"], [])
        self.assertEqual(len(made), 3)

    def test_nothing_is_called_below_mode_auto_unless_a_person_wants_it(self):
        self.configure(mode="approve")
        self.block("add", "203.0.113.9", "--reason", "flood")
        [call] = self.sync()["edge"]["calls"]
        self.assertEqual((call["aws"], call["with"]["RuleNumber"]), ("ec2.CreateNetworkAclEntry", 1))
        self.riposte("respond")
        self.assertEqual(self.entries(), {100: "allow 0.0.0.0/0"})
        self.sync("--apply", "--by", "dana")
        self.assertEqual(self.entries()[1], "deny 203.0.113.9/32")

    def test_a_freeze_stops_it(self):
        self.block("add", "203.0.113.9", "--reason", "flood")
        self.riposte("freeze", "--reason", "let me look")
        self.assertIn("frozen", self.sync(code=3)["edge"]["problems"][0])
        self.assertEqual(self.entries(), {100: "allow 0.0.0.0/0"})
        self.riposte("unfreeze")
        self.sync()
        self.assertEqual(self.entries()[1], "deny 203.0.113.9/32")

    def test_the_budget_puts_off_what_adds_and_never_what_releases(self):
        self.configure(calls_per_hour=2)
        self.block("add", "203.0.113.1", "203.0.113.2", "203.0.113.3", "--reason", "flood")
        self.assertIn("calls of an hour", self.sync(code=3)["edge"]["problems"][0])
        self.assertEqual(len(self.entries()), 3)
        self.block("remove", "203.0.113.1", "--reason", "x")
        self.block("remove", "203.0.113.2", "--reason", "x")
        self.sync(code=3)
        self.assertEqual(self.entries(), {100: "allow 0.0.0.0/0"})

    # Lists.

    def make_set(self, name, version="IPV4", addresses=()):
        made = self.waf.create_ip_set(Name=name, Scope="REGIONAL", IPAddressVersion=version, Addresses=list(addresses))
        return made["Summary"]["Id"]

    def addresses(self, name, set_id):
        return sorted(self.waf.get_ip_set(Name=name, Id=set_id, Scope="REGIONAL")["IPSet"]["Addresses"])

    def test_an_ip_set_keeps_what_others_put_there(self):
        first, second = self.make_set("four", addresses=["198.51.100.1/32"]), self.make_set("six", "IPV6")
        self.configure({"four": {"kind": "ip_set", "name": "four", "id": first},
                        "six": {"kind": "ip_set", "name": "six", "id": second}})
        self.block("add", "203.0.113.9", "2001:db8::9", "198.51.100.1", "--reason", "flood")
        self.sync()
        self.assertEqual(self.addresses("four", first), ["198.51.100.1/32", "203.0.113.9/32"])
        self.assertEqual(self.addresses("six", second), ["2001:db8::9/128"])
        for network in ("203.0.113.9", "2001:db8::9", "198.51.100.1"):
            self.block("remove", network, "--reason", "x")
        self.sync()
        self.assertEqual(self.addresses("four", first), ["198.51.100.1/32"])
        self.assertEqual(self.addresses("six", second), [])

    def test_an_ip_set_that_is_ours_alone_has_nothing_else(self):
        first = self.make_set("alone", addresses=["198.51.100.1/32"])
        self.configure({"waf": {"kind": "ip_set", "name": "alone", "id": first, "only_ours": True}})
        self.block("add", "203.0.113.9", "--reason", "flood")
        self.sync()
        self.assertEqual(self.addresses("alone", first), ["203.0.113.9/32"])

    def test_who_was_faster_at_an_ip_set_loses_nothing(self):
        first = self.make_set("race")
        self.configure({"waf": {"kind": "ip_set", "name": "race", "id": first}})
        self.block("add", "203.0.113.9", "--reason", "flood")
        raced = []

        def race(request):
            if request.operation == "UpdateIPSet" and not raced:
                raced.append(request)
                token = self.waf.get_ip_set(Name="race", Id=first, Scope="REGIONAL")["LockToken"]
                self.waf.update_ip_set(Name="race", Id=first, Scope="REGIONAL", LockToken=token,
                                       Addresses=["198.51.100.1/32"])
        with Wire(self.emulator.url, race) as wire:
            self.url = wire.url
            self.sync()
        self.assertEqual(self.addresses("race", first), ["198.51.100.1/32", "203.0.113.9/32"])

    def test_a_prefix_list_holds_what_it_has_room_for(self):
        made = self.ec2.create_managed_prefix_list(PrefixListName="blocked", MaxEntries=3, AddressFamily="IPv4",
                                                   Entries=[{"Cidr": "198.51.100.1/32"}])["PrefixList"]["PrefixListId"]
        self.configure({"list": {"kind": "prefix_list", "id": made}})
        self.block("add", "203.0.113.1", "203.0.113.2", "203.0.113.3", "--reason", "flood")
        self.assertEqual(self.sync()["list"]["unheld"], ["203.0.113.3/32"])
        entries = self.ec2.get_managed_prefix_list_entries(PrefixListId=made)["Entries"]
        self.assertEqual(sorted(each["Cidr"] for each in entries), ["198.51.100.1/32", "203.0.113.1/32", "203.0.113.2/32"])

    def test_a_file_has_one_network_a_line(self):
        path = self.folder / "blocked.txt"
        self.configure({"list": {"kind": "file", "path": "blocked.txt"}})
        self.block("add", "203.0.113.9", "203.0.113.0/30", "203.0.113.1", "--reason", "flood")
        self.sync()
        self.assertEqual(path.read_text(), "203.0.113.0/30\n203.0.113.9/32\n")

    def test_a_scope_is_held_there_and_nowhere_else(self):
        self.configure({"edge": {"kind": "network_acl", "id": self.acl}, "list": {"kind": "file", "path": "blocked.txt"}})
        self.block("add", "203.0.113.9", "--reason", "flood", "--scope", "list")
        self.assertIn("no enforcement", self.block("add", "203.0.113.9", "--reason", "x", "--scope", "lsit", code=2).stderr)
        self.sync()
        self.assertEqual(self.entries(), {100: "allow 0.0.0.0/0"})
        self.assertEqual((self.folder / "blocked.txt").read_text(), "203.0.113.9/32\n")

    # By runbook.

    def test_a_finding_blocks_its_address_and_undo_lets_it_in(self):
        write(self.folder / "log.json", lines(record("e1", requestParameters={"name": "main"}, recipientAccountId=ACCOUNT,
                                                     awsRegion="us-east-1", sourceIPAddress="203.0.113.9")))
        self.riposte("scan", self.folder / "log.json", "--ledger", self.folder / "ledger.db")
        self.riposte("respond")
        self.assertEqual(self.entries()[1], "deny 203.0.113.9/32")
        [action] = map(json.loads, self.riposte("action", "list", "-o", "ndjson").stdout.splitlines())
        self.assertEqual(action["state"], "standing")
        self.riposte("action", "undo", action["digest"][:12])
        self.sync()
        self.assertEqual(self.entries(), {100: "allow 0.0.0.0/0"})

    def test_a_finding_about_ourselves_blocks_nobody(self):
        write(self.folder / "log.json", lines(record("e1", requestParameters={"name": "main"}, recipientAccountId=ACCOUNT,
                                                     awsRegion="us-east-1", sourceIPAddress="10.1.2.3")))
        self.riposte("scan", self.folder / "log.json", "--ledger", self.folder / "ledger.db")
        self.riposte("respond")
        self.assertEqual(self.block("list", "-o", "ndjson").stdout, "")


if __name__ == "__main__":
    unittest.main()
