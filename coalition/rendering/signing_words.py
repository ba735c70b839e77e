"""The words that name who signs a letter, and the countries they are from, in each language and as it inflects them."""

from __future__ import annotations

import re


def _words(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms))


WHAT_COUNTS: dict[str, dict[str, re.Pattern[str]]] = {
    "en": {
        "organisations": _words(
            r"(?:co-?)?organi[sz]ations?", r"ngos?", r"csos?", r"(?:co-?)?signator(?:y|ies)", r"groups?",
            r"associations?", r"undersigned", r"signers?", r"institutions?",
        ),
        "countries": _words(r"countr(?:y|ies)", r"nations?"),
    },
    "fr": {
        "organisations": _words(
            r"organisations?", r"ong", r"osc", r"associations?", r"(?:co)?signataires?", r"soussigné(?:e?s)?",
            r"collectifs?", r"institutions?",
        ),
        "countries": _words(r"pays"),
    },
    "es": {
        "organisations": _words(
            r"organizaci(?:ón|on|ones)", r"ongs?", r"osc", r"asociaci(?:ón|on|ones)", r"firmantes?",
            r"signatari[oa]s?", r"abajo-?firmantes?", r"colectivos?", r"instituci(?:ón|ones)",
        ),
        "countries": _words(r"países", r"paises", r"país", r"naciones"),
    },
    "pt": {
        "organisations": _words(
            r"organizaç(?:ão|ões)", r"ongs?", r"osc", r"associaç(?:ão|ões)", r"signatári[oa]s?",
            r"subscritor(?:es|as?)?", r"coletivos?", r"instituiç(?:ão|ões)",
        ),
        "countries": _words(r"países", r"paises", r"país", r"nações"),
    },
    "ar": {
        "organisations": _words(
            r"[وفبكل]?(?:ال|لل)?منظم(?:ة|ه|ات|تين|تان)", r"[وفبكل]?(?:ال|لل)?مؤسس(?:ة|ات)",
            r"[وفبكل]?(?:ال|لل)?جمعي(?:ة|ات)", r"[وفبكل]?(?:ال|لل)?موقع(?:ون|ين|ة|ات)",
            r"[وفبكل]?(?:ال|لل)?هيئ(?:ة|ات)",
        ),
        "countries": _words(r"(?:ال)?دول(?:ة|تين|تان)?", r"(?:ال)?بلد(?:ا|ان|انا|ين)?"),
    },
    "fa": {
        "organisations": _words(
            r"سازمان(?:[\u200c ]?(?:ها|های|هایی|ی))?", r"نهاد(?:[\u200c ]?(?:ها|های|ی))?",
            r"انجمن(?:[\u200c ]?(?:ها|های|ی))?", r"تشکل(?:[\u200c ]?(?:ها|های|ی))?",
            r"امضا(?:ء)?[\u200c ]?کننده(?:[\u200c ]?(?:ها|ی))?", r"امضا(?:ء)?[\u200c ]?کنندگان",
            r"گروه(?:[\u200c ]?(?:ها|های))?",
        ),
        "countries": _words(r"کشور(?:[\u200c ]?(?:ها|های|ی))?"),
    },
    "ru": {
        "organisations": _words(
            r"(?:нпо|нко)", r"организаци(?:я|и|й|ю|ей|ям|ями|ях)", r"объединени(?:е|я|й|ю|ем|ям|ями|ях)",
            r"ассоциаци(?:я|и|й|ю|ей|ям|ями|ях)", r"подписант(?:|а|у|ы|ов|ам|ами|ом|ах)",
            r"подписавши(?:е|х|м|ми)(?:ся)?",
            r"групп(?:|а|ы|у|ой|е|ам|ами|ах)",
        ),
        "countries": _words(r"стран(?:|а|ы|у|е|ой|ам|ами|ах)", r"государств(?:|а|о|у|ам|ами|ах)"),
    },
    "de": {
        "organisations": _words(
            r"\w*organisation(?:en)?", r"(?:ngos?|nros?)", r"\w*verb(?:and|ands|änd(?:e|en))", r"\w*verein(?:|e|en|s)",
            r"(?:mit)?unterzeichner(?:|n|s|in|innen)", r"(?:mit)?unterzeichnende[nr]?", r"\w*gruppen?",
            r"\w*vereinigung(?:en)?",
        ),
        "countries": _words(r"l(?:a|ä)nd(?:|er|ern|es)", r"staat(?:en)?"),
    },
    "zh": {
        "organisations": re.compile(
            r"(?P<number>\d+|[〇零一二两兩三四五六七八九十百千]+)[多余餘]?\s*"
            r"(?:[个個家间間名位](?:(?![国國和与與及在年月日])[\u4e00-\u9fff]){0,8}?)?"
            r"(?:组织|組織|机构|機構|团体|團體|协会|協會|签署方|簽署方|签署者|簽署者|NGO)"
        ),
        "countries": re.compile(
            r"(?:(?:组织|組織|机构|機構|团体|團體)[^。，,；;]{0,6}?|来自|來自)"
            r"(?P<number>\d+|[〇零一二两兩三四五六七八九十百千]+)\s*[个個]\s*(?:国家|國家)"
        ),
    },
}  # fmt: skip
"""Language to what is counted ("organisations", with all who sign; "countries") to its word, in small letters."""

