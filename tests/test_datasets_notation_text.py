import csv
import doctest
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.notation.text import MAX_TEXT_LENGTH, read_notation

QUICK = settings(deadline=None, max_examples=300)

DATA = Path(__file__).parent / "data"


def pairs(name, second):
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return [(row["text"], row[second]) for row in csv.DictReader(handle)]


READ = pairs("notation_dialects.csv", "canonical")
UNSEEN = pairs("notation_unseen.csv", "canonical")
REFUSED = pairs("notation_out_of_scope.csv", "label")


@pytest.mark.parametrize(
    ("text", "canonical"), READ + UNSEEN, ids=[text for text, _ in READ + UNSEEN]
)
def test_dialects(text, canonical):
    """Those of the tables, and others written as papers and suppliers print them."""
    formulation = Formulation.from_text(text)
    assert formulation == Formulation.from_text(canonical)
    assert Formulation.from_text(formulation.canonical) == formulation


@pytest.mark.parametrize(("text", "label"), REFUSED, ids=[text for text, _ in REFUSED])
def test_what_is_no_liquid_electrolyte_is_refused_by_name(text, label):
    with pytest.raises(ValueError, match="out of scope") as caught:
        Formulation.from_text(text)
    assert label in str(caught.value)


def test_a_molarity_may_count_the_solvent():
    """As one collection counts it: 3 / (3 + 9.66), neat DME being 9.66 M."""
    for text in (
        "3 mol/L of solvent LiTFSI in DME",
        "3 M (per litre of solvent) LiTFSI in DME",
        "3 mol LiTFSI in 1 L DME",
    ):
        formulation = Formulation.from_text(text)
        assert formulation == Formulation.from_text(
            "3 M LiTFSI in DME", molarity_per="solvent"
        )
        assert formulation.mole_fractions[0] == pytest.approx(3 / 12.66, abs=5e-3)
    assert Formulation.from_text("3 mol LiTFSI per L of solution in DME") == (
        Formulation.from_text("3 M LiTFSI in DME")
    )


@pytest.mark.parametrize(
    ("text", "assumption"),
    [
        ("E1: 1 M NaPF6 in G2", "the label E1 is left out"),
        ("1 N NaClO4 in PC", "a normality is read as mol/L"),
        (
            "1 M (LiFSI0.9-LiTFSI0.1) DME",
            "1 M is the sum over the salts, split by mole",
        ),
        ("NaPF6/DME", "no concentration of NaPF6 is given: 1 M is assumed"),
        (
            "NaPF6-NaBF4 in diglyme",
            "1 M is the sum over NaPF6 + NaBF4, in equal moles",
        ),
        ("1 M NaPF6 in EC/DMC", "no ratio of EC, DMC is given: equal volumes"),
        ("1 M NaPF6 in EC/DMC 1:1", "basis of the solvent ratio is not given: volume"),
        ("NaFSI:DME 1:2", "the ratio includes a salt: read as a mole ratio"),
        ("1 M NaPF6 in PC + 2% FEC", "2 % FEC is read as percent by mass"),
        ("1 M NaPF6 in DEE", "DEE is read as 1,2-diethoxyethane, not diethyl ether"),
        ("10 M LiFSI in DMC", "M is read as moles per litre of solvent"),
        ("1 M NaPF6 in DME, H2O < 10 ppm", "water is below 10 ppm: taken as 10 ppm"),
        ("~1 M NaPF6 in G2", "an approximate amount is taken as it stands"),
        ("0,5 M NaPF6 in G2", "0,5 is read as 0.5"),
        ("1,000 mM NaPF6 in DME", "1,000 is read as 1000"),
        ("1 M NaPF6 in diglyme with 3A zeolite film", "stands outside the liquid"),
        ("1 M NaPF6 in G2", "volumes are additive at 25 degC; NaPF6 adds"),
        ("1 M NaPF6 in FDMB", "the density of FDMB is poorly known"),
        ("4.5 M LiFSI/DME (1:1)", "the concentration is used"),
    ],
)
def test_what_is_left_open_is_recorded(text, assumption):
    assert any(assumption in note for note in Formulation.from_text(text).assumptions)


