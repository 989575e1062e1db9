"""A fictional graph of any size in which no rule finds anything, to time the rules on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pyoxigraph as ox

from foedus.namespaces import FOE, ID, OA, VOC, XSD

_NAMESPACES = {"foe": FOE, "id": ID, "oa": OA, "voc": VOC, "xsd": XSD}
_PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in _NAMESPACES.items())
_ASSERTED = "foe:modality voc:modality.asserted"
_FIRST = datetime.date(1900, 1, 1)
_SEGMENTS = 1000


def large_graph(states: int) -> list[ox.Triple]:
    """Return a graph with so many states; some 2,700 triples each, for every two of them are related."""
    turtle = _PREFIXES + "\n".join(_statements(states))
    return [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]


def _statements(states: int) -> Iterator[str]:
    yield 'id:yearbook a foe:Source ; foe:speaksUntil "1999-12-31"^^xsd:date .'
    for n in range(_SEGMENTS):
        kind = "gloss" if n % 10 == 0 else "body"
        yield f"id:yearbook.s-{n} a foe:Segment ; oa:hasSource id:yearbook ; foe:segmentKind voc:segment-kind.{kind} ;"
        yield f'foe:segmentId "yearbook:s-{n}" {f"; foe:describes id:state{n % states} " if kind == "gloss" else ""}.'
    yield "id:league a foe:InternationalOrganization ; foe:foundedOn id:league.foundedOn ."
    yield _day("league.foundedOn", 0)
    for n in range(states):
        yield from _state(n)
        yield from _affairs(n)
        for other in range(states):
            if other != n:
                yield from _relations(n, other)


def _day(node: str, day: int) -> str:
    date = _FIRST + datetime.timedelta(days=day)
    return (
        f'id:{node} a foe:Date ; foe:edtf "{date}" ; foe:earliest "{date}"^^xsd:date ; '
        f'foe:latest "{date}"^^xsd:date ; foe:precision voc:precision.day .'
    )


def _none(node: str, reason: str) -> str:
    return f"id:{node} a foe:Date ; foe:boundReason voc:bound-reason.{reason} ; foe:precision voc:precision.none ."


def _record(node: str, kind: str, rest: str) -> str:
    # A segment of the body: every tenth describes a state and would have to be about it.
    segment = sum(map(ord, node)) * 10 % _SEGMENTS + 1
    return f"id:{node} a foe:{kind} ; {_ASSERTED} ; foe:evidence id:yearbook.s-{segment} ; {rest} ."


def _state(n: int) -> Iterator[str]:
    """Yield a state with its cities, offices and their holders, its capital, province and membership."""
    yield f"id:state{n} a foe:State ; foe:foundedOn id:state{n}.foundedOn . {_day(f'state{n}.foundedOn', 0)}"
    yield f"id:province{n} a foe:Place ; foe:locatedIn id:state{n} ."
    for city in range(5):
        yield f"id:city{n}-{city} a foe:Place ; foe:locatedIn id:province{n} ."
    yield _record(
        f"capital{n}",
        "Capital",
        f"foe:capitalCity id:city{n}-0 ; foe:capitalOf id:state{n} ; "
        f"foe:from id:capital{n}.from ; foe:until id:capital{n}.until",
    )
    yield _none(f"capital{n}.from", "undated") + _none(f"capital{n}.until", "open")
    yield _record(f"province{n}-within", "Containment", f"foe:part id:province{n} ; foe:whole id:state{n}")
    yield f"id:old{n} a foe:State ; foe:dissolvedOn id:old{n}.dissolvedOn . {_day(f'old{n}.dissolvedOn', 0)}"
    yield _record(f"succession{n}", "Succession", f"foe:predecessor id:old{n} ; foe:successor id:state{n}")
    yield f"id:minister{n} a foe:Office ; foe:holding voc:holding.sole ; foe:officeOf id:state{n} ."
    for holder in range(20):
        person, tenure = f"person{n}-{holder}", f"tenure{n}-{holder}"
        yield f"id:{person} a foe:Person ; foe:birthDate id:{person}.birthDate . {_day(f'{person}.birthDate', holder)}"
        yield _record(
            tenure,
            "Tenure",
            f"foe:person id:{person} ; foe:office id:minister{n} ; "
            f"foe:from id:{tenure}.from ; foe:until id:{tenure}.until",
        )
        yield _day(f"{tenure}.from", 9000 + 900 * holder) + _day(f"{tenure}.until", 9900 + 900 * holder)
    member = f"membership{n}"
    yield _record(
        member,
        "Membership",
        f"foe:member id:state{n} ; foe:organization id:league ; "
        f"foe:statusInterval id:{member}.full , id:{member}.frozen ; foe:from id:{member}.from",
    )
    yield _day(f"{member}.from", 5000)
    for status in ("full", "frozen"):
        node = f"{member}.{status}"
        yield _record(
            node,
            "MembershipStatus",
            f"foe:status voc:membership-status.{status} ; "
            f"foe:from id:{node}.from ; foe:until id:{node}.until",
        )
        yield _day(f"{node}.from", 5000 + len(status)) + _none(f"{node}.until", "open")


def _affairs(n: int) -> Iterator[str]:
    """Yield a chain of events within a larger one, statements on them, votes and figures."""
    whole = f"conference{n}"
    yield _record(whole, "Event", f"foe:from id:{whole}.from ; foe:until id:{whole}.until")
    yield _day(f"{whole}.from", 9000) + _day(f"{whole}.until", 9999)
    for k in range(30):
        event, day = f"event{n}-{k}", 9000 + 29 * k + n % 50
        earlier = f"foe:follows id:event{n}-{k - 1} ; foe:cause id:event{n}-{k - 1} ; " if k else ""
        yield _record(
            event,
            "Event",
            f"foe:eventKind voc:event-kind.meeting ; {earlier}foe:occurrencePartOf id:{whole} ; "
            f"foe:place id:city{n}-1 ; foe:date id:{event}.date ; foe:participation id:{event}.a , id:{event}.b",
        )
        yield f"id:{event}.a a foe:Participation ; foe:actor id:person{n}-0 ; foe:capacity id:minister{n} ."
        yield f"id:{event}.b a foe:Participation ; foe:actor id:state{n} . {_day(f'{event}.date', day)}"
        statement = f"statement{n}-{k}"
        yield _record(
            statement,
            "Statement",
            f"foe:speaker id:person{n}-1 ; foe:occasion id:{event} ; foe:inResponseTo id:{event} ; "
            f"foe:date id:{statement}.date",
        )
        yield _day(f"{statement}.date", day)
        yield _record(
            f"vote{n}-{k}",
            "Vote",
            "foe:votesFor 40 ; foe:votesAgainst 12 ; foe:seats 60 ; foe:voteResult voc:vote-result.passed",
        )
        yield _record(
            f"figure{n}-{k}",
            "Figure",
            f"foe:subject id:event{n}-{k} ; foe:value {100 - k} ; foe:previousFigure id:figure{n}-{k + 1}",
        )


def _relations(sender: int, receiver: int) -> Iterator[str]:
    """Yield an embassy and, once for two states, with every fifth a rupture that was mended and a treaty."""
    pair = f"{sender}-{receiver}"
    yield _record(
        f"embassy{pair}",
        "Mission",
        "foe:missionRank voc:mission-rank.embassy ; "
        f"foe:sendingState id:state{sender} ; foe:receivingState id:state{receiver} ; "
        f"foe:seat id:city{receiver}-0 ; foe:from id:embassy{pair}.from ; foe:until id:embassy{pair}.until",
    )
    yield _none(f"embassy{pair}.from", "undated") + _none(f"embassy{pair}.until", "open")
    if sender > receiver or (sender + receiver) % 5:
        return
    for kind, day in (
        ("severed", 11000 + 20 * sender + receiver),
        ("restored", 20000 + 20 * sender + receiver),
    ):
        event = f"{kind}{pair}"
        yield _record(
            event,
            "Event",
            f"foe:eventKind voc:event-kind.relations-{kind} ; foe:date id:{event}.date ; "
            f"foe:participation id:{event}.a , id:{event}.b",
        )
        yield f"id:{event}.a a foe:Participation ; foe:actor id:state{sender} ."
        yield f"id:{event}.b a foe:Participation ; foe:actor id:state{receiver} . {_day(f'{event}.date', day)}"
    yield f"id:treaty{pair} a foe:Treaty ; foe:treatyKind voc:treaty-kind.bilateral ; "
    yield f"foe:contractingParty id:state{sender} , id:state{receiver} ."
    for n, kind in enumerate(("signature", "ratification")):
        act = f"{kind}{pair}"
        yield _record(
            act,
            "TreatyAct",
            f"foe:treaty id:treaty{pair} ; foe:party id:state{sender} , id:state{receiver} ; "
            f"foe:actKind voc:treaty-act-kind.{kind} ; foe:date id:{act}.date",
        )
        yield _day(f"{act}.date", 10000 + 100 * n + sender)
