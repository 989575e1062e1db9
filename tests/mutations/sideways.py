"""Faults that show only beside other records: cycles, facts told twice, rival holders, colliding times."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from mutations.operators import Mutant, Record, ordered

from foedus.standing import Standing

ORDERED: Final = (
    "occurrencePartOf",
    "cause",
    "follows",
    "precedes",
    "inResponseTo",
    "locatedIn",
    "previousFigure",
)
"""Keys by which records or places hang together without ever coming back to themselves."""
TWICE: Final = ("Tenure", "Membership", "TreatyAct", "Capital")
"""Classes of which a second record about the same, at the same time, is wrong."""
ENDS: Final = (
    ("Succession", "predecessor", "successor"),
    ("Containment", "whole", "part"),
    ("Mission", "sendingState", "receivingState"),
)
"""Classes whose records point from one end to another, with the keys of both."""
PAST: Final = "1021-05-05"
LATE: Final = "2012-05-05"
LATER: Final = ("ratification", "entry-into-force", "denunciation")
"""Kinds of acts that nobody does before signing."""
SPOKEN_OF: Final = {"subject", "cause-of-concern"}
"""Roles of those who need not live while something happens that is about them."""


class Sideways:
    """Makes mutants that a record is no fault of alone."""

    def __init__(self, records: Iterable[Record], standing: Standing, chance: random.Random) -> None:
        self._records = {r["id"]: r for r in records}
        self._chance = chance
        self._of: dict[str, list[str]] = {}
        for name in sorted(standing.types):
            for kind in standing.types[name]:
                if "." not in name and ":" not in name:
                    self._of.setdefault(kind, []).append(name)

    def mutants(self, record: Record) -> Iterator[Mutant]:
        """Yield every mutant of a record."""
        yield from self._cycles(record)
        yield from self._reversed(record)
        if record.get("modality", "asserted") == "asserted":
            yield from self._twice(record)
            yield from self._rivals(record)
            yield from self._times(record)
            yield from self._kinds(record)

    def _cycles(self, record: Record) -> Iterator[Mutant]:
        for key in ORDERED:
            for name in named(record, key):
                yield changed(f"its own {key}", record, {key: record["id"]}, record["id"])
                chain = [record["id"], name]
                while name in self._records and len(chain) < 5:
                    last = self._records[name]
                    yield changed(
                        f"cycle of {key}", last, {key: [*named(last, key), record["id"]]}, " → ".join(chain)
                    )
                    further = [n for n in named(last, key) if n not in chain]
                    if not further:
                        break
                    name = further[0]
                    chain.append(name)

    def _reversed(self, record: Record) -> Iterator[Mutant]:
        for kind, first, second in ENDS:
            if record["type"] == kind and named(record, first) and named(record, second):
                change = {first: record[second], second: record[first]}
                if kind == "Mission":
                    yield changed("sender and receiver exchanged", record, change, record["id"])
                else:
                    yield added(f"{kind} both ways", record, change, record["id"])
                yield changed(f"{kind} to itself", record, {second: record[first]}, str(record[first]))

    def _twice(self, record: Record) -> Iterator[Mutant]:
        if record["type"] in TWICE and (
            record["type"] != "TreatyAct" or len(str(record.get("date", ""))) == 10
        ):
            yield added(f"{record['type']} told twice", record, {}, record["id"])
        if record.get("missionRank") == "embassy":
            yield added("second embassy", record, {}, record["id"])

    def _rivals(self, record: Record) -> Iterator[Mutant]:
        if record["type"] == "Tenure" and record.get("until") == "open" and self._is_sole(record):
            other = self._another("Person", *named(record, "person"))
            yield added("second holder", record, {"person": other}, other)
        if record["type"] == "Capital":
            other = self._another("Place", *named(record, "capitalCity"))
            yield added("second capital", record, {"capitalCity": other}, other)
            other = self._another("State", *named(record, "capitalOf"))
            yield added("capital of two states", record, {"capitalOf": other}, other)
        for key in ("birthDate", "foundedOn"):
            if isinstance(record.get(key), str) and len(record[key]) == 10:
                yield changed(
                    f"two values of {key}", record, {key: [record[key], "1871-01-02"]}, "1871-01-02"
                )

    def _is_sole(self, record: Record) -> bool:
        office = self._records.get(next(iter(named(record, "office")), ""), {})
        return named(office, "holding") == ["sole"]

    def _times(self, record: Record) -> Iterator[Mutant]:
        day = record.get("date")
        dated = isinstance(day, str) and ordered(PAST, day)
        if dated and any("birthDate" in self._records.get(n, {}) for n in _actors(record)):
            yield changed("before a participant is born", record, {"date": PAST}, PAST)
        if dated and any(ordered(self._end(n), LATE) for n in _actors(record)):
            yield changed("after a participant has ended", record, {"date": LATE}, LATE)
        for key, what in (
            ("occurrencePartOf", "outside its whole"),
            ("cause", "before its cause"),
            ("occasion", "off its occasion"),
            ("inResponseTo", "before what it answers"),
            ("follows", "before what it follows"),
        ):
            if dated and any(self._is_dated(name) for name in named(record, key)):
                yield changed(what, record, {"date": PAST}, PAST)
        if (
            dated
            and record.get("actKind") in LATER
            and any(ordered(PAST, str(r.get("date", ""))) for r in self._signatures(record))
        ):
            yield changed("act before signature", record, {"date": PAST}, PAST)
        if "extendedUntil" in record:
            yield changed("extended into the past", record, {"extendedUntil": PAST}, PAST)
        if record["type"] == "Membership" and "foundedOn" in self._records.get(
            next(iter(named(record, "organization")), ""), {}
        ):
            yield changed("member before the organization", record, {"from": PAST}, PAST)
        for number, status in enumerate(_list(record.get("statusInterval"))):
            if isinstance(status, dict) and ordered(PAST, str(record.get("from", ""))):
                change = deepcopy(_list(record["statusInterval"]))
                change[number]["from"] = PAST
                yield changed("status outside its membership", record, {"statusInterval": change}, PAST)

    def _signatures(self, act: Record) -> list[Record]:
        return [
            r
            for r in self._records.values()
            if r.get("actKind") == "signature" and all(r.get(k) == act.get(k) for k in ("treaty", "party"))
        ]

    def _end(self, name: str) -> str:
        return next(iter(named(self._records.get(name, {}), "dissolvedOn")), "")

    def _is_dated(self, name: str) -> bool:
        other = self._records.get(name, {})
        return any(ordered(PAST, str(other.get(key, ""))) for key in ("date", "from"))

    def _kinds(self, record: Record) -> Iterator[Mutant]:
        if record["type"] == "Membership":
            state = self._another("State", *named(record, "member"))
            yield changed("membership in a state", record, {"organization": state}, state)
            yield changed(
                "member of itself", record, {"member": record["organization"]}, str(record["organization"])
            )
        if "bilateral" in named(record, "treatyKind") and len(named(record, "contractingParty")) == 2:
            third = self._another("State", *named(record, "contractingParty"))
            parties = [*named(record, "contractingParty"), third]
            yield changed("third party", record, {"contractingParty": parties}, third)
        if "seats" in record:
            yield changed("more votes than seats", record, {"seats": "1"}, "1")
        if named(record, "speaker") and named(record, "speaker") != ["unnamed"]:
            speakers = [*named(record, "speaker"), "unnamed"]
            yield changed("unnamed beside a name", record, {"speaker": speakers}, "unnamed")

    def _another(self, kind: str, *but: str) -> str:
        return self._chance.choice([n for n in self._of[kind] if n not in but])


def changed(operator: str, record: Record, change: Mapping[str, Any], what: str) -> Mutant:
    """Return the record with other values, in its own place."""
    return Mutant(operator, {**deepcopy(record), **change}, what)


def added(operator: str, record: Record, change: Mapping[str, Any], what: str) -> Mutant:
    """Return a copy of the record with other values, beside it."""
    return Mutant(operator, {**deepcopy(record), **change, "id": record["id"] + "-again"}, what, added=True)


def named(record: Record, key: str) -> list[str]:
    """Return what a key of a record names, whether it has one value or several, sourced or not."""
    values = [v.get("value") if isinstance(v, dict) else v for v in _list(record.get(key))]
    return [v for v in values if isinstance(v, str)]


def _actors(record: Record) -> list[str]:
    parts = [p for p in _list(record.get("participation")) if isinstance(p, dict)]
    keys = ("speaker", "party", "performedBy", "accused")
    doers = [n for p in parts if not SPOKEN_OF & {*named(p, "role")} for n in named(p, "actor")]
    return doers + [n for key in keys for n in named(record, key)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