def test_a_complete_text_leaves_nothing_open_but_the_volumes():
    notes = Formulation.from_text("1 M NaPF6 in EC:PC 1:1 v/v").assumptions
    assert len(notes) == 1
    assert notes[0].startswith("volumes are additive")
    assert Formulation.from_text("NaFSI:DME 1:2 mol").assumptions == ()


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("3A-zeolite-modified 1 M NaPF6-diglyme", "3A zeolite molecular sieve film"),
        ("1 M NaPF6 in diglyme in Na-exchanged zeolite", "Na-exchanged zeolite host"),
        ("1 M NaPF6 in diglyme", ""),
    ],
)
def test_modifier_is_told_apart_from_the_liquid(text, modifier):
    notation = read_notation(text)
    assert notation.modifier == modifier
    assert [s.name for s in notation.species] == ["NaPF6", "G2"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("sodium borohydride solid electrolyte", "solid electrolyte"),
        ("Na3.4Zr2Si2.4P0.6O12", "solid electrolyte"),
        ("Na-beta''-Al2O3", "solid electrolyte"),
        ("Na3PS4 with 1 M NaPF6 in G2", "solid electrolyte"),
        ("NaTFSI in PEO", "polymer or gel electrolyte"),
        ("1 M NaClO4 in PC in PVDF-HFP gel", "polymer or gel electrolyte"),
        ("2 M ZnSO4 aqueous electrolyte", "aqueous electrolyte"),
        ("1 M NaPF6 in water", "aqueous electrolyte"),
        ("2 mmol Zn(OTF)2 in sulfolane/water", "aqueous electrolyte"),
        ("17 m NaClO4 in H2O", "aqueous electrolyte"),
        ("Na-S cell with 1 M NaPF6 in G4", "sulfur cell"),
        ("0.5 M NaOTf in G2 for Na-O2", "air cell"),
        ("molten NaAlCl4", "molten salt electrolyte"),
        ("conventional ether electrolyte", "class of electrolytes"),
        ("saturated NaNO3 in DME", "saturated solution"),
        ("1-1.5 M NaPF6 in G2", "range of amounts"),
        ("1 M NaPF6 in PC + 0.5-1.0 % VC", "range of amounts"),
    ],
)
def test_out_of_scope_is_refused_by_name(text, label):
    with pytest.raises(ValueError, match=label):
        Formulation.from_text(text)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("1 M NaPF7 in G2", r"position 5 .* unknown 'NaPF7'. Nearest names: NaPF6"),
        ("1 M NaPF6 in diglime", r"unknown 'diglime'. Nearest names: G2"),
        ("1 M NaPF6", "A formulation has a solvent"),
        ("NaPF6", "A formulation has a solvent"),
        ("0 M NaPF6 in G2", r"position 5 .* has 0 M of NaPF6"),
        ("-1 M NaPF6 in G2", r"An amount is positive; position 1 .* has '-1'"),
        ("1 M NaPF6 + -0.1 M NaBF4 in G2", r"'-0.1'"),
        ("25 M NaPF6 in G2", r"25 M of NaPF6"),
        ("1e999 M NaPF6 in G2", "inf M of NaPF6"),
        ("inf M NaPF6 in G2", "unknown 'inf'"),
        ("nan M NaPF6 in G2", "unknown 'nan'"),
        ("15 M NaFSI in DME", "Salts fill at most 47 %"),
        ("1 M NaPF6 in EC:PC 1:0", "parts of a ratio are positive and finite"),
        ("1 M NaPF6 in EC:PC 1:1:1", "has 1:1:1 for 2 names"),
        ("1 M NaPF6 in EC/PC/DMC 1:1", "has 1:1 for 3 names"),
        ("1 M NaPF6 in EC 1:1", "has 1:1 for 1 names"),
        ("NaPF6:G2 1:8 v/v", "A salt has no share by volume"),
        ("1 M NaPF6 in PC with FEC", "FEC without one. Write for example"),
        ("1 M NaPF6 in EC/PC + FEC", "FEC without one. Write for example"),
        ("1 M NaPF6 in G2 + 60 wt% FEC", "has 60 % of FEC"),
        ("1 M NaPF6 in PC + 0 % FEC", "has 0 % of FEC"),
        ("40% NaPF6 + 40% NaBF4 in G2 + 30% FEC", "the sum of percentages"),
        ("1 NaPF6 in G2 5", "a lone 5"),
        ("1.2.3 M NaPF6 in G2", "a lone 1.2"),
        ("1 M NaPF6 in G2 + 1 M NaFSI in DME", "one electrolyte; position 29"),
        ("5 wt% in", "a lone 5"),
        ("M NaPF6 in G2", "unknown 'M'"),
        (
            "1 M NaPF6 in EC:PC (1:1 v/v):DMC:DEC 1:1 w/w",
            "One ratio covers all solvents",
        ),
        ("", "names salts and solvents"),
        ("   ", "names salts and solvents"),
        ("(((", "names salts and solvents"),
        ("1 M NaPF6 in G2\x00", "no control characters; position 16"),
        ("a" * (MAX_TEXT_LENGTH + 1), "at most 500 characters"),
    ],
)
def test_faults_are_refused_with_place_and_value(text, match):
    with pytest.raises(ValueError, match=match):
        Formulation.from_text(text)


