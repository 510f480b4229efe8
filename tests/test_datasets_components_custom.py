import pytest

from sodalyte.datasets.components.catalogue import (
    load_catalogue,
    load_components_toml,
    use_components,
)
from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.datasets.loading.reading import read_formulation

FILE = """
[[component]]
name = "MEP"
smiles = "CCCOCCOC"
role = "solvent"
density_g_per_mL = 0.85
aliases = ["1-(2-methoxyethoxy)propane"]
source = "our lab, 2026"

[component.properties]
flash_point_C = 21
ghs_hazards = "H225"

[[component]]
name = "NaMy"
smiles = "[Na+].FS(=O)(=O)[N-]S(=O)(=O)CF"
role = "salt"
"""


@pytest.fixture
def write(tmp_path):
    def write_text(text):
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_text


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_component_by_smiles_is_found_by_name_and_alias(catalogue):
    extended = catalogue.with_component(
        name="MEP", smiles="C(OC)COCCC", role="solvent", aliases=["my-ether"]
    )
    component = extended.find("My Ether")
    assert component.name == "MEP"
    assert component.smiles == "CCCOCCOC"
    assert component.molar_mass_g_per_mol == pytest.approx(118.176, abs=1e-3)
    assert len(extended) == len(catalogue) + 1
    assert "MEP" not in catalogue


def test_estimated_density_is_marked(catalogue):
    extended = catalogue.with_component(name="MEP", smiles="CCCOCCOC", role="solvent")
    assert extended["MEP"].density_g_per_mL == pytest.approx(0.84, abs=0.03)
    assert extended["MEP"].molar_volume_std_mL_per_mol > 3
    assert extended.properties("MEP")["density_g_per_mL_quality"] == "estimated"


def test_own_density_and_properties_carry_their_source(catalogue, write):
    extended = catalogue.with_components_toml(write(FILE))
    properties = extended.properties("MEP")
    assert extended["MEP"].density_g_per_mL == 0.85
    assert extended["MEP"].molar_volume_mL_per_mol == pytest.approx(139.03, abs=0.01)
    assert properties["flash_point_C"] == 21.0
    assert properties["flash_point_C_source"] == "our lab, 2026"
    assert properties["ghs_hazards"] == "H225"
    frame = extended.property_frame()
    assert len(frame[frame.component == "MEP"]) == 3


def test_salt_gets_its_ions_and_an_estimated_volume(catalogue):
    salt = catalogue.with_component(
        name="NaMy", smiles="[Na+].FS(=O)(=O)[N-]S(=O)(=O)CF", role="salt"
    )["NaMy"]
    assert (salt.cation, salt.anion) == ("Na+", "O=S(=O)(F)[N-]S(=O)(=O)CF")
    assert 70 < salt.molar_volume_mL_per_mol < 130
    known = catalogue.with_component(
        name="Own IL", smiles="CCC[N+]1(CC)CCCC1.F[B-](F)(F)F", role="salt"
    )["Own IL"]
    assert known.anion == "BF4-"


def test_user_twin_of_a_catalogue_salt_has_the_same_volume(catalogue):
    salt = catalogue.with_component(
        name="NaTwin", smiles=catalogue["NaFSI"].smiles, role="salt"
    )["NaTwin"]
    assert salt.molar_volume_mL_per_mol == pytest.approx(
        catalogue["NaFSI"].molar_volume_mL_per_mol, abs=0.2
    )


def test_file_gives_components_in_order(write):
    names = [component.name for component in load_components_toml(write(FILE))]
    assert names == ["MEP", "NaMy"]


def test_finished_component_can_be_added(catalogue):
    import dataclasses

    own = dataclasses.replace(catalogue["DME"], name="my DME", smiles="COCCOC")
    assert catalogue.with_component(own).find("MY-DME") == own


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "x", "smiles": "C(C", "role": "solvent"}, "readable by RDKit"),
        ({"name": "x", "smiles": "[Na+]", "role": "salt"}, r"must cancel; .* has \+1"),
        ({"name": "DME", "smiles": "CCO", "role": "solvent"}, "stands for 'DME'"),
        (
            {"name": "x", "smiles": "C", "role": "solvent", "aliases": ["diglyme"]},
            "'diglyme' of the new component 'x' already stands for 'G2'",
        ),
        ({"name": "x", "smiles": "C"}, "role is missing"),
        ({"name": "x", "smiles": "C", "role": "salty"}, "role is 'salty', not one of"),
        (
            {"name": "x", "smiles": "C", "role": "solvent", "densty_g_per_mL": 1},
            r"densty_g_per_mL is unknown \(meant density_g_per_mL\?\)",
        ),
        (
            {"name": "x", "smiles": "C", "role": "solvent", "density_g_per_mL": -1},
            "density_g_per_mL must be finite and > 0",
        ),
        (
            {
                "name": "x",
                "smiles": "C",
                "role": "solvent",
                "properties": {"flash_point_C": "low"},
            },
            "A property is a number; flash_point_C of component 'x' is 'low'",
        ),
    ],
)
def test_impossible_components_are_refused(catalogue, arguments, message):
    with pytest.raises(ValueError, match=message):
        catalogue.with_component(**arguments)


