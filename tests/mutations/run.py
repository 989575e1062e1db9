"""A mutation run: valid records, broken in every way that the ontology allows, and how many are caught.

Run it as ``python tests/mutations/run.py [--mutants N] [--seed N] [--floor SHARE]``. Records of the built-in dossier
and of the fictional one are drawn with a fixed seed; each gets one fault, planted by an operator that knows nothing of
single entities but what ontology, shapes and neighbouring records say. A mutant is caught where ``foedus check`` would
refuse it, and tells a code that is right for the operator; what is refused for another reason counts as missed. It
prints the share caught per operator and every survivor, and exits 1 below the floor.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final, NamedTuple

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from built_fiction import build_fiction
from mutations.operators import Breaker, Mutant, Record
from mutations.sideways import Sideways

from foedus.checking import Checker
from foedus.home import Home
from foedus.standing import open_standing
from foedus.submissions import read_submission

EXPECTED: Final[dict[str, set[str]]] = {
    "Capital told twice": {"FOE343"},
    "Containment both ways": {"FOE357"},
    "Containment to itself": {"FOE201", "FOE357"},
    "Membership told twice": {"FOE343"},
    "Mission to itself": {"FOE337"},
    "Succession both ways": {"FOE356"},
    "Succession to itself": {"FOE201", "FOE356"},
    "Tenure told twice": {"FOE343"},
    "TreatyAct told twice": {"FOE344"},
    "act before signature": {"FOE306"},
    "after a participant has ended": {"FOE303", "FOE315", "FOE316"},
    "after the source": {"FOE314"},
    "before a participant is born": {"FOE302"},
    "before its cause": {"FOE309"},
    "before what it answers": {"FOE310"},
    "before what it follows": {"FOE311"},
    "capital of two states": {"FOE334"},
    "claim without claimant": {"FOE201"},
    "cut evidence": {"FOE131"},
    "cycle of cause": {"FOE352"},
    "cycle of follows": {"FOE353"},
    "cycle of inResponseTo": {"FOE354"},
    "cycle of locatedIn": {"FOE355", "FOE119"},
    "cycle of occurrencePartOf": {"FOE351"},
    "cycle of precedes": {"FOE353"},
    "cycle of previousFigure": {"FOE358"},
    "dangling or misspelt value": {"FOE113", "FOE114"},
    "drop required": {"FOE201", "FOE202"},
    "drop type": {"FOE117"},
    "end before start": {"FOE301"},
    "extended into the past": {"FOE307"},
    "hidden character": {"FOE105"},
    "huge number": {"FOE122"},
    "impossible date": {"FOE121"},
    "its own cause": {"FOE352"},
    "its own follows": {"FOE353"},
    "its own inResponseTo": {"FOE354"},
    "its own locatedIn": {"FOE355", "FOE119"},
    "its own occurrencePartOf": {"FOE351"},
    "its own precedes": {"FOE353"},
    "its own previousFigure": {"FOE358"},
    "language in capitals": {"FOE123"},
    "member before the organization": {"FOE304"},
    "member of itself": {"FOE361"},
    "membership in a state": {"FOE119", "FOE362"},
    "misspell key": {"FOE111"},
    "misspell type": {"FOE112"},
    "more votes than seats": {"FOE372"},
    "no date": {"FOE121"},
    "no number": {"FOE122"},
    "off its occasion": {"FOE313"},
    "outside its whole": {"FOE308"},
    "retype": {"FOE118"},
    "second capital": {"FOE333"},
    "second embassy": {"FOE335"},
    "second holder": {"FOE331", "FOE332"},
    "segment of a namesake": {"FOE133"},
    "segment that is not": {"FOE132"},
    "sender and receiver exchanged": {"FOE336"},
    "share beyond the whole": {"FOE201", "FOE205"},
    "status outside its membership": {"FOE305"},
    "swap": {"FOE113", "FOE114", "FOE119"},
    "swap from and until": {"FOE301"},
    "third party": {"FOE201", "FOE363"},
    "two preferred labels": {"FOE203"},
    "two values of birthDate": {"FOE203"},
    "two values of foundedOn": {"FOE203"},
    "unit removed": {"FOE201"},
    "unnamed beside a name": {"FOE364"},
    "value of another kind": {"FOE113", "FOE114", "FOE119"},
    "votes against the result": {"FOE371"},
}
"""The codes of which one has to be told, by the operator."""
REASONS: Final = {
    "unit removed": "a figure that is told in words, or as a sum with its currency, needs no unit",
    "drop required": "where a list has a default, ingestion fills it in, and warns where it does not fit",
    "second embassy": "a mission without residence is an accreditation, of which there may be several",
    "sender and receiver exchanged": "an accreditation has no seat that could lie outside the receiving state",
    "misspell key": "without its type a record of an id that stands adds to what stands",
    "swap": "both are of the right kind, so that only the source tells who is who",
    "retype": "the other class allows all that the record says",
}
"""Why mutants of an operator may be facts as valid as the record that they come from."""


class Outcome(NamedTuple):
    """What became of a mutant: whether it was refused, and the codes of the findings that refuse it."""

    mutant: Mutant
    refused: bool
    codes: frozenset[str]

    @property
    def caught(self) -> bool:
        """Whether it was refused for a reason that is right for its operator."""
        return self.refused and bool(self.codes & EXPECTED[self.mutant.operator])


def outcomes(home: Home, each: int, chance: random.Random) -> list[Outcome]:
    """Return what becomes of up to ``each`` mutants of every operator, drawn from a home's records."""
    records = _records(home)
    with open_standing(home) as standing:
        checker = Checker(home, standing)
        makers = (
            Breaker(standing.vocabulary, standing, home.ontology, chance),
            Sideways(records, standing, chance),
        )
        chance.shuffle(records)
        by_operator: dict[str, list[Mutant]] = defaultdict(list)
        for record in records:
            for mutant in (m for maker in makers for m in maker.mutants(record)):
                by_operator[mutant.operator].append(mutant)
        found = []
        for operator in sorted(by_operator):
            mutants = by_operator[operator]
            for mutant in chance.sample(mutants, min(each, len(mutants))):
                text = yaml.safe_dump([mutant.record], allow_unicode=True, sort_keys=False)
                submission = read_submission(text.encode(), "mutant.yaml", "yaml", standing.vocabulary)
                checked = checker.check(submission, instead=not mutant.added)
                codes = frozenset(found.code for found in checked.findings)
                found.append(Outcome(mutant, checked.refused, codes))
    return found