@pytest.mark.parametrize("thing", [None, 1.0, b"1 M NaPF6 in G2", ["G2"]])
def test_only_texts_are_read(thing):
    with pytest.raises(TypeError, match="A formulation is a text"):
        Formulation.from_text(thing)


def test_own_components_are_read():
    own = load_catalogue().with_component(
        name="MyEther", smiles="COCCOCCC", role="solvent", density_g_per_mL=0.87
    )
    text = "1 M NaPF6 in MyEther:G2 1:1 v/v"
    formulation = Formulation.from_text(text, catalogue=own)
    assert formulation.names == ("NaPF6", "G2", "MyEther")
    again = Formulation.from_text(formulation.canonical, catalogue=own)
    assert again == formulation
    with pytest.raises(ValueError, match="unknown 'MyEther'"):
        Formulation.from_text(text)


# one composition in many dialects

SALTS = ["NaPF6", "NaFSI", "NaTFSI", "NaClO4", "NaBF4", "NaOTf"]
SOLVENTS = ["DME", "G2", "EC", "PC", "DMC", "BTFE", "TTE", "THF", "2-MeTHF", "DOL"]
BASES = {
    "volume": ["v/v", "vol", "by volume", "vol.", "in volume"],
    "mass": ["w/w", "wt", "by weight", "by mass", "weight ratio"],
    "mole": ["mol", "by mol", "molar ratio", "n/n"],
}


@QUICK
@given(st.data())
def test_one_composition_in_any_dialect(data):
    """Whatever the spelling, order, separators and brackets, one meaning is read."""
    pick = data.draw
    salts = pick(st.lists(st.sampled_from(SALTS), min_size=1, max_size=2, unique=True))
    molar = [pick(st.integers(1, 15)) / 10 for _ in salts]
    solvents = pick(
        st.lists(st.sampled_from(SOLVENTS), min_size=1, max_size=4, unique=True)
    )
    parts = [pick(st.integers(1, 9)) for _ in solvents]
    basis = pick(st.sampled_from(sorted(BASES)))
    percent = pick(st.sampled_from([None, 1, 2.5, 5]))
    expected = Formulation.from_molarity(
        dict(zip(salts, molar, strict=True)),
        dict(zip(solvents, parts, strict=True)),
        basis=basis,
        additive_mass_fractions={"VC": percent / 100} if percent else None,
    )
    aliases = load_catalogue().entries
    spelled = [pick(st.sampled_from([n, *aliases[n].aliases])) for n in solvents]
    spelled = [s if pick(st.booleans()) else n for n, s in zip(solvents, spelled)]  # noqa: B905
    unit = pick(st.sampled_from(["M", " M", " mol/L", " mol L-1", " mol dm-3"]))
    head = pick(st.sampled_from([" + ", " and ", ", ", " & "])).join(
        f"{m:g}{unit} {n}" for n, m in zip(salts, molar, strict=True)
    )
    liquids = pick(st.sampled_from(["/", ":", " : ", "/ ", " and "])).join(spelled)
    ratio = ""
    if len(solvents) > 1:
        numbers = ":".join(map(str, parts))
        word = pick(st.sampled_from(BASES[basis]))
        ratio = pick(
            st.sampled_from(
                [f" {numbers} {word}", f" ({numbers} {word})", f" ({numbers}, {word})"]
            )
        )
    tail = ""
    if percent:
        tail = pick(
            st.sampled_from(
                [
                    f" + {percent} wt% VC",
                    f" with {percent}wt.% VC",
                    f", {percent} % wt VC",
                ]
            )
        )
    text = head + pick(st.sampled_from([" in ", " dissolved in "])) + liquids
    assert Formulation.from_text(text + ratio + tail) == expected