def test_all_faults_of_a_file_come_at_once(write, catalogue):
    text = FILE + '[[component]]\nname = "DME"\nsmiles = "C("\nrole = "solvent"\n'
    text += '[[component]]\nname = "Y"\nsmiles = "C"\nrole = "drink"\n'
    with pytest.raises(ValueError, match=r"2 are not: component 3: .* component 4: "):
        catalogue.with_components_toml(write(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "must be TOML"),
        ("[component]\nname = 'x'\n", r"holds \[\[component\]\] tables"),
        ("[other]\n", "has other"),
    ],
)
def test_files_of_another_form_are_refused(write, text, message):
    with pytest.raises(ValueError, match=message):
        load_components_toml(write(text))


PRICES = """
[[component]]
name = "diglyme"
source = "quotation of 2026-03"
aliases = ["our bottle 7"]

[component.properties]
price_USD_per_kg_high = 25
viscosity_mPa_s = 1.1
"""


def test_a_table_without_smiles_is_about_a_component_of_the_catalogue(catalogue, write):
    """Its values stand before those of the catalogue; names and volumes stay."""
    extended = catalogue.with_components_toml(write(PRICES))
    assert extended["G2"] == catalogue["G2"]
    assert extended.find("our bottle 7").name == "G2"
    assert extended.entry("G2").family == catalogue.entry("G2").family
    properties = extended.properties("G2")
    assert properties["price_USD_per_kg_high"] == 25
    assert properties["price_USD_per_kg_high_source"] == "quotation of 2026-03"
    assert properties["viscosity_mPa_s"] == 1.1
    assert len(extended.property_values("G2", "viscosity_mPa_s")) > 1
    assert properties["flash_point_C"] == catalogue.properties("G2")["flash_point_C"]
    assert "price_USD_per_kg_high" not in catalogue.properties("G2")


@pytest.mark.parametrize(
    ("table", "match"),
    [
        ('name = "diglime"\nsource = "us"', r"is not \(nearest: G2"),
        ('name = "G2"\ndensity_g_per_mL = 0.9', "has density_g_per_mL. Give its"),
        ('name = "G2"\nproperties = {density_g_per_mL = 0.9}', "stays, for amounts"),
        ('source = "us"', "name is missing"),
    ],
)
def test_a_table_without_smiles_must_fit_the_catalogue(catalogue, write, table, match):
    with pytest.raises(ValueError, match=match):
        catalogue.with_components_toml(write(f"[[component]]\n{table}\n"))


def test_components_in_use_are_known_everywhere_and_forgotten_after(catalogue, write):
    text = "0.8 M NaMy in MEP"
    with pytest.raises(ValueError, match="unknown 'NaMy'"):
        Formulation.from_text(text)
    assert read_formulation(text).refusal
    with use_components(write(FILE)) as extended:
        assert load_catalogue() is extended
        formulation = Formulation.from_text(text)
        assert formulation.canonical == text
        assert Formulation.from_text(formulation.canonical) == formulation
        assert Formulation.from_mole_fractions({"NaMy": 1, "MEP": 9})
        assert read_formulation(text).canonical == text
        with use_components(None) as same:
            assert same is extended
    assert load_catalogue() is catalogue
    assert read_formulation(text).refusal


def test_components_in_use_are_forgotten_after_a_failure(catalogue, write):
    def fail():
        with use_components(write(FILE)):
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert load_catalogue() is catalogue


def test_an_exact_text_of_own_components_reads_back_in_another_session(write):
    """Without the file a formulation prints exact mole fractions by name."""
    with use_components(write(FILE)):
        formulation = Formulation.from_text("0.8 M NaMy in MEP + 5 wt% FEC")
    exact = formulation.canonical
    assert exact.endswith(" mol")
    with use_components(write(FILE)):
        assert Formulation.from_text(exact) == formulation
