"""Every code of a finding but those of the rules, which explain themselves: rule, example, cure.

Codes are stable: one that is no longer used stays here, and none gets another meaning.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Code(NamedTuple):
    """What a code means: the rule that is broken, an example of a breach, and the cure."""

    rule: str
    example: str
    cure: str


CODES: Final[dict[str, Code]] = {
    # -- form
    "FOE101": Code(
        "An input is a text in UTF-8 of its format, within the bounds of size and depth.",
        'A Turtle file whose last triple lacks its dot; a byte 0xFF; "[[[[…" a thousand times.',
        "Mend the text at the place that is named; split what is too large.",
    ),
    "FOE102": Code(
        "A key stands once in its record, a header once in its file.",
        "Two lines person: in one tenure.",
        "Keep one; several values of one key are a list.",
    ),
    "FOE103": Code(
        "YAML is plain: one document, no anchors, aliases or tags, keys that are plain texts.",
        "evidence: *same",
        "Write the value out.",
    ),
    "FOE104": Code(
        "A file is a list of records, and a record a mapping.",
        "- just a text",
        "Write - id: …, and under it type:, evidence: and the keys of the class.",
    ),
    "FOE105": Code(
        "A text holds no control characters and none that change the direction of what stands beside them.",
        "A label with U+202E in it.",
        "Take the character out.",
    ),
    "FOE106": Code(
        "A key takes a plain value, a flat list, or a mapping with keys of its own, as the ontology says.",
        "place: [[port-ruprecht]]",
        "Write one flat list, or a plain value.",
    ),
    "FOE107": Code(
        "Everything has an IRI of its own: there are neither blank nodes nor RDF lists.",
        'id:visit foe:date [ foe:edtf "1931" ] .',
        'Name the node: id:visit foe:date id:visit.date . id:visit.date a foe:Date ; foe:edtf "1931" .',
    ),
    "FOE108": Code(
        "Nothing that a submission names is fetched.",
        "<> owl:imports <https://example.org/more.ttl> .",
        "Take the import out, and check the other file as well.",
    ),
    "FOE109": Code(
        "What a submission describes is named by an IRI that begins with https://w3id.org/foedus/id/.",
        "<https://example.org/freedonia> a foe:State .",
        "Name it id:SLUG; its other IRIs belong into alignments.",
    ),
    "FOE110": Code(
        "A CSV file has one header row of keys, and no row is longer.",
        "A row with an unquoted comma in a label.",
        "Quote cells that hold a comma; write several items of one cell as a|b.",
    ),
    "FOE111": Code(
        "A key or property is one that the ontology declares.",
        "persn: anna-holt",
        "Mend the spelling, or declare the property first.",
    ),
    "FOE112": Code(
        "A class is one that the ontology declares.",
        "type: Tenur",
        "Mend the spelling, or choose the nearest class; foedus new lists them.",
    ),
    "FOE113": Code(
        "A list value is a concept of the list of its key.",
        "modality: assertd",
        "Choose a value of the list, or add one to the vocabulary.",
    ),
    "FOE114": Code(
        "What a value names is in the graph, or comes with it.",
        "person: ana-holt",
        "Mend the spelling, or add a record for it.",
    ),
    "FOE115": Code(
        "An id is made of lower-case letters, digits and hyphens.",
        "id: Holt_Minister",
        "Write it as a slug: holt-minister.",
    ),
    "FOE116": Code(
        "One id names one thing.",
        "A second record freedonia, of another class.",
        "Choose another id.",
    ),
    "FOE117": Code(
        "A record says what it is.", "A record without type.", "Add type: Event, or another class."
    ),
    "FOE118": Code(
        "A key belongs to the classes of its domain.",
        "actKind: signature in an event.",
        "Use the key of this class, or change the type.",
    ),
    "FOE119": Code(
        "A value is of the class that its key takes.",
        "person: freedonia",
        "Name another, or mend the type of what is named.",
    ),
    "FOE120": Code("A key that is there has a value.", 'prefLabel: ""', "Give a value, or take the key out."),
    "FOE121": Code(
        "A date is one that the calendar has, in EDTF, as precise as the source.",
        "date: 2023-02-30",
        "Write YYYY, YYYY-MM, YYYY-MM-DD, [A..B] for one day between two, or open, unknown, undated.",
    ),
    "FOE122": Code(
        "A number is written in digits, and integers stay below 2,147,483,648.",
        "votesFor: forty",
        "Write digits, such as 40 or 31.5.",
    ),
    "FOE123": Code(
        "A text in a language has a language tag, in lower case.",
        "prefLabel: {EN: Holt}",
        "Write en, hy, ru, en-gb.",
    ),
    "FOE124": Code(
        "A literal has the datatype that its property takes.",
        'foe:votesFor "forty" .',
        'Write it with that datatype, such as "40"^^xsd:integer.',
    ),
    "FOE125": Code(
        "A property takes nodes or literals, never now the one, now the other.",
        'foe:person "anna-holt" .',
        "Name the node by its IRI, or write the literal in quotes.",
    ),
    "FOE126": Code(
        "The bounds and the precision of a date are those of its EDTF text.",
        "{edtf: 1931-05, precision: day}",
        "Leave them out, so that they are derived.",
    ),
    "FOE127": Code(
        "Nothing is of two classes that the ontology declares disjoint.",
        "type: [Place, Person]",
        "Keep one class, or make a record of each.",
    ),
    "FOE128": Code(
        "A word is written in the letters of one script.",
        "prefLabel: Hоlt, with the Cyrillic letter that looks like an o.",
        "Type the word anew.",
    ),
    # -- evidence
    "FOE129": Code(
        "What the build derives is given by no record.",
        "possibleFrom: 1931-05-01",
        "Take it out; give the date, the participants or the evidence from which it follows.",
    ),
    "FOE131": Code(
        "A record has evidence.",
        "An event without evidence.",
        "Name the segments that say it, or cite a source: evidence: [{title: …, locator: …}].",
    ),
    "FOE132": Code(
        "Evidence is a segment that exists.",
        "evidence: [freedonia-yearbook:s-9999]",
        "Name one of segments.tsv, or declare it with the record.",
    ),
    "FOE133": Code(
        "Evidence is not a segment that was set aside, such as one that describes a namesake.",
        "evidence: [freedonia-yearbook:g-0002] for the minister.",
        "Cite a segment that speaks of this.",
    ),
    "FOE134": Code(
        "Every sentence of a source is cited, or set aside with a reason.",
        "A sentence of the yearbook that no record cites.",
        "Record what it says, or give its disposition.",
    ),
    "FOE135": Code(
        "Every gloss is bound to the entity that it describes, or set aside.",
        "A gloss without describes.",
        "Bind it, or set it aside with the reason.",
    ),
    "FOE136": Code(
        "A citation names title, publisher, address, date and the place in the source.",
        "evidence: [{title: The Gazette}]",
        "Add what is missing; write unknown for what is not known.",
    ),
    "FOE137": Code(
        "One source has one title, publisher, address and date, and one place in it one locator.",
        "Two citations of one gazette with different dates.",
        "Mend the one, or give each its own source: SLUG.",
    ),
    "FOE138": Code(
        "The segment that a record cites mentions what the record names.",
        "A visit of Grand Fenwick, cited from the sentence on apples.",
        "Cite the segment that names it, or add it to the evidence.",
    ),
    "FOE139": Code(
        "A record names things by ids that stand for something, not by retired ones.",
        "actor: kingdom-of-freedonia, where that id was given up for freedonia.",
        "Write what replaced it; foedus show tells.",
    ),
    "FOE140": Code(
        "A stored query says what it asks, what its parameters take and what its columns mean.",
        "#+ columns: {date: {type: date}}",
        "Complete its header, the lines that begin with #+.",
    ),
    # -- shapes
    "FOE201": Code(
        "A record has the form that the shape of its class asks for.",
        "A refusal without what was refused.",
        "The message says what this shape asks for.",
    ),
    "FOE202": Code(
        "What a class needs is there.",
        "A statement without speaker.",
        "Add the key; unknown, undated and unnamed are values too.",
    ),
    "FOE203": Code(
        "What can have one value has one, unless a disagreement of sources is recorded.",
        "Two dates of birth; two preferred labels in English.",
        "Keep one, or give each rival the same disagreement: ID.",
    ),
    "FOE204": Code(
        "A value is of the class that the shape asks for.",
        "A chair that is a city.",
        "Name another, or mend the type of what is named.",
    ),
    "FOE205": Code(
        "A literal has the datatype, form and range that the shape asks for.",
        "A share of 120 percent.",
        "Mend the value as the message says.",
    ),
    "FOE206": Code("Every node has an IRI.", "A blank node as an event.", "Give it an id."),
    "FOE207": Code(
        "What comes first is not after what comes last.",
        "A date whose earliest day is after its latest.",
        "Exchange the two.",
    ),
    "FOE211": Code(
        "A new value does not contradict the one that stands.",
        "A date of birth beside another one in the graph.",
        "Mend the one, or give both values, each with disagreement: ID.",
    ),
    # -- the rules' own
    "FOE300": Code(
        "A rule or shape names terms of the ontology, since with others it finds nothing.",
        "A rule about foe:Tenur.",
        "Mend the spelling, or declare the term first.",
    ),
}
