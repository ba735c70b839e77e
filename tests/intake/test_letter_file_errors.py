import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coalition.intake import letter_file_reading
from coalition.intake.json_places import line_of
from coalition.intake.letter_file import LetterFileError, read, sentence
from coalition.intake.letter_file_problems import SENTENCES, FileProblem

C12 = (Path(__file__).parent.parent / "cases" / "letters" / "c12.json").read_text(encoding="utf-8")


def problems(data: bytes | str) -> tuple[FileProblem, ...]:
    with pytest.raises(LetterFileError) as refused:
        read(data.encode() if isinstance(data, str) else data)
    return refused.value.problems


def changed(change: Callable[[Any], object]) -> str:
    value = json.loads(C12)
    change(value)
    return json.dumps(value, ensure_ascii=False, indent=2)


def test_an_unknown_key_is_told_with_its_line_and_what_is_likely_meant() -> None:
    typed = C12.replace(
        '"names": {\n              "und": "شبكة دستورنا"', '"nmaes": {\n              "und": "شبكة دستورنا"'
    )
    told = [sentence(problem) for problem in problems(typed)]
    line = typed[: typed.index("nmaes")].count("\n") + 1
    assert told == [
        f"Line {line} (/signatories/groups/0/lines/7/nmaes): “nmaes” is not known here. Is it “names”?",
        f"Line {line - 1} (/signatories/groups/0/lines/7): “names” is missing.",
    ] or told[::-1] == [
        f"Line {line} (/signatories/groups/0/lines/7/nmaes): “nmaes” is not known here. Is it “names”?",
        f"Line {line - 1} (/signatories/groups/0/lines/7): “names” is missing.",
    ]


def set_at(path: str, value: object) -> Callable[[Any], object]:
    def change(whole: Any) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        holder = whole
        for step in steps:
            holder = holder[step]
        holder[last] = value

    return change


LINE = "signatories/groups/0/lines/0"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("secret", 1, "key_unknown"),
        ("kind", "blog", "not_one_of"),
        ("format_version", 3, "not_one_of"),
        ("place", 7, "wrong_type"),
        ("place", "x" * 121, "too_long"),
        ("authoritative_language", "fr", "authoritative_has_no_text"),
        ("authoritative_language", "Arabic", "wrong_form"),
        ("texts/Arabic", {"body": ""}, "language_tag"),
        ("texts", {}, "too_few"),
        ("texts/ar", {}, "key_missing"),
        ("texts/ar/body", "a\x00b", "text_unprintable"),
        ("printed_on", "2018-02-31", "day_unknown"),
        ("printed_on", "2018-13", "day_unknown"),
        ("printed_on", "24 May 2018", "wrong_form"),
        ("published_at", "2018-05-24T25:00:00Z", "day_unknown"),
        ("published_at", "2018-05-24 12:00", "wrong_form"),
        ("zone", "Mars/Olympus", "zone_not_known"),
        ("edition", 0, "number_range"),
        ("edition", 10**30, "number_range"),
        ("edition", "1", "wrong_type"),
        ("photo", {"media_type": "image/svg+xml", "credit": "", "content": ""}, "not_one_of"),
        ("photo", {"media_type": "image/png", "credit": "x"}, "photo_twice_or_not"),
        ("photo", {"media_type": "image/png", "credit": "x", "content": "AA==", "file": "a.png"}, "photo_twice_or_not"),
        ("photo", {"media_type": "image/png", "credit": "x", "content": "not base64!"}, "content_not_base64"),
        ("photo", {"media_type": "image/png", "credit": "x", "file": "../a.png"}, "wrong_form"),
        ("about", {"support": {"link": "https://x.example"}}, "key_missing"),
        ("about", {"event_on": "2027-02-30"}, "day_unknown"),
        ("about", {"countries_addressed": ["tn"]}, "wrong_form"),
        ("about", {"press": {"ar": {"kontact": "x"}}}, "key_likely"),
        ("documents", [{"file_name": "a.pdf", "media_type": "application/pdf", "content": "AA=="}], "document_refused"),
        ("documents", [{"file_name": "a.txt", "media_type": "text/plain", "content": "not"}], "content_not_base64"),
        ("documents", [{"file_name": "a.txt", "media_type": "text/html", "content": "YQ=="}], "not_one_of"),
        ("documents", [{"file_name": "../ä.txt", "media_type": "text/plain", "content": "YQ=="}], "wrong_form"),
        ("notes", [{"kind": "update", "dated_on": "2027-02-30", "words": {}}], "day_unknown"),
        ("notes", [{"kind": "rumour", "dated_on": "2027-02-03", "words": {}}], "not_one_of"),
        ("deliveries", [{"addressee": 7, "way": "post", "delivered_on": "2027-02-03"}], "no_such_addressee"),
        ("responses", [{"responded_on": "2027-02-03", "words": {}, "recommendations": ["1"]}], "wrong_form"),
        ("editions", [{"number": 2, "published_at": "2018-05-24T12:00:00Z"}], "editions_in_order"),
        ("addresses", [{"slug": "Open The Wells"}], "wrong_form"),
        ("retraction", {"words": {"ar": "x"}}, "key_missing"),
        (LINE + "/from_edition", 7, "no_such_edition"),
        (LINE + "/logo", {"media_type": "image/png", "content": "AA=="}, "picture_refused"),
        ("leads", [{"fr": "only"}], "key_missing"),
        ("signatories/withheld", -1, "number_range"),
        (LINE + "/country", "fr", "wrong_form"),
        (LINE + "/country", "FR\n", "wrong_form"),
        (LINE + "/added_on", "2018-02-30", "day_unknown"),
        (LINE + "/kind", "person", "not_one_of"),
        (LINE + "/names/und", "a\u202eb", "name_unprintable"),
        (LINE + "/names/und", "two\nlines", "name_unprintable"),
        (LINE + "/names/und", "", "name_empty"),
        (LINE + "/names/und", "x" * 501, "too_long"),
        (LINE + "/names/FR", "x", "language_tag"),
        (LINE, {"names": {}}, "too_few"),
    ],
)
def test_each_mistake_has_its_words_and_its_place(path: str, value: object, code: str) -> None:
    data = changed(set_at(path, value))
    found = [problem for problem in problems(data) if problem.code == code]
    assert found
    assert (
        found[0].pointer.lstrip("/").startswith(path.rsplit("/", 1)[0] if code in {"key_missing", "too_few"} else path)
    )
    words = sentence(found[0])
    assert words.startswith(f"Line {found[0].line} (/")
    assert "%" not in words
    assert 1 <= found[0].line <= data.count("\n") + 1


