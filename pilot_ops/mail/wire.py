"""A letter as mail servers read it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from pilot_ops.mail.domain import Letter


def write(letter: Letter, *, sender: str, at: datetime) -> EmailMessage:
    """A letter with its headers. The same letter has the same Message-ID however often it is sent."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=ascii_address(letter.to))
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:40]}@{address.rpartition('@')[2]}>"
    # So that nobody's holiday answer comes back.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    # Afterwards: the content takes away every header about the content.
    message["Content-Language"] = letter.language
    return message


def ascii_address(address: str) -> str:
    """An address whose domain is written as the network knows it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"
