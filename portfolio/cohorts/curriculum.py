"""What a curriculum pack must be: the schema lrp-curriculum/1, and the rules that hold between its parts."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from portfolio.cohorts import outcome_shapes
from portfolio.cohorts.shapes import (
    Fault,
    Shape,
    bilingual,
    doubles,
    flag,
    listing,
    mapping,
    notes,
    number,
    one_of,
    slug,
    text,
    whole,
)
from portfolio.models import Mode

Pack = dict[str, Any]
Rule = Callable[[Pack], Iterator[Fault]]

NO_TEMPLATE = "none"
TEMPLATES = ("diary", "what", "4f", "gibbs", "kolb", "alact", "schon", "moon", "final")
LONGEST_DAY = 2_000  # working days: eight years
MOST_HOURS = 100_000

# --- What a pack looks like. Lengths fit the columns of the models.

_hours, _day = number(0, MOST_HOURS), whole(1, LONGEST_DAY)
_status = one_of("verified", "derived", "estimate")
_remark = text(2_000, lines=True)
_remarks = {"status": _status, "source": _remark, "note": _remark}
_mode = one_of(*(mode.value for mode in Mode))


def _measured(value: Shape) -> Shape:
    return mapping({"value": value, "status": _status}, {"source": _remark, "note": _remark})


_SESSION = mapping(
    {
        "id": slug(),
        "day": _day,
        "phase": slug(),
        "mode": _mode,
        "hours": _hours,
        "title": bilingual(200),
        "reflection": mapping({"expected": flag, "template": one_of(NO_TEMPLATE, *TEMPLATES)}),
    },
    {"day_to": _day},
)
_MODULE = mapping(
    {
        "id": slug(),
        "code": text(20),
        "title": bilingual(200),
        "hours": _measured(_hours),
        "outcomes": listing(bilingual(1_000, lines=True), most=30),
        "sessions": listing(_SESSION, most=200),
    }
)
_AGENDA = mapping(
    {
        "id": slug(),
        "code": text(20),
        "title": bilingual(200),
        "outcome": bilingual(1_000, lines=True),
        "modules": listing(_MODULE),
    }
)
_PHASE = mapping(
    {
        "id": slug(),
        "title": bilingual(200),
        "mode": _mode,
        "first_day": _day,
        "last_day": _day,
        "days": _measured(_day),
        "hours": _measured(_hours),
    }
)
_ASSESSMENT = mapping(
    {
        "components": listing(
            mapping({"id": slug(), "title": bilingual(200), "weight": number(0, 100)}, _remarks), most=30
        ),
        "pass_mark": mapping({"value": number(0, 100), "status": _status}, {"source": _remark, "note": _remark}),
    },
    {
        "attendance": mapping(
            {
                "fail_if_absent_more_than": mapping(
                    {}, {"sessions": whole(0, 1_000), "hours": _hours, "days": whole(0, 1_000)}
                )
            },
            _remarks,
        ),
        **_remarks,
    },
)
_TOTALS = mapping({"hours": _hours, "days": _day, "status": _status, "source": _remark}, {"note": _remark})
_VARIANT = mapping(
    {"id": slug(), "title": bilingual(200), "totals": _TOTALS},
    {
        "note": _remark,
        "phases": listing(mapping({"id": slug()}, {"days": _measured(_day), "hours": _measured(_hours)}), most=30),
    },
)
_CURRICULUM = mapping(
    {
        "schema": one_of("lrp-curriculum/1"),
        "id": slug(),
        "version": text(30),
        "title": bilingual(200),
        "summary": bilingual(2_000, lines=True),
        "languages": listing(one_of("id", "en"), least=2, most=2),
        "default_language": one_of("id", "en"),
        "hour_unit": mapping({"code": text(20), "minutes": whole(1, 1_440), "label": bilingual(60)}, _remarks),
        "totals": _TOTALS,
        "phases": listing(_PHASE, most=50),
        "assessment": _ASSESSMENT,
        "provenance": notes(_remark),
        "agendas": listing(_AGENDA, most=50),
    },
    {
        "alignment": outcome_shapes.ALIGNMENT,
        "variants": listing(_VARIANT, least=0, most=20),
        "privacy": mapping(
            {"default_visibility": one_of("private", "mentor", "cohort")},
            {"patient_identifiers": one_of("forbidden", "allowed"), "note": bilingual(1_000, lines=True)},
        ),
    },
)

# --- What has to agree within a pack. A rule is asked once the values that it needs have their shape.

_RULES: list[tuple[tuple[str, ...], Rule]] = []


def _rule(*needed: str) -> Callable[[Rule], Rule]:
    def keep(rule: Rule) -> Rule:
        _RULES.append((needed, rule))
        return rule

    return keep


def _modules(pack: Pack) -> Iterator[tuple[str, Pack]]:
    for a, agenda in enumerate(pack["agendas"]):
        for m, module in enumerate(agenda["modules"]):
            yield f"agendas[{a}].modules[{m}]", module


def _sessions(pack: Pack) -> Iterator[tuple[str, Pack]]:
    for path, module in _modules(pack):
        for s, session in enumerate(module["sessions"]):
            yield f"{path}.sessions[{s}]", session


def _total(values: Iterator[float]) -> float:
    return round(sum(values), 6)  # 0.1 + 0.2 is 0.3 to whoever wrote the pack


@_rule("version")
def _version_can_be_typed(pack: Pack) -> Iterator[Fault]:
    if any(letter.isspace() or letter in "@/" for letter in pack["version"]):
        yield Fault("version", "must not hold spaces, @ or /")


@_rule("languages")
def _both_languages(pack: Pack) -> Iterator[Fault]:
    if len(set(pack["languages"])) != 2:
        yield Fault("languages", "must name both id and en")


@_rule("agendas.id", "agendas.modules.id", "agendas.modules.sessions.id")
def _ids_of_the_curriculum(pack: Pack) -> Iterator[Fault]:
    agendas = [(f"agendas[{a}]", agenda) for a, agenda in enumerate(pack["agendas"])]
    yield from doubles([(f"{path}.id", thing["id"]) for path, thing in [*agendas, *_modules(pack), *_sessions(pack)]])


@_rule("phases.id")
def _ids_of_the_phases(pack: Pack) -> Iterator[Fault]:
    yield from doubles([(f"phases[{p}].id", phase["id"]) for p, phase in enumerate(pack["phases"])])


@_rule("assessment.components.id")
def _ids_of_the_components(pack: Pack) -> Iterator[Fault]:
    components = enumerate(pack["assessment"]["components"])
    yield from doubles([(f"assessment.components[{c}].id", component["id"]) for c, component in components])


@_rule("assessment.components.weight")
def _weights(pack: Pack) -> Iterator[Fault]:
    total = _total(component["weight"] for component in pack["assessment"]["components"])
    if total != 100:
        yield Fault("assessment.components", f"the weights add up to {total:g}, not to 100")


@_rule("phases.id", "variants.id", "variants.phases.id")
def _variants(pack: Pack) -> Iterator[Fault]:
    phases, variants = {phase["id"] for phase in pack["phases"]}, list(enumerate(pack.get("variants", [])))
    yield from doubles([(f"variants[{v}].id", variant["id"]) for v, variant in variants])
    for v, variant in variants:
        for p, phase in enumerate(variant.get("phases", [])):
            if phase["id"] not in phases:
                yield Fault(f"variants[{v}].phases[{p}].id", f"no phase is called {phase['id']!r}")


@_rule("phases.first_day", "phases.last_day", "phases.days")
def _days_of_the_phases(pack: Pack) -> Iterator[Fault]:
    last = 0
    for p, phase in sorted(enumerate(pack["phases"]), key=lambda each: int(each[1]["first_day"])):
        days = phase["last_day"] - phase["first_day"] + 1
        if days != phase["days"]["value"]:
            reason = f"is {phase['days']['value']}, but first_day to last_day are {days} days"
            yield Fault(f"phases[{p}].days.value", reason)
        if phase["first_day"] <= last:
            yield Fault(f"phases[{p}].first_day", f"lies in another phase, which lasts to day {last}")
        last = max(last, phase["last_day"])


@_rule("phases.days.value", "totals.days")
def _total_days(pack: Pack) -> Iterator[Fault]:
    days = sum(phase["days"]["value"] for phase in pack["phases"])
    if days != pack["totals"]["days"]:
        yield Fault("totals.days", f"is {pack['totals']['days']}, but the phases have {days} days")


@_rule("phases.hours.value", "totals.hours")
def _total_hours(pack: Pack) -> Iterator[Fault]:
    hours = _total(phase["hours"]["value"] for phase in pack["phases"])
    if hours != pack["totals"]["hours"]:
        yield Fault("totals.hours", f"is {pack['totals']['hours']:g}, but the phases have {hours:g} hours")


@_rule("agendas.modules.hours.value", "agendas.modules.sessions.hours")
def _hours_of_the_modules(pack: Pack) -> Iterator[Fault]:
    for path, module in _modules(pack):
        hours = _total(session["hours"] for session in module["sessions"])
        if hours != module["hours"]["value"]:
            reason = f"is {module['hours']['value']:g}, but its sessions have {hours:g} hours"
            yield Fault(f"{path}.hours.value", reason)


@_rule("phases.id", "phases.hours.value", "agendas.modules.sessions.phase", "agendas.modules.sessions.hours")
def _hours_of_the_phases(pack: Pack) -> Iterator[Fault]:
    hours: dict[str, list[float]] = defaultdict(list)
    for _, session in _sessions(pack):
        hours[session["phase"]].append(session["hours"])
    for p, phase in enumerate(pack["phases"]):
        total = _total(iter(hours[phase["id"]]))
        if total != phase["hours"]["value"]:
            reason = f"is {phase['hours']['value']:g}, but its sessions have {total:g} hours"
            yield Fault(f"phases[{p}].hours.value", reason)


@_rule("phases.id", "agendas.modules.sessions.phase")
def _phases_of_the_sessions(pack: Pack) -> Iterator[Fault]:
    phases = {phase["id"] for phase in pack["phases"]}
    for path, session in _sessions(pack):
        if session["phase"] not in phases:
            yield Fault(f"{path}.phase", f"no phase is called {session['phase']!r}")


@_rule(
    "phases.id",
    "phases.first_day",
    "phases.last_day",
    *(f"agendas.modules.sessions.{k}" for k in ("phase", "day", "day_to")),
)
def _days_of_the_sessions(pack: Pack) -> Iterator[Fault]:
    phases = {phase["id"]: phase for phase in pack["phases"]}
    for path, session in _sessions(pack):
        phase = phases.get(session["phase"])
        for key in ("day", "day_to"):
            if phase and key in session and not phase["first_day"] <= session[key] <= phase["last_day"]:
                days = f"{phase['first_day']} to {phase['last_day']}"
                yield Fault(f"{path}.{key}", f"is outside of its phase {phase['id']}, days {days}")
        if session.get("day_to", session["day"]) < session["day"]:
            yield Fault(f"{path}.day_to", "lies before the day the session begins")


@_rule("agendas.modules.sessions.reflection")
def _reflections(pack: Pack) -> Iterator[Fault]:
    for path, session in _sessions(pack):
        asked = session["reflection"]
        if asked["expected"] != (asked["template"] != NO_TEMPLATE):
            yield Fault(f"{path}.reflection", "a template is named when a reflection is expected, and only then")


def faults_in(pack: Any) -> Iterator[Fault]:
    """Every fault of what claims to be a curriculum pack."""
    misshapen = list(_CURRICULUM(pack, ""))
    yield from misshapen
    places = [re.sub(r"\[\d+\]", "", fault.path).split(".") if fault.path else [] for fault in misshapen]
    for needed, rule in (*_RULES, *outcome_shapes.RULES):
        if not any(_touches(place, need.split(".")) for place in places for need in needed):
            yield from rule(pack)


def _touches(place: list[str], need: list[str]) -> bool:
    """Whether one of two places in a pack lies in the other."""
    return all(mine == theirs for mine, theirs in zip(place, need, strict=False))