def test_the_line_is_that_of_the_value() -> None:
    data = changed(set_at("signatories/groups/0/lines/3/country", "xx"))
    (problem,) = problems(data)
    assert data.splitlines()[problem.line - 1].strip() == '"country": "xx"'


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"\xff\xfe\x00", "not_utf_8", 0),
        (b"", "not_json", 1),
        (b'{\n"format": \n}', "not_json", 3),
        (b"[" * 100_000, "not_json", 0),
        (b'{"a": ' * 50_000 + b"1" + b"}" * 50_000, "not_json", 0),
        (b'{"format": "coalition-letter", "edition": ' + b"9" * 10_000 + b"}", "not_json", 0),
        (b'{"format": "coalition-letter", "edition": NaN}', "not_json", 0),
        (b'{"format": "coalition-letter",\n"kind": "news",\n"kind": "news"}', "key_twice", 3),
        (b"[]", "not_a_letter_file", 0),
        (b'{"format": "other"}', "not_a_letter_file", 0),
    ],
)
def test_what_is_no_letter_file_at_all_is_told_in_one_sentence(data: bytes, code: str, line: int) -> None:
    (problem,) = problems(data)
    assert (problem.code, problem.line) == (code, line)
    assert sentence(problem)


def test_a_file_larger_than_any_letter_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_file_reading, "SIZE_LIMIT", 10)
    (problem,) = problems(b" " * 11)
    assert problem.code == "too_large"


def test_half_a_surrogate_pair_is_told_and_not_written() -> None:
    data = C12.replace("شبكة دستورنا", "\\ud800")
    (problem,) = problems(data)
    assert (problem.code, problem.value) == ("name_unprintable", "U+D800")


def test_a_thousand_mistakes_give_twenty_sentences_and_a_last_one() -> None:
    found = problems(changed(set_at("signatories/groups/0/lines", [{"names": {"und": "x"}, "country": "fr"}] * 1000)))
    assert len(found) == 21
    assert found[-1].code == "and_more"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_in_the_house_words(code: str) -> None:
    words = sentence(FileProblem(code, "/texts", 3, "typed", "this"))
    assert "%" not in words
    assert not re.search(r"\b(please|sorry|oops|invalid|forbidden|entity)\b", words, re.IGNORECASE)


def test_a_place_that_is_not_there_gives_the_line_of_the_last_that_is() -> None:
    text = '{\n "a": [\n  1,\n  {"b~/c": 2}\n ]\n}'
    assert line_of(text, []) == 1
    assert line_of(text, ["a"]) == 2
    assert line_of(text, ["a", 1, "b~/c"]) == 4
    assert line_of(text, ["a", 9]) == 2
    assert line_of(text, ["z"]) == 1
