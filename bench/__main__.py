"""Measures the portal beside a bare Django site; prints tables, and writes them as JSON under var/bench/."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import pages, report, sign_in, sites, slow_clients
from bench.sign_in import Effort
from bench.sites import Site


@dataclass(frozen=True)
class Plan:
    """What is measured, and how often: of several rounds the median counts."""

    rounds: int = 4
    pages: Sequence[str] = pages.PAGES
    sign_ins: Sequence[Effort] = (sign_in.USUAL, sign_in.CHEAP)
    web_server: str = sites.WEB_SERVER
    list_rows: int = 100_000
    new_people: int = 4_900

    @property
    def people(self) -> dict[str, int]:
        return {"visitor": pages.TOGETHER.clients, **{each.kind: each.people(self.rounds) for each in self.sign_ins}}


QUICK = Plan(
    rounds=1,
    pages=("/", "/ingreso/"),
    sign_ins=[each.quick for each in Plan.sign_ins],
    list_rows=1_000,
    new_people=60,
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="everything once, to see that it works")
    parser.add_argument("--web-server", default=sites.WEB_SERVER, help="another command to start a site with")
    parser.add_argument("--json", type=Path, help="where to write the figures, instead of var/bench/")
    options = parser.parse_args()
    plan = replace(QUICK if options.quick else Plan(), web_server=options.web_server)
    try:
        found = report.circumstances(plan.web_server) | run(plan)
    except sites.CannotStart as problem:
        sys.exit(f"\n{problem}")
    path = options.json or sites.DIRECTORY / f"{found['commit']}-{found['at'].replace(':', '')}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(f"\n{report.text(found)}\n{path}\n")


def run(plan: Plan) -> dict[str, Any]:
    with ExitStack() as at_end:
        say("starting the servers, loading the demo")
        servers = at_end.enter_context(sites.running(plan.web_server))
        portal = at_end.enter_context(sites.portal(servers, plan.people))
        bare = at_end.enter_context(sites.bare(servers))
        found = measured(plan, (portal, bare))
        say("a workbook of new people, compared")
        found["dry_run"] = sites.by_itself(servers, "dry_run", plan.new_people)
        say("a long list as a workbook")
        return found | {"long_list": sites.by_itself(servers, "long_list", plan.list_rows)}


def measured(plan: Plan, both: Sequence[Site]) -> dict[str, Any]:
    visitors = pages.entered(both)
    say("every page once")
    ready = pages.prepared(plan.pages, both, visitors)
    for number in range(plan.rounds):
        say(f"pages, round {number + 1} of {plan.rounds}")
        pages.measure(ready, both, visitors, number)
    say("slow clients")
    slow = slow_clients.measure(both[0], visitors[0].cookies["portal"])
    lines = pages.lines_like(sign_in.NAME_STEP, both, visitors[0])
    sign_ins = []
    for effort in plan.sign_ins:
        say(f"sign-in, {effort.kind}")
        sign_ins.append(sign_in.measure(both, effort, plan.rounds, lines))
    return {"pages": [pages.said(page) for page in ready], "sign_ins": sign_ins, "slow_clients": slow}


_began = time.monotonic()


def say(what: str) -> None:
    sys.stderr.write(f"{time.monotonic() - _began:5.0f} s  {what}\n")


if __name__ == "__main__":
    main()