@QUICK
@given(st.data())
def test_one_mole_ratio_in_any_dialect(data):
    """Ratios, coefficients, percent and any order of names mean the same."""
    pick = data.draw
    salts = pick(st.lists(st.sampled_from(SALTS), min_size=1, max_size=2, unique=True))
    solvents = pick(
        st.lists(st.sampled_from(SOLVENTS), min_size=1, max_size=4, unique=True)
    )
    names = pick(st.permutations([*salts, *solvents]))
    parts = [pick(st.integers(1, 50)) / 10 for _ in names]
    expected = Formulation.from_mole_fractions(dict(zip(names, parts, strict=True)))
    numbers = ":".join(f"{part:g}" for part in parts)
    word = pick(st.sampled_from(["", *(" " + basis for basis in BASES["mole"])]))
    text = pick(
        st.sampled_from(
            [
                f"{':'.join(names)} {numbers}{word}",
                f"{'/'.join(names)} ({numbers}{word})",
                f"{' - '.join(names)} = {numbers}{word}",
                f"{numbers}{word} {':'.join(names)}",
                " - ".join(f"{p:g} {n}" for n, p in zip(names, parts, strict=True)),
            ]
        )
    )
    assert Formulation.from_text(text) == expected


def test_every_spelling_of_the_catalogue_is_read():
    """Each alias of each component, in running text, gives that component."""
    catalogue = load_catalogue()
    wrong = []
    count = 0
    for name, entry in catalogue.entries.items():
        for alias in (name, *entry.aliases):
            chosen = catalogue.find(alias).name
            if "water" in (name, chosen):
                continue
            is_ionic = catalogue[chosen].is_ionic
            text = f"1 M {alias} in DMC" if is_ionic else f"1 M NaPF6 in {alias}"
            count += 1
            try:
                if chosen not in Formulation.from_text(text).names:
                    wrong.append(alias)
            except ValueError as error:
                wrong.append(f"{alias}: {error}")
    assert count > 3000
    assert not wrong, f"{len(wrong)} of {count}: {wrong[:5]}"


def test_the_page_on_the_notation_tells_the_truth():
    page = Path(__file__).parent.parent / "docs" / "notation.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert result.attempted >= 4
    assert result.failed == 0
    text = page.read_text(encoding="utf-8")
    canonical = text.split("## The canonical form")[1].split("```text")[1]
    canonical = canonical.split("```")[0].strip()
    for line in canonical.splitlines():
        assert Formulation.from_text(line).canonical == line


WORDS = [
    *("NaPF6", "NaFSI", "G2", "1,2-dimethoxyethane", "EC", "TTE", "FEC", "M", "m"),
    *("wt%", "%", "vol%", "in", "and", "with", "+", "-", "/", ":", "=", "(", ")", "["),
    *("1", "0", "2.5", "1e9", "nan", "inf", "v/v", "by", "mol", "ppm", "H2O", "]"),
    *("\u2082", "\u00b7", "\u2212", "\u00bd", "\ud83d", "\u200b", "zeolite"),
]


@QUICK
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(WORDS), max_size=15).map(" ".join),
        st.lists(st.sampled_from(WORDS), max_size=15).map("".join),
    )
)
def test_no_text_gives_more_than_a_formulation_or_a_value_error(text):
    try:
        formulation = Formulation.from_text(text)
    except ValueError as error:
        str(error).encode("utf-8")
        return
    assert Formulation.from_text(formulation.canonical) == formulation


@pytest.mark.parametrize("piece", ["(", "1:", "1,", "a", "EC/x", "- ", "%", "1 M "])
def test_long_nonsense_is_refused(piece):
    """How fast stands in benchmarks/bench_notation.py."""
    text = (piece * MAX_TEXT_LENGTH)[:MAX_TEXT_LENGTH]
    with pytest.raises(ValueError, match="has"):
        Formulation.from_text(text)
