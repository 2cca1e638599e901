from tests.notifications.test_kills import *  # noqa
from tests.notifications.test_kills import office
import time, pytest


def test_limit(office):
    from notifications.tasks import deliver

    deliver.time_limit = 3
    office.start_worker()
    office.server.hold_at("MAIL")
    d = office.write_mail()
    assert office.server.reached.wait(40)
    b = time.monotonic()
    time.sleep(6)
    print("HARD", "Hard time limit" in office.processes.log.read_text())
    office.server.let_go()
    with context.bank():
        make_due(d)
    sweep.delay()
    eventually(lambda: state_of(d) == "sent", "no")
    print("HARD", len(office.server.messages), time.monotonic() - b)