def _records(home: Home) -> list[Record]:
    records: list[Record] = []
    for path in sorted(home.graph.rglob("*.yaml")):
        if path.parent.name in ("entities", "facts"):
            records += yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader) or []
    return [record for record in records if isinstance(record.get("type"), str)]


def main() -> int:
    """Make the mutants, check them, print the table and the survivors, and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=16, help="mutants of the dossier per operator")
    parser.add_argument("--seed", type=int, default=1992)
    parser.add_argument("--floor", type=float, default=0.0, help="the share below which to exit 1")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        found = outcomes(Home.find(), given.each, chance)
        found += outcomes(build_fiction(Path(folder)), -(-given.each // 4), chance)
    tried = Counter(o.mutant.operator for o in found)
    caught = Counter(o.mutant.operator for o in found if o.caught)
    otherwise = Counter(o.mutant.operator for o in found if o.refused and not o.caught)
    share = sum(caught.values()) / len(found)
    print("| operator | mutants | caught | refused for another reason | share |\n|---|---|---|---|---|")
    for name in sorted(tried):
        print(
            f"| {name} | {tried[name]} | {caught[name]} | {otherwise[name]} | {caught[name] / tried[name]:.0%} |"
        )
    print(f"| all | {len(found)} | {sum(caught.values())} | {sum(otherwise.values())} | {share:.1%} |")
    print("\nSurvivors:")
    for mutant, refused, codes in (o for o in found if not o.caught):
        told = (
            f"refused by {', '.join(sorted(codes))}"
            if refused
            else REASONS.get(mutant.operator, "no rule forbids it")
        )
        print(f"- {mutant.operator}: {mutant.record.get('id')}: {mutant.what}: {told}")
    return int(share < given.floor)


if __name__ == "__main__":
    sys.exit(main())
