"""The mail server as RFC 5321 (4.5.3.2) has it: quick to answer a command, and slow to accept a whole mail."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp

END_OF_MAIL = b"\r\n.\r\n"


class PatientSMTP(smtplib.SMTP):
    """`EMAIL_TIMEOUT` for connecting and for each command, `SMTP_ANSWER_SECONDS` for the answer to a mail.

    A server that scans a mail, or asks another, before it says 250 already has it: hanging up and trying again makes a
    second copy.
    """

    def send(self, s: Any) -> None:
        super().send(s)
        if self.sock is not None and isinstance(s, bytes) and s.endswith(END_OF_MAIL):
            self.sock.settimeout(settings.SMTP_ANSWER_SECONDS)

    def getreply(self) -> tuple[int, bytes]:
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)


class PatientSMTPOverTLS(PatientSMTP, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientSMTPOverTLS if self.use_ssl else PatientSMTP

    def open(self) -> bool | None:
        """If TLS or authentication fails, nothing half open is left behind."""
        try:
            return super().open()
        except Exception:
            self.close()
            raise