WITHOUT_BLANKS = frozenset({"zh"})
"""Languages that set no blanks between words: their pattern holds the number too."""

LEADS_ELSEWHERE: dict[str, frozenset[str]] = {
    "en": frozenset(
        """and or of from in into by with for to at on as than that which who whose when where while but the a an
        years year months month weeks week days day hours hour minutes percent times million thousand people persons
        journalists members cases articles pages euros dollars""".split()
    ),
    "fr": frozenset(
        """et ou de des du d' en dans par avec pour à a au aux sur que qui dont la le les l' un une ans années mois
        semaines jours heures fois millions mille personnes journalistes membres cas articles pages euros""".split()
    ),
    "es": frozenset(
        """y e o u de del en por con para a al sobre que quien la el los las un una años meses semanas días horas
        veces millones mil personas periodistas miembros casos artículos páginas euros""".split()
    ),
    "pt": frozenset(
        """e ou de do da dos das em no na nos nas por com para a ao à sobre que quem o os as um uma anos meses
        semanas dias horas vezes milhões mil pessoas jornalistas membros casos artigos páginas euros""".split()
    ),
    "ar": frozenset(
        """من في إلى على عن مع أو و التي الذي الذين أن منذ قبل بعد سنة سنوات عاما عام شهرا أشهر أسابيع أسبوعا يوما
        أيام ساعة ساعات مرة مرات مليون ألف شخص شخصا أشخاص صحفي صحفيا صحفيين عضوا أعضاء دولة دول""".split()
    ),
    "fa": frozenset(
        """و یا از در به با برای که تا سال سال‌ها ماه هفته روز ساعت بار میلیون هزار نفر تن روزنامه‌نگار عضو پرونده
        کشور""".split()
    ),
    "ru": frozenset(
        """и или из в во на с со по для от до о об к у за что которые который года лет год месяцев месяца недель
        недели дней дня часов часа раз раза миллионов тысяч человек журналистов журналиста членов дел стран""".split()
    ),
    "de": frozenset(
        """und oder von vom aus in im mit für zu zum zur an am auf als bei nach der die das den dem des ein eine
        jahre jahren monate monaten wochen tage tagen stunden mal prozent millionen tausend menschen personen
        journalisten journalistinnen mitglieder mitgliedern fälle seiten euro""".split()
    ),
    "zh": frozenset(),
}
"""Words after which a number counts something else: what follows, or what they say."""
