"""Records of a fictional world of any size, in the ontology's own shape, for measurements and tests.

``python tests/benchmarks/generator.py TRIPLES [--seed N] [--form jsonl|yaml] > FILE`` writes them in a stream, in
constant memory: as JSON lines, or as the same in YAML. The world is valid: no shape and no rule finds anything in
it. A bigger world has more states up to two hundred, and from there on more that happens between the same ones.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

Record = dict[str, Any]

_PER_STATE, _PER_PAIR, _PER_EPISODE = 480, 86, 195
"""Triples, inferred ones not counted, of a state, of a pair of neighbours, and of what happens once between two."""

_MOST_STATES = 200
_NEIGHBOURS = 3
"""States after a state with which it has relations."""

_FIRST = date(1950, 1, 1)
_DAYS = 25_000
_STEP = 373
"""Days between two episodes of the same two states."""

_SPAN = _DAYS - 400 - _STEP
"""Days over which the episodes of the same two are spread, before those of other states are set off from them."""

_CHAIN = 10
"""Episodes of the same two that follow one another, so that what is inferred of their order grows with the graph."""

_TERM = 2_500
"""Days that a minister holds the office."""

_SOURCE_EVERY = 500
"""Episodes that one volume of the yearbook tells of."""

_THEMES = ("diplomacy", "trade", "energy", "collective-security")


def records(triples: int, seed: int = 1) -> Iterator[Record]:
    """Yield the records of a world of about so many asserted triples, the same for the same seed."""
    states, episodes = plan(triples)
    yield _source("yearbook-0")
    yield _segment("yearbook-0", "s-0000")
    for kind in ("league", "union"):
        yield {
            "id": kind,
            "type": "InternationalOrganization",
            "prefLabel": {"en": f"The {kind.title()}", "fr": f"La {kind.title()}"},
            "description": "An organization of states.",
            "organizationKind": "regional-organization",
            "foundedOn": "1948-05-01",
            "evidence": ["yearbook-0:s-0000"],
        }
    for n in range(states):
        yield from _state(n, states)
    pairs = _pairs(states)
    for first, second in pairs:
        yield from _relations(first, second)
    for number in range(episodes):
        volume, place = divmod(number, _SOURCE_EVERY)
        if place == 0:
            yield _source(f"yearbook-{volume + 1}")
        first, second = pairs[number % len(pairs)]
        random = Random(seed * 10_000_000 + number)
        turn, pair = divmod(number, len(pairs))
        # No day comes twice between the same two, so that no two events can be taken for one.
        day = turn * _STEP % _SPAN
        # Where days begin anew there is nothing before.
        earlier = number - len(pairs) if day >= _STEP and turn % _CHAIN else None
        yield from _episode(
            number, first, second, day + pair % _STEP, earlier, f"yearbook-{volume + 1}", random
        )


def plan(triples: int) -> tuple[int, int]:
    """Return how many states and how many episodes a world of about so many triples has."""
    states = max(4, min(_MOST_STATES, triples // 3_000))
    rest = triples - states * _PER_STATE - len(_pairs(states)) * _PER_PAIR
    return states, max(1, rest // _PER_EPISODE)


def _pairs(states: int) -> list[tuple[int, int]]:
    reach = min(_NEIGHBOURS, (states - 1) // 2)
    return [(n, (n + step) % states) for step in range(1, reach + 1) for n in range(states)]


def _day(day: int) -> str:
    return (_FIRST + timedelta(days=day)).isoformat()


def _source(name: str) -> Record:
    return {
        "id": name,
        "type": "Source",
        "title": f"Yearbook of the world, volume {name.rpartition('-')[2]}",
        "publisher": "unknown",
        "address": "unknown",
        "licence": "unknown",
        "date": "2025",
    }


def _segment(source: str, local: str) -> Record:
    return {"id": f"{source}:{local}", "type": "Segment", "locator": f"entry {local}"}


def _state(n: int, states: int) -> Iterator[Record]:
    """Yield a state with its places, bodies, offices and their holders, capital and memberships."""
    evidence = ["yearbook-0:s-0000"]
    state, shared = f"state-{n}", {"evidence": evidence}
    yield {
        "id": state,
        "type": "State",
        "prefLabel": {"en": f"Country {n}", "fr": f"Pays {n}"},
        "altLabel": f"Republic of Country {n}",
        "description": "A country of the fictional world.",
        "statehood": "modern",
        "foundedOn": "1900-01-01",
        **shared,
    }
    province = f"province-{n}"
    for name, kind, within in (
        (province, "region", state),
        (f"capital-{n}", "capital-city", province),
        (f"port-{n}", "port-city", province),
    ):
        yield {
            "id": name,
            "type": "Place",
            "prefLabel": f"{name.split('-')[0].title()} {n}",
            "description": "A place.",
            "placeKind": kind,
            "locatedIn": within,
            **shared,
        }
    yield {
        "id": f"capital-{n}-status",
        "type": "Capital",
        "prefLabel": f"Capital {n} as capital",
        "situationKind": "capital-status",
        "capitalCity": f"capital-{n}",
        "capitalOf": state,
        "from": "1900-01-01",
        "until": "open",
        **shared,
    }
    yield {
        "id": f"parliament-{n}",
        "type": "GovernmentBody",
        "prefLabel": f"Parliament of Country {n}",
        "description": "A legislature.",
        "organizationKind": "parliament",
        "organOf": state,
        **shared,
    }
    yield {
        "id": f"people-{n}",
        "type": "PopulationGroup",
        "prefLabel": f"People of Country {n}",
        "description": "Its people.",
        "groupKind": "public",
        "nationality": state,
        **shared,
    }
    yield {
        "id": f"minister-{n}",
        "type": "Office",
        "prefLabel": f"foreign minister of Country {n}",
        "description": "The head of its foreign ministry.",
        "officeKind": "foreign-minister",
        "officeOf": state,
        "holding": "sole",
        **shared,
    }
    yield {
        "id": f"realm-{n}",
        "type": "State",
        "prefLabel": f"Realm {n}",
        "description": "A realm of old.",
        "statehood": "historical",
        "dissolvedOn": "1900-01-01",
        **shared,
    }
    yield {
        "id": f"succession-{n}",
        "type": "Succession",
        "prefLabel": f"Country {n} succeeds Realm {n}",
        "situationKind": "succession",
        "predecessor": f"realm-{n}",
        "successor": state,
        "successionKind": "continuation",
        "from": "1900-01-01",
        "until": "open",
        **shared,
    }
    for term in range(_DAYS // _TERM + 1):
        person = f"person-{n}-{term}"
        yield {
            "id": person,
            "type": "Person",
            "prefLabel": f"Person {n}-{term}",
            "description": "A minister.",
            "nationality": state,
            "birthDate": str(1900 + 2 * term),
            **shared,
        }
        yield {
            "id": f"tenure-{n}-{term}",
            "type": "Tenure",
            "prefLabel": f"Person {n}-{term} as foreign minister",
            "person": person,
            "office": f"minister-{n}",
            "from": _day(term * _TERM),
            "until": _day((term + 1) * _TERM - 1),
            **shared,
        }
    for organization, since in (("league", 100 + n), ("union", 4_000 + n)):
        if organization == "union" and n % 2:
            continue
        membership = f"state-{n}-in-{organization}"
        full = {"id": f"{membership}.full", "status": "full", "from": _day(since), "until": "open"}
        frozen = {
            "id": f"{membership}.frozen",
            "status": "frozen",
            "from": _day(since + 9_000),
            "until": _day(since + 9_900),
        }
        yield {
            "id": membership,
            "type": "Membership",
            "prefLabel": f"Country {n} in the {organization.title()}",
            "member": state,
            "organization": organization,
            "statusInterval": [full, frozen] if n % 3 == 0 else [full],
            **shared,
        }


def _relations(first: int, second: int) -> Iterator[Record]:
    """Yield the relations of two states and the embassy of the one in the other."""
    evidence = ["yearbook-0:s-0000"]
    pair = f"{first}-{second}"
    yield {
        "id": f"relations-{pair}",
        "type": "DiplomaticRelation",
        "prefLabel": f"Relations of Country {first} and Country {second}",
        "relationParty": [f"state-{first}", f"state-{second}"],
        "from": "1949-03-04",
        "until": "open",
        "openedBy": f"relations-{pair}-established",
        "evidence": evidence,
    }
    yield {
        "id": f"relations-{pair}-established",
        "type": "Event",
        "prefLabel": f"Country {first} and Country {second} establish relations",
        "eventKind": "relations-established",
        "date": "1949-03-04",
        "participation": [
            {"actor": f"state-{first}", "role": "party"},
            {"actor": f"state-{second}", "role": "party"},
        ],
        "theme": "diplomacy",
        "evidence": evidence,
    }
    for sender, receiver in ((first, second), (second, first)):
        yield {
            "id": f"embassy-{sender}-{receiver}",
            "type": "Mission",
            "prefLabel": f"Embassy of Country {sender} in Country {receiver}",
            "missionRank": "embassy",
            "sendingState": f"state-{sender}",
            "receivingState": f"state-{receiver}",
            "seat": f"capital-{receiver}",
            "from": "1949-03-04",
            "until": "open",
            "evidence": evidence,
        }


def _episode(
    number: int, first: int, second: int, day: int, earlier: int | None, source: str, random: Random
) -> Iterator[Record]:
    """Yield a visit with what is said there, the talks and the treaty that follow, its acts, and a claim."""
    local = f"s-{number:04d}"
    yield _segment(source, local)
    theme = random.choice(_THEMES)
    host, guest = f"state-{first}", f"state-{second}"
    minister = f"person-{second}-{day // _TERM}"
    rest = {"theme": theme, "evidence": [f"{source}:{local}"]}
    visit, talks, treaty, remark = (f"{what}-{number}" for what in ("visit", "talks", "treaty", "remark"))
    yield {
        "id": visit,
        "type": "Event",
        "prefLabel": f"Visit {number} to Country {first}",
        "eventKind": "visit",
        "visitRank": "official-visit",
        "date": _day(day),
        "place": f"port-{first}",
        "participation": [
            {"actor": minister, "role": "guest", "capacity": f"minister-{second}"},
            {"actor": host, "role": "host"},
        ],
        **({} if earlier is None else {"cause": f"visit-{earlier}", "follows": f"talks-{earlier}"}),
        **rest,
    }
    yield {
        "id": remark,
        "type": "Statement",
        "prefLabel": f"Remark {number} on the visit",
        "speaker": minister,
        "capacity": f"minister-{second}",
        "onBehalfOf": guest,
        "occasion": visit,
        "inResponseTo": visit,
        "addressee": host,
        "date": _day(day),
        "statementKind": "assessment",
        "stance": random.choice(("conciliatory", "critical", "neutral")),
        "stanceToward": host,
        "about": [host, visit],
        "content": "The two countries will work together.",
        **rest,
    }
    yield {
        "id": talks,
        "type": "Event",
        "prefLabel": f"Talks {number} of Country {first} and Country {second}",
        "eventKind": "negotiation",
        "from": _day(day + 20),
        "until": _day(day + 20 + random.randrange(1, 20)),
        "participation": [{"actor": host, "role": "party"}, {"actor": guest, "role": "party"}],
        "follows": visit,
        **rest,
    }
    yield {
        "id": treaty,
        "type": "Treaty",
        "prefLabel": f"Treaty {number} of Country {first} and Country {second}",
        "description": "A treaty of two states.",
        "treatyKind": "bilateral",
        "contractingParty": [host, guest],
        "evidence": rest["evidence"],
    }
    signed = day + 50
    yield {
        "id": f"{treaty}-signed",
        "type": "TreatyAct",
        "prefLabel": f"Signature of treaty {number}",
        "treaty": treaty,
        "party": [host, guest],
        "actKind": "signature",
        "date": _day(signed),
        **rest,
    }
    votes = random.randrange(60, 100)
    yield {
        "id": f"{treaty}-vote",
        "type": "Vote",
        "prefLabel": f"Vote on treaty {number}",
        "votingBody": f"parliament-{first}",
        "question": "Whether to ratify the treaty",
        "about": treaty,
        "votesFor": str(votes),
        "votesAgainst": str(120 - votes - random.randrange(10, 20)),
        "seats": "130",
        "voteResult": "passed",
        "date": _day(signed + 60),
        **rest,
    }
    for state, wait in ((first, random.randrange(70, 90)), (second, random.randrange(90, 130))):
        yield {
            "id": f"{treaty}-ratified-{state}",
            "type": "TreatyAct",
            "prefLabel": f"Country {state} ratifies treaty {number}",
            "treaty": treaty,
            "party": f"state-{state}",
            "actKind": "ratification",
            "date": _day(signed + wait),
            **rest,
        }
    yield {
        "id": f"trade-{number}",
        "type": "Figure",
        "prefLabel": f"Guests of visit {number}",
        "subject": visit,
        "measure": "count",
        "value": str(random.randrange(1, 500)),
        "unit": "persons",
        "population": f"people-{second}",
        "date": _day(day),
        **rest,
    }
    yield {
        "id": f"plan-{number}",
        "type": "Event",
        "prefLabel": f"Country {first} plans another treaty",
        "eventKind": "decision",
        "modality": "claimed",
        "accordingTo": remark,
        "date": {"edtf": _day(day + 200)[:7], "asStated": "half a year later"},
        "participation": [{"actor": host, "role": "initiator"}],
        **rest,
    }


def write(triples: int, seed: int, form: str) -> Iterator[str]:
    """Yield the lines of a file of records: of JSON, or of YAML, whose flow style JSON is."""
    mark = "- " if form == "yaml" else ""
    for record in records(triples, seed):
        yield f"{mark}{json.dumps(record)}\n"


def main() -> None:
    """Write a world to standard output."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("triples", type=int, help="about how many asserted triples")
    parser.add_argument("--seed", type=int, default=1, help="which world of that size")
    parser.add_argument("--form", choices=("jsonl", "yaml"), default="jsonl", help="how it is written")
    options = parser.parse_args()
    sys.stdout.writelines(write(options.triples, options.seed, options.form))


if __name__ == "__main__":
    main()
