from celery import shared_task

from accounts.sessions import services as sessions


@shared_task(name="accounts.clear_expired_sessions")
def clear_expired_sessions() -> None:
    sessions.clear_expired_sessions()
