"""The invented coalition: its organisations and the people in them. Any likeness to somebody real is chance."""

from __future__ import annotations

from dataclasses import dataclass

COALITION = {"und": "Clearstream Coalition", "fr": "Coalition Clairevive", "ar": "ائتلاف المياه الصافية"}
COORDINATOR = "Noor Lindqvist"
ADDRESS = "noor@clearstream.example"
ZONE = "Europe/Zurich"
COUNTRY = "CH"


@dataclass(frozen=True, slots=True)
class Invented:
    """An organisation and whom we write to there."""

    key: str
    name: str
    country: str
    person: str
    address: str
    language: str = "en"
    zone: str = "UTC"
    role: str = "Director"
    other_names: tuple[tuple[str, str], ...] = ()
    acronym: str = ""
    standing: str = "member"
    safety: str = "show"


ORGANISATIONS = (
    Invented(
        key="manso",
        name="Asociación Río Manso",
        country="AR",
        person="Lucía Ferreyra",
        address="lucia@riomanso.example",
        zone="America/Argentina/Buenos_Aires",
        acronym="ARM",
    ),
    Invented(
        key="ouvert",
        name="Collectif Fleuve ouvert",
        country="FR",
        person="Élise Marchand",
        address="elise@fleuve-ouvert.example",
        language="fr",
        zone="Europe/Paris",
        role="Porte-parole",
    ),
    Invented(
        key="house",
        name="House of Open Waters",
        country="JO",
        person="سلمى الخوري",
        address="salma@openwaters.example",
        language="ar",
        zone="Asia/Amman",
        role="المديرة",
        other_names=(("ar", "دار المياه المفتوحة"), ("fr", "Maison des eaux ouvertes")),
    ),
    Invented(
        key="delta",
        name="Delta Field Reporters",
        country="NG",
        person="Ebiere Okafor",
        address="ebiere@deltafield.example",
        zone="Africa/Lagos",
        role="Managing editor",
        acronym="DFR",
    ),
    Invented(
        key="arkiv",
        name="Östra Vattenarkivet",
        country="SE",
        person="Åsa Hellgren",
        address="asa@vattenarkivet.example",
        zone="Europe/Stockholm",
        role="Archivist",
    ),
    Invented(
        key="littoral",
        name="Les Veilleurs du littoral",
        country="SN",
        person="Mamadou Diop",
        address="mamadou@veilleurs.example",
        language="fr",
        zone="Africa/Dakar",
        role="Président",
    ),
    Invented(
        key="ledger",
        name="Blue Ledger Institute",
        country="KE",
        person="Wanjiru Kamau",
        address="wanjiru@blueledger.example",
        zone="Africa/Nairobi",
        standing="partner",
    ),
    Invented(
        key="oasis",
        name="Jeunes pour l’oasis",
        country="TN",
        person="Yassine Trabelsi",
        address="yassine@jeunes-oasis.example",
        language="fr",
        zone="Africa/Tunis",
        role="Coordinateur",
        other_names=(("ar", "شباب من أجل الواحة"),),
    ),
    Invented(
        key="kestrel",
        name="Kestrel Data Desk",
        country="KE",
        person="Brian Otieno",
        address="brian@kestreldata.example",
        zone="Africa/Nairobi",
        role="Editor",
        standing="partner",
    ),
    Invented(
        key="rives",
        name="Atelier des rives",
        country="FR",
        person="Paul Vasseur",
        address="paul@atelier-rives.example",
        language="fr",
        zone="Europe/Paris",
        role="Secrétaire",
    ),
    Invented(
        key="lantern",
        name="Lantern Street Correspondents",
        country="NG",
        person="A. B.",
        address="post@lanternstreet.example",
        zone="Africa/Lagos",
        role="Editor",
        safety="withhold",
    ),
)
"""Eleven; with the secretariat the coalition has twelve, in nine countries."""
