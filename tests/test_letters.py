"""Letters of other scripts that look like the right ones are told."""

from __future__ import annotations

import pytest

from foedus.letters import disguised, latin


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("\u0430rmenia", 'the "\u0430" in "\u0430rmenia" is a Cyrillic small letter a'),
        ("Anna H\u03bflt", 'the "\u03bf" in "H\u03bflt" is a Greek small letter omicron'),
        ("A\u0440\u043c\u0435\u043d\u0438\u044f", "is a Latin capital letter a"),
    ],
)
def test_a_letter_of_another_script_is_told(text: str, odd: str) -> None:
    """Within a word, a letter that only looks like one of its script is named with its script."""
    assert odd in disguised(text)


@pytest.mark.parametrize(
    "text",
    [
        "Anna Holt",
        "\u0410\u0440\u043c\u0435\u043d\u0438\u044f",
        "\u0540\u0561\u0575\u0561\u057d\u057f\u0561\u0576",
        "T-72\u0411",
        "Wi-Fi-\u0440\u043e\u0443\u0442\u0435\u0440",
        "Jos\u00e9 Mart\u00ed",
        "SMS\u0438\u0442\u044c",
    ],
)
def test_words_of_one_script_are_left(text: str) -> None:
    """Words of different scripts may stand side by side, and letters that nobody would mistake in one word."""
    assert disguised(text) == ""


def test_a_word_is_read_as_it_looks() -> None:
    """What looks like Latin becomes Latin, and the rest stays."""
    assert latin("\u0430rmenia") == "armenia"
    assert latin("\u042f") == "\u042f"
