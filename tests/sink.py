"""A mail server on this machine that keeps what it is given; it can refuse, and call back."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

FROM = "post@example.org"


class Sink:
    """Takes mail. `says` are answers in place of taking it, one a mail."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.says: list[str] = []
        self.at_rcpt: Callable[[], str | None] | None = None
        self.before_answer: Callable[[], None] | None = None
        self.hangs_up = False
        self.port = _free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        said = self.at_rcpt() if self.at_rcpt else None
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.says:
            return self.says.pop(0)
        self.mails.append(envelope.content)
        self.recipients.append(envelope.rcpt_tos)
        if self.before_answer:
            self.before_answer()
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"

    @property
    def parsed(self) -> list[Message]:
        return [message_from_bytes(one) for one in self.mails]

    @property
    def settings(self) -> dict[str, object]:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_USE_SSL": False,
            "EMAIL_USE_TLS": False,
            "DEFAULT_FROM_EMAIL": FROM,
        }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def sink() -> Iterator[Sink]:
    """A server that runs inside the block, and is the one this house sends by."""
    made = Sink()
    made.controller.start()
    try:
        with override_settings(**made.settings):
            yield made
    finally:
        made.controller.stop()
