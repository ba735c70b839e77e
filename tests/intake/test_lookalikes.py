from coalition.intake.lookalikes import look_alikes


def pairs(*names: str) -> set[tuple[str, str]]:
    return {(names[later], names[earlier]) for later, earlier in look_alikes(names).items()}


def test_one_organisation_written_in_two_ways_is_suspected() -> None:
    assert pairs("Open Rights Group", "April", "Open Right Group") == {("Open Right Group", "Open Rights Group")}
    assert pairs("The Tor Project", "Tor Project") == {("Tor Project", "The Tor Project")}
    assert pairs("Codeberg e.V.", "Codeberg eV") == {("Codeberg eV", "Codeberg e.V.")}
    assert pairs("Aalto Student Union", "Student Union Aalto") == {("Student Union Aalto", "Aalto Student Union")}
    assert pairs("Vía Libre (FVL)", "Via Libre") == {("Via Libre", "Vía Libre (FVL)")}
    assert pairs("الرابطة التونسية", "الرابطه التونسيه") == {("الرابطه التونسيه", "الرابطة التونسية")}


def test_sister_organisations_are_not() -> None:
    assert not pairs("Attac Austria", "Attac Australia")
    assert not pairs("Wikimedia Polska", "Wikimedia Italia")
    assert not pairs("Article 19", "Article 9")
    assert not pairs("Transparency International Georgia", "Transparency International Germany")
    assert not pairs("Digitale Gesellschaft", "Digitale Gesellschaft Schweiz")
    assert not pairs("EFF", "EFA")
