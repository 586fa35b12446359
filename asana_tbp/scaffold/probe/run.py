"""A probe: its table of facts, and a run that finds out each and deletes what it made, whatever happens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import User, Workspace
from asana_tbp.errors import AsanaError, NotSent
from asana_tbp.scaffold.probe.facts import FACTS, Fact, Probe, refusal
from asana_tbp.scaffold.probe.throwaway import Leftover, NotReady
from asana_tbp.scaffold.workspace_memory import Fact as Remembered
from asana_tbp.system.clock import Clock


@dataclass(frozen=True, slots=True)
class Finding:
    """What one fact is in this Asana."""

    fact: Fact
    answer: str


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, what could not be deleted, how many requests it took, and what scaffolding may remember."""

    findings: tuple[Finding, ...]
    leftovers: tuple[Leftover, ...]
    requests: int
    interrupted: bool
    remembered: dict[Remembered, str]


def probe_asana(
    asana: Gateway, clock: Clock, user: User, workspace: Workspace, seen: Callable[[Finding], None]
) -> Report:
    """Find out all facts; `seen` is called with each. Raises neither for what Asana answers nor for Ctrl-C."""
    words = [user.name, user.email, *(place.name for place in user.workspaces)]
    probe = Probe(asana, clock, workspace, f"asana-tbp probe {secrets.token_hex(3)}", words=words)
    findings: list[Finding] = []
    interrupted = False
    try:
        for fact in FACTS:
            probe.reserve_requests()
            findings.append(Finding(fact, _answer(fact, probe)))
            seen(findings[-1])
    except NotSent as error:
        rest = FACTS[len(findings) :]
        findings += [Finding(fact, f"not found out: {error.sentence}") for fact in rest]
    except KeyboardInterrupt:
        interrupted = True
    leftovers = probe.clean_up()
    return Report(tuple(findings), leftovers, asana.requests_sent, interrupted, probe.remembered)


def _answer(fact: Fact, probe: Probe) -> str:
    try:
        return fact.find(probe)
    except NotReady as missing:
        return f"not found out: {missing}"
    except NotSent:
        raise
    except AsanaError as error:
        return refusal(error, probe.words)
