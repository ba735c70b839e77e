"""What the invented letters say, in real English, French and Arabic."""

from __future__ import annotations

from coalition.actions.draft import AddresseeEntry

CREDIT = "Noor Lindqvist"
LICENCE = "CC0 1.0"

MEASURED = {
    "en": {
        "title": "Publish what is measured",
        "deck": "An open letter to those who look after public waters",
        "salutation": "Dear ministers,",
        "body": """Every day, in hundreds of places, somebody lowers a bottle into a river and writes down what is in \
it. The public pays for these figures. Most of them are then put into a drawer.

We are {{organisations}} {{organisations: one=organisation | other=organisations}} that work in {{countries}} \
{{countries: one=country | other=countries}} with people who drink, fish and farm downstream. We do not ask for new \
laboratories. We ask that what is measured is published, in time, and in a form that a neighbour can read.

Three steps would be enough to begin:

{recommendations}

1. **Publish every measurement** of a public water within 30 days, with its place, its day and its method.
2. **Name a person** in each basin office who answers questions about the figures.
3. **Leave the figures of past years** where they can be found, so that nobody has to start again.

Where this was tried, it cost less than one new pump house, and it ended quarrels that had lasted for years.[^alder]

> We had argued about the mill for eleven years. Then the figures were on the wall of the post office, and we argued \
about what to do.
>
> — A farmer on the lower Alder

[^alder]: The basin office of the River Alder has published its figures every Friday since 2019.
""",
        "closing": "We will read what you publish, and we will say thank you in public.",
        "disclaimers": "Everybody and everything in this letter is invented: it belongs to a demonstration.",
        "list_heading": "Signed by",
        "photo_caption": "The lower Alder, an hour before dark.",
        "photo_alternative": "A river in two bends between meadows; behind it rows of blue hills and a low sun.",
        "contact_line": "Questions: letters@clearstream.example",
    },
    "fr": {
        "title": "Publiez ce qui est mesuré",
        "deck": "Lettre ouverte à celles et ceux qui veillent sur les eaux publiques",
        "salutation": "Mesdames et Messieurs les ministres,",
        "body": """Chaque jour, en des centaines d’endroits, quelqu’un plonge un flacon dans une rivière et note ce \
qu’il contient. Ces chiffres sont payés par le public. La plupart finissent dans un tiroir.

Nous sommes {{organisations}} {{organisations: one=organisation | many=organisations | other=organisations}} et \
travaillons, dans {{countries}} pays, avec celles et ceux qui boivent, pêchent et cultivent en aval. Nous ne demandons \
pas de nouveaux laboratoires. Nous demandons que ce qui est mesuré soit publié, à temps et sous une forme qu’un voisin \
peut lire.

Trois pas suffiraient pour commencer :

{recommendations}

1. **Publier chaque mesure** d’une eau publique dans les 30 jours, avec son lieu, son jour et sa méthode.
2. **Nommer une personne** dans chaque agence de bassin pour répondre aux questions sur ces chiffres.
3. **Laisser les chiffres des années passées** là où on les trouve, pour que personne n’ait à recommencer.

Là où on l’a essayé, cela a coûté moins cher qu’une nouvelle station de pompage et mis fin à des querelles vieilles de \
plusieurs années.[^alder]

> Nous nous disputions au sujet du moulin depuis onze ans. Puis les chiffres ont été affichés au mur de la poste, et \
nous avons discuté de ce qu’il fallait faire.
>
> — Un paysan du bas Alder

[^alder]: L’agence de bassin de l’Alder publie ses chiffres chaque vendredi depuis 2019.
""",
        "closing": "Nous lirons ce que vous publierez, et nous vous remercierons publiquement.",
        "disclaimers": "Tout, dans cette lettre, est inventé : elle fait partie d’une démonstration.",
        "list_heading": "Signataires",
        "photo_caption": "Le bas Alder, une heure avant la nuit.",
        "photo_alternative": "Une rivière en deux méandres entre des prés ; derrière, des collines et un soleil bas.",
        "contact_line": "Questions : letters@clearstream.example",
    },
    "ar": {
        "title": "انشروا ما يُقاس",
        "deck": "رسالة مفتوحة إلى من يرعون المياه العامة",
        "salutation": "السيدات والسادة الوزراء،",
        "body": """في كل يوم، وفي مئات الأماكن، يُنزل أحدهم قارورةً في نهر ويدوّن ما فيها. هذه الأرقام مدفوعة من \
المال العام، ثم يوضع معظمها في درج.

نحن {{organisations}} {{organisations: zero=منظمة | one=منظمة | two=منظمة | few=منظمات | many=منظمة | \
other=منظمة}} نعمل في {{countries}} {{countries: zero=بلد | one=بلد | two=بلد | few=بلدان | many=بلدًا | other=بلد}} \
مع من يشربون من الأنهار \
ويصيدون فيها ويزرعون على ضفافها. لا نطلب مختبرات جديدة، بل نطلب أن يُنشر ما يُقاس، في وقته، وبصيغة يستطيع الجار أن \
يقرأها.

تكفي ثلاث خطوات للبداية:

{recommendations}

1. **نشر كل قياس** لمياه عامة خلال 30 يومًا، مع مكانه ويومه وطريقته.
2. **تسمية شخص** في كل مكتب حوض يجيب عن الأسئلة حول هذه الأرقام.
3. **إبقاء أرقام السنوات الماضية** حيث يمكن العثور عليها، كي لا يبدأ أحد من جديد.

حيث جُرّب ذلك كانت كلفته أقل من كلفة محطة ضخ واحدة، وأنهى خلافات دامت سنوات.[^alder]

> تجادلنا حول الطاحونة أحد عشر عامًا. ثم عُلّقت الأرقام على جدار مكتب البريد، فصرنا نتجادل حول ما ينبغي فعله.
>
> — مزارع من أسفل نهر ألدر

[^alder]: ينشر مكتب حوض نهر ألدر أرقامه كل يوم جمعة منذ عام 2019.
""",
        "closing": "سنقرأ ما تنشرونه، وسنشكركم علنًا.",
        "disclaimers": "كل ما في هذه الرسالة ومن فيها من صنع الخيال: إنها جزء من عرض تجريبي.",
        "list_heading": "الموقّعون",
        "photo_caption": "أسفل نهر ألدر قبل حلول الظلام بساعة.",
        "photo_alternative": "نهر ينعطف مرتين بين المروج، وخلفه صفوف من التلال الزرقاء وشمس منخفضة.",
        "contact_line": "للأسئلة: letters@clearstream.example",
    },
}

