"""An invented letter and invented organisations: as long and as varied as real ones, the same in every run."""

from __future__ import annotations

import random
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BODIES = (
    "Association|Alliance|Centre|Coalition|Committee|Cooperative|Council|Federation|Forum|Foundation|Initiative|"
    "Institute|League|Movement|Network|Observatory|Platform|Society|Union|Watch"
).split("|")
CAUSES = (
    "Access to Information|Archivists|Clean Rivers|Community Radio|Court Reporters|Digital Rights|Disability Rights|"
    "Environmental Law|Fair Courts|Free Expression|Freedom of Assembly|Human Rights|Independent Press|Investigative "
    "Reporting|Justice and Peace|Labour Rights|Land Defenders|Libraries|Local Journalism|Media Development|Migrant "
    "Workers|Minority Languages|Online Safety|Open Data|Open Government|Open Source|Photographers|Press Freedom|"
    "Privacy|Public Interest Law|Public Records|Safe Housing|Student Newspapers|Transparency|Tenants|Translators|"
    "Whistleblowers|Women in News|Writers in Exile|Youth Media"
).split("|")
PLACES = (
    "Accra|Almaty|Amman|Athens|Bamako|Bangui|Beirut|Belgrade|Bergen|Bilbao|Bogotá|Brno|Bukavu|Cebu|Cluj|Colombo|"
    "Córdoba|Cork|Cusco|Dakar|Dhaka|Durban|Erbil|Fès|Gdańsk|Ghent|Graz|Guayaquil|Harare|Helsinki|İzmir|Jaffna|Kampala|"
    "Kathmandu|Kaunas|Kigali|Košice|Kraków|La Paz|Leipzig|Ljubljana|Lomé|Lviv|Maputo|Maribor|Medellín|Minna|"
    "Montréal|Mostar|Nablus|Nairobi|Niš|Oaxaca|Odesa|Oran|Oslo|Plovdiv|Porto|Pristina|Quito|Rabat|Recife|Riga|Rosario|Sarajevo|Sfax|Skopje|"
    "Split|Suva|Tallinn|Tartu|Tbilisi|Tirana|Tunis|Turku|Ulaanbaatar|Valletta|Varna|Vilnius|Windhoek|Yaoundé|Yerevan|Zagreb"
).split("|")
ONSETS = "b bl c d dr f g gr h j k kl l m n p pr qu r s sh st t tr v w z".split()
VOWELS = "a ai e ea i ie o ou u y".split()
CODAS = ["", "", "", "d", "l", "m", "n", "nd", "r", "rt", "s", "st", "x"]
SHAPES = (
    "{cause} {body}",
    "{body} for {cause} {place}",
    "{place} {body} for {cause}",
    "{coined} {body}",
    "{coined} {place}",
    "{coined} – {cause}",
    "{coined} {coined_too}",
    "{coined}",
)


def names(count: int) -> list[str]:
    """`count` names of organisations, no two alike; the first hundred are the same however many are asked for.

    About a third of each is found nowhere else, as in lists of real names: they compress no better than those do.
    """
    return list(islice(_names(), count))


def _names() -> Iterator[str]:
    dice = random.Random(1948)  # the year of the declaration; any number that stays the same would do  # nosec B311
    known = set()
    while True:
        name = dice.choice(SHAPES).format(
            body=dice.choice(BODIES),
            cause=dice.choice(CAUSES),
            place=dice.choice(PLACES),
            coined=_coined(dice),
            coined_too=_coined(dice),
        )
        if name not in known:
            known.add(name)
            yield name


def _coined(dice: random.Random) -> str:
    syllables = (dice.choice(ONSETS) + dice.choice(VOWELS) + dice.choice(CODAS) for _ in range(dice.randint(2, 3)))
    return "".join(syllables).capitalize()


TITLE = "Publish the contracts, protect those who ask for them"
BODY = """\
We, the {{organisations}} undersigned {{organisations: one=organisation | other=organisations}}, write to you because
public money is spent behind closed doors, and because those who ask how it is spent are being punished for asking.

In the last twelve months nineteen reporters, clerks and members of local councils were brought before a court for
publishing contracts that the law already calls public. Six of them lost their work. Two are still held, without a date
for their hearing. None of the contracts was shown to be false. Each was paid for by the people who were not allowed to
read it.

The convention that your governments signed is plain: information held by public bodies is open unless a narrow,
written reason keeps it closed, and that reason can be tested by a judge.[^1] A practice in which the reason is given
after the arrest is not an exception to that rule. It is its opposite.

We have seen what helps. Where contracts are published on the day they are signed, fewer are challenged, small firms
win more of them, and the price of a kilometre of road falls by a seventh.[^2] Where clerks know that the law stands
behind them, they answer letters within a week instead of a year. None of this needs new institutions. It needs the
existing ones to keep their own promise.

{recommendations}

1. Publish every contract above the threshold within thirty days, in a form that can be searched and reused, with its
   annexes and its changes.
2. Withdraw the charges against those who published what the law calls public, and let the two who are held go home.
3. Write the protection of those who disclose in good faith into the law on public service, with a remedy that works
   while the case is open and not only after it.
4. Give the commissioner for information the means to visit, to decide within sixty days, and to be obeyed.

We ask you to answer in public by the end of the session. We will print your answer beside this letter, whatever it
says, and we are ready to sit down with those who have to carry it out.

[^1]: Convention on Access to Official Documents, articles 2 and 3.
[^2]: Open Contracts Observatory, *What publication changes*, annual report, page 41.
"""
