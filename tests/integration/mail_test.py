"""Mail over SMTP to a server of our own: with TLS or not at all, said once, and nothing breaks out of its place."""

import asyncio
import datetime
import email
import email.policy
import ipaddress
import logging
import ssl
import tempfile
import threading
import unittest
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifier import notify

logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # of handshakes that are meant to fail

PASSWORD = "password-of-the-mail-tests"


def certificate(folder, name):
    """A key and a certificate that signs itself, in files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail test")])
    now = datetime.datetime.now(datetime.timezone.utc)
    signed = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
              .serial_number(x509.random_serial_number())
              .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
              .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
              .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256()))
    paths = Path(folder) / f"{name}.key", Path(folder) / f"{name}.pem"
    paths[0].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
    paths[1].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return paths


class Mailbox:
    """What an SMTP server took; it refuses whom and what it is told to."""

    def __init__(self, refuse=(), answer="250 OK"):
        self.refuse, self.answer = refuse, answer
        self.envelopes, self.said = [], []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.said.append((hostname, session.ssl is not None))
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer.startswith("250"):
            self.envelopes.append(envelope)
        return self.answer


class Server:
    """On a free port, in a thread of its own. Users are asked for their password once TLS stands."""

    def __init__(self, mailbox, context=None, implicit=False, users=()):
        def authenticate(server, session, envelope, mechanism, data):
            return AuthResult(success=(data.login.decode(), data.password.decode()) in users, handled=False)

        options = {"ident": "mail test", "authenticator": authenticate if users else None, "auth_required": bool(users)}
        if context and not implicit:
            options.update(tls_context=context, require_starttls=True)
        self.mailbox, self.options, self.sessions = mailbox, options, []
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(self.loop.create_server(
            self.serve, "127.0.0.1", 0, ssl=context if implicit else None))
        self.address = f"127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def serve(self):
        self.sessions.append(SMTP(self.mailbox, loop=self.loop, **self.options))
        return self.sessions[-1]

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.server.close()
        for session in self.sessions:
            if session.transport:
                session.transport.abort()
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks))
        self.loop.close()


class MailTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        key, cls.trusted = certificate(folder, "server")
        cls.stranger = certificate(folder, "stranger")[1]
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(cls.trusted, key)

    def send(self, mailbox, *, context=None, implicit=False, users=(), to=("soc@example.com",), variables=None, **channel):
        with Server(mailbox, context, implicit, users) as server:
            return self.send_to(server.address, to=to, variables=variables, **channel)

    def send_to(self, address, *, to=("soc@example.com",), variables=None, **channel):
        channel = {"kind": "email", "server": address, "from": "riposte@example.com", "to": list(to), **channel}
        code, output = notify(channel, **(variables or {}))
        self.assertNotIn(PASSWORD, output)
        return code, output

    def test_a_mail_arrives_over_starttls_as_it_was_meant(self):
        mailbox = Mailbox()
        code, output = self.send(mailbox, context=self.context, ca_file=str(self.trusted),
                                 to=["soc@example.com", "oncall@example.com"])
        self.assertEqual((code, output), (0, "sent\n"))
        self.assertEqual(mailbox.said, [("example.com", False), ("example.com", True)])
        [envelope] = mailbox.envelopes
        self.assertEqual((envelope.mail_from, envelope.rcpt_tos),
                         ("riposte@example.com", ["soc@example.com", "oncall@example.com"]))
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.assertEqual(mail["Subject"], "[riposte] HIGH CloudTrail trail stopped")
        self.assertIn("alice \\u2028\\r\\nBcc: mallory@example.net (IAMUser)", mail.get_content())
        self.assertIsNone(mail["Bcc"])
        self.assertEqual(mail.defects, [])
        self.assertTrue(mail["Message-ID"].endswith("@example.com>"))

    def test_tls_from_the_first_byte(self):
        mailbox = Mailbox()
        code, output = self.send(mailbox, context=self.context, implicit=True, security="tls", ca_file=str(self.trusted))
        self.assertEqual((code, output, len(mailbox.envelopes)), (0, "sent\n", 1))

    def test_user_and_password_are_said_over_tls(self):
        for password, code, said in ((PASSWORD, 0, "sent"), ("wrong", 1, "does not take user and password")):
            mailbox = Mailbox()
            outcome = self.send(mailbox, context=self.context, ca_file=str(self.trusted), user="riposte", secret="MAIL",
                                users=[("riposte", PASSWORD)], variables={"MAIL": password})
            self.assertEqual(outcome[0], code, outcome)
            self.assertIn(said, outcome[1])
            self.assertEqual(len(mailbox.envelopes), 1 - code)

    def test_a_server_without_tls_gets_nothing(self):
        mailbox = Mailbox()
        code, output = self.send(mailbox)
        self.assertEqual((code, mailbox.envelopes), (1, []))
        self.assertIn("does not offer TLS", output)

    def test_a_server_that_somebody_else_vouches_for_gets_nothing(self):
        mailbox = Mailbox()
        code, output = self.send(mailbox, context=self.context, ca_file=str(self.stranger))
        self.assertEqual((code, mailbox.envelopes), (1, []))
        self.assertIn("does not prove who it is", output)

    def test_without_tls_only_this_machine_is_spoken_to(self):
        mailbox = Mailbox()
        self.assertEqual(self.send(mailbox, security="none")[0], 0)
        self.assertEqual(len(mailbox.envelopes), 1)
        code, output = self.send_to("192.0.2.1:25", security="none")
        self.assertEqual(code, 1)
        self.assertIn("no connection is made to 192.0.2.1", output)

    def test_one_refused_recipient_keeps_the_mail_from_nobody_else(self):
        mailbox = Mailbox(refuse=["gone@example.com"])
        code, output = self.send(mailbox, security="none", to=["gone@example.com", "soc@example.com"])
        self.assertEqual(code, 0, output)
        self.assertIn("refused recipients: gone@example.com", output)
        self.assertEqual(mailbox.envelopes[0].rcpt_tos, ["soc@example.com"])

    def test_later_is_tried_again_and_never_is_not(self):
        code, output = self.send(Mailbox(answer="451 4.3.0 Later"), security="none")
        self.assertEqual(code, 1)
        self.assertIn("not sent (try 1 of 16): the server answered 451", output)
        code, output = self.send(Mailbox(answer="554 5.7.1 No"), security="none")
        self.assertEqual(code, 1)
        self.assertIn("buried: the server answered 554", output)

    def test_a_mailbox_that_nobody_has_is_told(self):
        code, output = self.send(Mailbox(refuse=["soc@example.com"]), security="none")
        self.assertEqual(code, 1)
        self.assertIn("buried: the server answered 550", output)


if __name__ == "__main__":
    unittest.main()