ADDRESSEES = (
    AddresseeEntry(
        names={
            "und": "The ministers responsible for water",
            "fr": "Les ministres chargés de l’eau",
            "ar": "الوزراء المسؤولون عن المياه",
        }
    ),
    AddresseeEntry(
        block="cc",
        names={"und": "Ida Brandt", "ar": "إيدا براندت"},
        offices={
            "und": "Secretary of the Joint Basin Commission",
            "fr": "Secrétaire de la Commission mixte des bassins",
            "ar": "أمينة اللجنة المشتركة للأحواض",
        },
    ),
)

DOWNSTREAM = {
    "en": {
        "title": "A seat for those downstream",
        "deck": "Joint statement before the autumn meeting of the Basin Commission",
        "body": """In October the Basin Commission decides how the water of the dry months is shared for the next ten \
years. At its table sit four ministries and two power companies. Nobody who lives below the last dam has a seat.

We, the undersigned {{organisations: one=organisation | other=organisations}}, ask the Commission to:

{recommendations}

1. Give two seats with a vote to the communities below the last dam.
2. Hold one meeting in three downstream, in a hall that a bus reaches.
3. Publish the minutes within a fortnight, in the languages spoken along the river.

A rule for water that was made without those who depend on it has never lasted long. This one could.
""",
        "closing": "We are ready to say who could take these seats, and to help them prepare.",
    },
    "fr": {
        "title": "Une place pour celles et ceux d’aval",
        "deck": "Déclaration commune avant la réunion d’automne de la Commission des bassins",
        "body": """En octobre, la Commission des bassins décide comment l’eau des mois secs sera partagée pendant dix \
ans. À sa table siègent quatre ministères et deux compagnies d’électricité. Personne de celles et ceux qui vivent sous \
le dernier barrage n’y a de place.

Nous, {{organisations: one=organisation soussignée | many=organisations soussignées | \
other=organisations soussignées}}, demandons à la Commission de :

{recommendations}

1. Donner deux sièges avec droit de vote aux communautés situées sous le dernier barrage.
2. Tenir une réunion sur trois en aval, dans une salle qu’un autocar dessert.
3. Publier les procès-verbaux sous quinze jours, dans les langues parlées le long du fleuve.

Une règle de l’eau faite sans celles et ceux qui en dépendent n’a jamais duré. Celle-ci le pourrait.
""",
        "closing": "Nous sommes prêts à dire qui pourrait occuper ces sièges, et à les aider à se préparer.",
    },
}
WHY_NOW = {
    "en": "The Commission meets in October. We would like to hand over the statement two weeks before.",
    "fr": "La Commission se réunit en octobre. Nous souhaitons remettre la déclaration deux semaines avant.",
}

ACCORD = {
    "title": "Ten years of the Lake Accord",
    "body": """Ten years ago three countries agreed to treat one lake as one lake. Much of what was promised has been \
done, and it should be said who did it.

What is missing:

- the yearly count of fish, which was last made in the fourth year;
- the fund for boats lost in storms;
- a single number to call.

""",
}
