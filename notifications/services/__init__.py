"""What leaves the portal or lies in an inbox: rows in the transaction of their cause."""

from notifications.services.alerts import choose_own_alerts, set_alert_choice
from notifications.services.inbox import mark_all_read, mark_read, notify
from notifications.services.outbox import deliver, enqueue, replace_pending
from notifications.services.telling import Secret, tell, tell_all, tell_company

__all__ = [
    "Secret",
    "choose_own_alerts",
    "deliver",
    "enqueue",
    "mark_all_read",
    "mark_read",
    "notify",
    "replace_pending",
    "set_alert_choice",
    "tell",
    "tell_all",
    "tell_company",
]
