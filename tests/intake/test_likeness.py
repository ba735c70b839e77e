"""Near-duplicates of a directory: which two are likely one, and which are not."""

from __future__ import annotations

import json
import time
from pathlib import Path
from uuid import uuid4

import pytest

from coalition.intake.likeness import (
    ACRONYM,
    LIKE_NAME,
    MAIL,
    SAME_NAME,
    SITE,
    Directory,
    Known,
    mail_domain,
    site_key,
)

CASES = Path(__file__).parents[1] / "cases" / "letters"


def known(name: str, acronym: str = "", site: str = "", country: str = "", *domains: str) -> Known:
    return Known(uuid4(), name, acronym=acronym, site=site, country=country, domains=frozenset(domains))


def why(one: Known, other: Known) -> tuple[str, ...]:
    """Why two are suggested as one, also when one of them is asked for; () where they are not."""
    pairs = Directory([one, other]).pairs()
    asked = Directory([other]).alike(
        one.name, acronym=one.acronym, site=one.site, domains=one.domains, country=one.country, others=one.others
    )
    told = pairs[0].reasons if pairs else ()
    assert (asked[0].reasons if asked else ()) == told
    return told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KALINA press club", "Kalina Press Club"),
        ("Médecins pour la paix", "Medecins pour la paix"),
        ("Women’s Link", "Womens Link"),
        ("Journalistes d'enquête", "Journalistes d’enquête"),
        ("Saʼed Centre", "Sa'ed Centre"),
        ("The Anti-Corruption Centre", "Anticorruption Centre"),
        ("La Ligue des droits", "Ligue des droits"),
        ("Der Paritätische Bund", "Paritätischer Bund"),
        ("Al-Haq", "Al Haq"),
        ("El-Nadeem Center", "Nadeem Center"),
        ("Digitalcourage e. V.", "Digitalcourage"),
        ("Stichting Bits of Freedom", "Bits of Freedom"),
        ("Free Press Ltd", "Free Press"),
        ("Objectif A.S.B.L.", "Objectif ASBL"),
        ("Мемориал", "Memorial"),
        ("شبكة الصحافة الحرة", "شبكة صحافة حره"),
    ],
)
def test_one_name_written_in_two_ways_is_suggested(one: str, other: str) -> None:
    assert why(known(one), known(other)) in {(SAME_NAME,), (LIKE_NAME,)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attac Austria", "Attac Australia"),
        ("Group 12", "Group 13"),
        ("Press Club of Sofia", "Press Club of Plovdiv"),
        ("Amnesty International", "Amnesty International Kenya"),
        ("Foundation", "Association"),
    ],
)
def test_names_that_are_only_near_are_left_alone(one: str, other: str) -> None:
    assert why(known(one), known(other)) == ()


def test_initials_meet_the_acronym_of_the_other_and_a_name_that_is_one() -> None:
    assert why(known("Kalina Press Club"), known("Пресклуб", acronym="KPC")) == (ACRONYM,)
    assert why(known("Kalina Press Club"), known("K.P.C.", acronym="K.P.C.")) == (ACRONYM,)
    assert why(known("Kalina Press Club"), known("KPC")) == (ACRONYM,)


def test_a_site_and_a_mail_domain_are_shared_but_not_mail_that_anybody_can_have() -> None:
    one = known("One", "", "https://www.press.example/en", "", "press.example")
    assert why(one, known("Two", "", "http://press.example")) == (SITE,)
    assert why(known("One", "", "", "", "press.example"), known("Two", "", "", "", "press.example")) == (MAIL,)
    assert why(known("One", "", "", "", "gmail.com"), known("Two", "", "", "", "gmail.com")) == ()
    assert why(known("One", "", "https://facebook.com/one"), known("Two", "", "https://facebook.com/two")) == ()
    assert (site_key("https://www.Facebook.com/One/posts"), site_key("http://[broken")) == ("facebook.com/one", "")
    assert (mail_domain("a@Press.example"), mail_domain("a@gmail.com")) == ("press.example", "")


def test_a_domain_of_a_whole_family_says_nothing_of_two_of_them() -> None:
    family = [known(f"Section {number}", "", "", "", "family.example") for number in range(7)]
    assert Directory(family).pairs() == []
    assert len(Directory(family[:3]).pairs()) == 3


def test_an_alias_counts_and_another_country_makes_it_less_likely() -> None:
    one = Known(uuid4(), "Press House", others=("Kalina Press Club",), country="BG")
    near, far = known("Kalina Press Club", country="BG"), known("Kalina Press Club", country="RO")
    (first, *_), all_pairs = Directory([one, near, far]).pairs(), Directory([one, near, far]).pairs()
    assert {first.one.id, first.other.id} == {one.id, near.id}
    assert all_pairs[-1].score < first.score


def test_two_that_were_said_not_to_be_one_are_not_suggested_again() -> None:
    one, other = known("Kalina Press Club"), known("Kalina press club")
    assert Directory([one, other]).pairs([(other.id, one.id)]) == []


def test_the_one_that_is_edited_is_not_like_itself() -> None:
    one = known("Kalina Press Club")
    assert Directory([one]).alike("Kalina Press Club", but=one.id) == []


def test_a_published_list_of_different_organisations_makes_no_pairs() -> None:
    for case in ("c01", "c09", "c12"):
        document = json.loads((CASES / f"{case}.json").read_text())
        groups = document["signatories"]["groups"]
        names = [line["names"]["und"] for group in groups for line in group["lines"]]
        assert Directory(known(name) for name in names).pairs() == []


def test_five_thousand_organisations_are_looked_through_by_keys() -> None:
    words = "press human rights network media watch centre justice women peace law open climate house union".split()
    many = [
        known(f"{words[at % 15]} {words[at % 13]} {words[at % 11]} {at}", site=f"https://s{at // 2}.example")
        for at in range(5000)
    ]
    began = time.process_time()
    pairs = Directory(many).pairs()
    assert len(pairs) == 2500
    assert time.process_time() - began < 10  # comparing each with each takes minutes
