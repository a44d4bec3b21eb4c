"""A dry run: the verdict on each event, and what it would change by the register's word. Nothing is kept or published.

Events are tried in their order, each on top of those before it. The answer speaks of the sender's own names alone.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec
from msgspec import structs

from holdfast.contracts.effects import MOST_EVENTS, DryRun, Effect, EffectFinding, Effects, Tried
from holdfast.runtime.http import Problem
from services.intake.domain import AuthorityKeys, pseudonym
from services.intake.door import Door, Told
from services.intake.register import Register
from services.intake.telemetry import DRY_RUN_EVENTS
from services.intake.tokens import Sender

TOO_MANY_EVENTS = Problem(413, "too-large", f"A dry run may hold {MOST_EVENTS} events", "Send fewer at a time.")
TOO_MUCH_KNOWN = Problem(
    413,
    "too-large",
    "Too much has been stated of these children for one dry run",
    "Send the events of fewer children at a time.",
)


async def take(
    door: Door, register: Register, sender: Sender, texts: Sequence[bytes | msgspec.Raw], on: date | None
) -> DryRun:
    """The answer to a dry run. Raises Problem 413, or Unavailable where the register is away."""
    if len(texts) > MOST_EVENTS:
        raise TOO_MANY_EVENTS
    told = await door.weigh(sender, texts)
    found = await register.effects(sender, on, [one.record.value for one in told if one.record])
    if found is None:
        raise TOO_MUCH_KNOWN
    names = _own_names(await door.keyring.of(sender.authority), told)
    tried = list(_tried(told, found, names))
    for one in tried:
        DRY_RUN_EVENTS.labels(one.effect.outcome if one.effect else one.verdict).inc()
    return DryRun(
        on=found.on,
        today=found.today,
        read_to=found.read_to,
        behind=found.behind,
        definitions=found.definitions,
        figures=found.figures,
        source=sender.source,
        types=sorted(sender.types),
        events=tried,
    )


def _own_names(keys: AuthorityKeys, told: Sequence[Told]) -> dict[str, str]:
    """The facts that were sent, by their pseudonyms."""
    named = [one.posted.fact or one.posted.id for one in told if one.posted]
    return {pseudonym(keys.names, "fact", name): name for name in named}


def _tried(told: Sequence[Told], found: Effects, names: dict[str, str]) -> Iterator[Tried]:
    effects = iter(found.effects)
    for one in told:
        if one.refused is not None:
            yield Tried(id=one.id, subject=None, verdict="rejected", errors=one.refused.faults, effect=None)
        else:
            subject = one.posted.subject if one.posted else None
            effect = _in_own_names(next(effects), names)
            yield Tried(id=one.id, subject=subject, verdict="accepted", errors=(), effect=effect)


def _in_own_names(effect: Effect, names: dict[str, str]) -> Effect:
    return structs.replace(
        effect,
        findings_new=[_named(finding, names) for finding in effect.findings_new],
        findings_mended=[_named(finding, names) for finding in effect.findings_mended],
    )


def _named(finding: EffectFinding, names: dict[str, str]) -> EffectFinding:
    return structs.replace(finding, fact=None if finding.fact is None else names.get(finding.fact))
