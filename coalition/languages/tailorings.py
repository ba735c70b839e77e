"""What languages sort differently from the Unicode default, after CLDR."""

TAILORINGS: dict[str, str] = {
    "az": "c<ç e<ə g<ğ h<x h<ı k<q o<ö s<ş u<ü",
    "bs": "c<č<ć d<dž<đ l<lj n<nj s<š z<ž",
    "cs": "c<č h<ch r<ř s<š z<ž",
    "cy": "c<ch d<dd f<ff g<ng l<ll p<ph r<rh t<th",
    "da": "z<æ=ä<ø=ö<å=aa",
    "eo": "c<ĉ g<ĝ h<ĥ j<ĵ s<ŝ u<ŭ",
    "es": "n<ñ",
    "et": "s<š<z<ž w<õ<ä<ö<ü",
    "eu": "n<ñ",
    "fi": "z<å<ä=æ<ö=ø",
    "fil": "n<ñ<ng",
    "fo": "a<á d<ð i<í o<ó u<ú y<ý z<æ<ø=ö<å=aa",
    "gl": "n<ñ",
    "hr": "c<č<ć d<dž<đ l<lj n<nj s<š z<ž",
    "hu": "c<cs d<dz<dzs g<gy l<ly n<ny o<ö=ő s<sz t<ty u<ü=ű z<zs",
    "is": "a<á d<ð e<é i<í o<ó u<ú y<ý z<þ<æ<ö=ø<å",
    "lt": "c<č s<š z<ž",
    "lv": "c<č g<ģ k<ķ l<ļ n<ņ r<ŗ s<š z<ž",
    "nb": "z<æ=ä<ø=ö<å=aa",
    "nn": "z<æ=ä<ø=ö<å=aa",
    "no": "z<æ=ä<ø=ö<å=aa",
    "pl": "a<ą c<ć e<ę l<ł n<ń o<ó s<ś z<ź<ż",
    "ro": "a<ă<â i<î s<ș=ş t<ț=ţ",
    "sk": "a<ä c<č h<ch o<ô r<ř s<š z<ž",
    "sl": "c<č<ć d<đ s<š z<ž",
    "sq": "c<ç d<dh e<ë g<gj l<ll n<nj r<rr s<sh t<th x<xh z<zh",
    "sr": "c<č<ć d<dž<đ l<lj n<nj s<š z<ž",
    "sv": "z<å<ä=æ<ö=ø",
    "tr": "c<ç g<ğ h<ı o<ö s<ş u<ü",
    "vi": "a<ă<â d<đ e<ê o<ô<ơ u<ư",
    # Persian has heh after waw, and alef with madda before alef (as in the Unicode default).
    "fa": "ن<و<ه=ة=ۀ",
}
"""Language to rules: `z<å<ä=æ` puts å, then ä and æ as one letter, after z and before whatever follows it."""

ARABIC_FORMS = {
    "آ": ("ا", 1),
    "أ": ("ا", 2),
    "إ": ("ا", 3),
    "ٱ": ("ا", 4),
    "ؤ": ("و", 2),
    "ئ": ("ي", 2),
    "ى": ("ي", 1),
    "ی": ("ي", 5),
    "ک": ("ك", 5),
    "ة": ("ت", 1),
}

FORMS: dict[str, dict[str, tuple[str, int]]] = {
    "ar": ARABIC_FORMS,
    "fa": {
        "أ": ("ا", 2),
        "إ": ("ا", 3),
        "ؤ": ("و", 2),
        "ئ": ("ی", 2),
        "ي": ("ی", 3),
        "ى": ("ی", 4),
        "ك": ("ک", 3),
    },
}
"""Language to letters that are forms of another: that letter, and which form. Readers look for أ, إ and آ under ا."""

OWN_SCRIPTS: dict[str, tuple[int, int]] = {
    **dict.fromkeys("el".split(), (0x1FB9, 0x1FE6)),
    **dict.fromkeys("be bg ce cv kk ky mk mn os ru sah sr-cyrl tg tt uk".split(), (0x2022, 0x21E5)),
    **dict.fromkeys("ka".split(), (0x223A, 0x2290)),
    **dict.fromkeys("hy".split(), (0x2290, 0x22B7)),
    **dict.fromkeys("he yi".split(), (0x22B7, 0x22E3)),
    **dict.fromkeys("ar ckb fa ps sd ug ur".split(), (0x22FD, 0x23D7)),
    **dict.fromkeys("dv".split(), (0x240B, 0x243D)),
    **dict.fromkeys("zgh".split(), (0x245D, 0x2496)),
    **dict.fromkeys("am ti".split(), (0x2496, 0x265B)),
    **dict.fromkeys("hi mr ne sa".split(), (0x265B, 0x26BF)),
    **dict.fromkeys("as bn".split(), (0x26BF, 0x2700)),
    **dict.fromkeys("pa".split(), (0x2700, 0x2739)),
    **dict.fromkeys("gu".split(), (0x2739, 0x277E)),
    **dict.fromkeys("or".split(), (0x277E, 0x27C1)),
    **dict.fromkeys("ta".split(), (0x27C1, 0x27F3)),
    **dict.fromkeys("te".split(), (0x27F3, 0x283D)),
    **dict.fromkeys("kn".split(), (0x283D, 0x2887)),
    **dict.fromkeys("ml".split(), (0x2887, 0x28D0)),
    **dict.fromkeys("si".split(), (0x28D0, 0x2920)),
    **dict.fromkeys("th".split(), (0x2D73, 0x2DB3)),
    **dict.fromkeys("lo".split(), (0x2DB3, 0x2E26)),
    **dict.fromkeys("bo dz".split(), (0x2E26, 0x2EC6)),
    **dict.fromkeys("my".split(), (0x3035, 0x3116)),
    **dict.fromkeys("km".split(), (0x3116, 0x315C)),
    **dict.fromkeys("ko".split(), (0x3BF5, 0x3D5A)),
}
"""Language to the primary weights of its own script, from the first to before the next one's, where it is not Latin."""
