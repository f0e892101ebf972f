"""A real mail server for tests: it takes letters, refuses some, and may be told to be ill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.server import free_port


def text_in(letter: EmailMessage) -> str:
    """What a letter says, its lines ended as in Python."""
    return str(letter.get_content()).replace("\r\n", "\n")


class Postbox:
    """What the server took, and what it is to answer: to a recipient (``refuses``), or to every letter (``says``)."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.says = ""
        self.lines = 0

    def url(self, port: int) -> str:
        return f"smtp://127.0.0.1:{port}?tls=none"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.says:
            return self.says
        content: Any = envelope.content
        letter = message_from_bytes(content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.lines += 1
        session.host_name = hostname
        return responses

    def texts(self, to: str = "") -> list[str]:
        """Subject and text of what was taken, for one address or for all."""
        return [f"{letter['Subject']}\n{text_in(letter)}" for letter in self.letters if to in str(letter["To"])]


@contextmanager
def mail_server(port: int = 0, **options: Any) -> Iterator[tuple[Postbox, int]]:
    """A mail server on a port of this machine until the end of the block."""
    box = Postbox()
    port = port or free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
