import csv
import re
import subprocess
import sys
from importlib.resources import files

import pytest

from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.components.names import normalise_name
from sodalyte.datasets.components.values import (
    QUALITIES,
    SOURCE_KINDS,
    density_relative_std,
    load_property_values,
)

SODIUM_SALTS = (
    "NaPF6 NaFSI NaTFSI NaOTf NaClO4 NaBF4 NaI NaNO3 NaDFOB NaBOB NaDFP NaFTFSI NaBETI "
    "NaBPh4 NaAsF6 NaSbF6 NaTDI NaCB11H12 NaB(hfip)4 NaAlCl4 NaSCN NaTFA"
).split()

LITERATURE_NAMES = {
    "NaPF₆": "NaPF6",
    "sodium hexafluorophosphate": "NaPF6",
    "NaFSA": "NaFSI",
    "NaN(SO2F)2": "NaFSI",
    "sodium bis(fluorosulfonyl)imide": "NaFSI",
    "NaCF3SO3": "NaOTf",
    "NaSO3CF3": "NaOTf",
    "sodium triflate": "NaOTf",
    "NaN(SO2CF3)2": "NaTFSI",
    "NaNTf2": "NaTFSI",
    "NaODFB": "NaDFOB",
    "sodium difluoro(oxalato)borate": "NaDFOB",
    "NaPO2F2": "NaDFP",
    "LiPO2F2": "LiDFP",
    "Zn(CF3SO3)2": "Zn(OTf)2",
    "zinc triflate": "Zn(OTf)2",
    "Mg(TFSI)2": "Mg(TFSI)2",
    "Na[HCB11H11]": "NaCB11H12",
    "NaB[OCH(CF3)2]4": "NaB(hfip)4",
    "PYR14TFSI": "Pyr14TFSI",
    "[C2C1im][FSA]": "EMIMFSI",
    "[C3C1pyr][FSI]": "Pyr13FSI",
    "N-methyl-N-propylpyrrolidinium bis(fluorosulfonyl)imide": "Pyr13FSI",
    "TPABr": "TPABr",
    "Me3EtNOTF": "Me3EtNOTf",
    "monoglyme": "DME",
    "G1": "DME",
    "1,2\u2010dimethoxyethane": "DME",
    "diglyme": "G2",
    "DEGDME": "G2",
    "bis(2-methoxyethyl) ether": "G2",
    "tetraethylene glycol dimethyl ether": "G4",
    "2-MTHF": "2-MeTHF",
    "MTHF": "2-MeTHF",
    "MeCN": "ACN",
    "γ-butyrolactone": "GBL",
    "tetramethylene sulfone": "SL",
    "bis(2,2,2-trifluoroethyl) ether": "BTFE",
    "HFE-356mff2": "BTFE",
    "1,1,2,2-tetrafluoroethyl-2,2,3,3-tetrafluoropropyl ether": "TTE",
    "HFE-458": "TTE",
    "HFE-347pc-f": "TFTFE",
    "HFE-347mcc3": "HFE-7000",
    "HFE-449s1": "HFE-7100",
    "HFE-569sf2": "HFE-7200",
    "HFE-254cb2": "TFM",
    "HFE-374pc-f": "ETE",
    "HFE-356mm1": "HFPM",
    "1H,1H,5H-octafluoropentyl 1,1,2,2-tetrafluoroethyl ether": "OFE",
    "OTE": "OFE",
    "tris(2,2,2-trifluoroethyl) orthoformate": "TFEO",
    "tris(2,2,2-trifluoroethyl)borate": "TFEB",
    "methyl (2,2,2-trifluoroethyl) carbonate": "FEMC",
    "2,2-bis(trifluoromethyl)-1,3-dioxolane": "BTFMD",
    "perfluorobenzene": "HFB",
    "α,α,α-trifluorotoluene": "TFT",
    "N,N-dimethylsulfamoyl fluoride": "DMSF",
    "18-crown-6": "18-crown-6",
    "4-acetylpyridine": "4-acetylpyridine",
    "1,2-dibromobenzene": "1,2-DBB",
    "prop-1-ene-1,3-sultone": "PES",
    "H2O": "water",
    "liquid ammonia": "NH3",
}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def liquids(catalogue, role):
    return [c for c in catalogue.values() if c.role == role and not c.is_ionic]


def test_catalogue_is_as_large_as_promised(catalogue):
    assert set(SODIUM_SALTS) <= set(catalogue)
    assert len(liquids(catalogue, "solvent")) >= 80
    assert len(liquids(catalogue, "diluent")) >= 20
    assert len(liquids(catalogue, "additive")) >= 20
    twins = [name.removeprefix("Na") for name in SODIUM_SALTS[:8]]
    assert {f"{metal}{anion}" for metal in ("Li", "K") for anion in twins} <= set(
        catalogue
    )
    assert {"RbNO3", "CsPF6", "Zn(OTf)2", "Mg(TFSI)2", "ZnSO4"} <= set(catalogue)


@pytest.mark.parametrize(("text", "name"), LITERATURE_NAMES.items())
def test_literature_names_are_found(catalogue, text, name):
    assert catalogue.find(text).name == name


def test_every_name_leads_to_its_component(catalogue):
    assert all(catalogue.find(name).name == name for name in catalogue)


def test_no_alias_stands_for_two_components(catalogue):
    owner = {normalise_name(name): name for name in catalogue}
    ambiguous = set(catalogue.ambiguous_aliases)
    for name in catalogue:
        for alias in catalogue.entry(name).aliases:
            key = normalise_name(alias)
            assert owner.setdefault(key, name) == name, alias
            assert catalogue.find(alias).name == name or key in ambiguous, alias


def test_ambiguous_aliases_name_components_and_say_why(catalogue):
    for alias in catalogue.ambiguous_aliases.values():
        assert {alias.chosen, *alias.others} <= set(catalogue), alias
        assert alias.chosen not in alias.others
        assert alias.reason
        assert catalogue.find(alias.alias).name == alias.chosen
    assert catalogue.ambiguous_aliases["dee"].chosen == "DEE"
    assert "Et2O" in catalogue.ambiguous_aliases["dee"].others


def test_unknown_name_says_the_nearest(catalogue):
    with pytest.raises(KeyError, match=r"'NaPF66' is not\. Nearest names: NaPF6"):
        catalogue.find("NaPF66")


def test_smiles_are_canonical_and_distinct(catalogue):
    from rdkit import Chem

    for component in catalogue.values():
        molecule = Chem.MolFromSmiles(component.smiles)
        assert Chem.MolToSmiles(molecule) == component.smiles, component.name
        assert Chem.GetFormalCharge(molecule) == 0, component.name
    assert len({c.smiles for c in catalogue.values()}) == len(catalogue)


def test_masses_and_fluorine_follow_from_the_smiles(catalogue):
    from rdkit import Chem
    from rdkit.Chem.Descriptors import MolWt

    for name, component in catalogue.items():
        molecule = Chem.MolFromSmiles(component.smiles)
        mass = MolWt(molecule)
        n_fluorine = sum(atom.GetAtomicNum() == 9 for atom in molecule.GetAtoms())
        assert component.molar_mass_g_per_mol == pytest.approx(mass, abs=1e-3)
        assert catalogue.entry(name).fluorine_mass_fraction == pytest.approx(
            18.998403163 * n_fluorine / mass, abs=1e-5
        )


def test_salts_are_made_of_the_tabulated_ions(catalogue):
    for component in catalogue.values():
        if not component.is_ionic:
            assert "." not in component.smiles
            continue
        cation, anion = (
            catalogue.ions[component.cation],
            catalogue.ions[component.anion],
        )
        parts = component.smiles.split(".")
        n_cations = parts.count(cation.smiles)
        assert n_cations >= 1
        assert parts.count(anion.smiles) == len(parts) - n_cations
        assert n_cations * cation.charge + (len(parts) - n_cations) * anion.charge == 0


@pytest.mark.slow
def test_every_molecule_and_ion_embeds_in_three_dimensions(catalogue):
    from rdkit import Chem
    from rdkit.Chem import rdDistGeom

    species = {part for c in catalogue.values() for part in c.smiles.split(".")}
    assert {"F[P-](F)(F)(F)(F)F", "F[B-](F)(F)F", "O=S(=O)(F)[N-]S(=O)(=O)F"} <= species
    failed = []
    for smiles in sorted(species):
        molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
        parameters = rdDistGeom.ETKDGv3()
        parameters.randomSeed = 7
        if rdDistGeom.EmbedMolecule(molecule, parameters) == 0:
            continue
        parameters.useRandomCoords = True
        if rdDistGeom.EmbedMolecule(molecule, parameters) != 0:
            failed.append(smiles)
    assert failed == []


def test_carborane_geometry_is_the_closed_cage():
    path = files("sodalyte.datasets") / "tables" / "ion_geometries.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    cage = [
        tuple(float(row[axis]) for axis in ("x_A", "y_A", "z_A"))
        for row in rows
        if row["element"] != "H"
    ]
    edges = [
        sum((a - b) ** 2 for a, b in zip(p, q, strict=True)) ** 0.5
        for i, p in enumerate(cage)
        for q in cage[:i]
    ]
    assert len(cage) == 12
    assert sum(1.6 < edge < 1.9 for edge in edges) == 30  # of an icosahedron


def test_every_component_has_a_volume_with_uncertainty(catalogue):
    for component in catalogue.values():
        assert component.molar_volume_mL_per_mol > 0
        assert component.molar_volume_std_mL_per_mol > 0
        if not component.is_ionic:
            assert component.molar_volume_mL_per_mol == pytest.approx(
                component.molar_mass_g_per_mol / component.density_g_per_mL, rel=1e-3
            )


def test_component_table_agrees_with_the_resolved_properties(catalogue):
    for name, component in catalogue.items():
        if component.is_ionic:
            found = catalogue.resolution(name, "apparent_molar_volume_mL_per_mol")
            assert component.molar_volume_mL_per_mol == pytest.approx(
                found.value, abs=0.01
            )
        else:
            found = catalogue.resolution(name, "density_g_per_mL")
            assert component.density_g_per_mL == pytest.approx(found.value, abs=1e-4)
            assert component.molar_volume_std_mL_per_mol == pytest.approx(
                component.molar_volume_mL_per_mol * density_relative_std(found),
                abs=0.01,
            )


def test_every_value_has_source_and_mark(catalogue):
    known = set(catalogue) | set(catalogue.ions)
    for value in load_property_values():
        assert value.component in known
        assert value.quality in QUALITIES
        assert value.source_kind in SOURCE_KINDS
        assert value.source
        is_recalled = value.source_kind.startswith("recalled")
        assert not is_recalled or value.quality == "unverified", value
        assert "no source" not in value.source, value


def test_prices_are_dated_quotations_and_the_others_are_gaps(catalogue):
    prices = [v for v in load_property_values() if v.property_name.startswith("price")]
    assert {v.component for v in prices} == {"DMC", "EC", "PC", "THF"}
    for value in prices:
        assert value.quality == "measured"
        assert re.search(r"20\d\d", value.source), value
        assert "USD/t" in value.note
    assert "price_USD_per_kg_high" not in catalogue.properties("NaPF6")


def test_the_page_counts_what_is_not_verified():
    """GHS statements and donor numbers of anions, as descr/components.md says."""
    qualities = {}
    for value in load_property_values():
        key = (value.property_name, value.component)
        qualities.setdefault(key, set()).add(value.quality)
    hazards = [q for (p, _), q in qualities.items() if p == "ghs_hazards"]
    anions = [
        quality
        for (name, component), quality in qualities.items()
        if name == "donor_number_kcal_per_mol" and component.endswith("-")
    ]
    unverified = sum("measured" not in quality for quality in hazards)
    page = (files("sodalyte.datasets") / "descr" / "components.md").read_text("utf-8")
    assert f"{len(hazards)} components, {unverified} of them unverified" in page
    assert f"of {len(anions)} anions on Gutmann's scale none is verified" in page
    assert not any("measured" in quality for quality in anions)


def test_properties_carry_quality_and_source(catalogue):
    properties = catalogue.properties("G2")
    assert properties["viscosity_mPa_s"] == pytest.approx(1.0, abs=0.05)
    assert properties["viscosity_mPa_s_quality"] == "measured"
    assert "ThermoML" in properties["viscosity_mPa_s_source"]
    assert properties["donor_number_kcal_per_mol_quality"] == "unverified"
    assert catalogue.properties("NaPF6")["anion_donor_number_kcal_per_mol"] == 2.5
    assert catalogue.properties("PF6-")["van_der_waals_volume_A3"] == 71.9
    with pytest.raises(KeyError, match="kept by canonical name; 'diglyme' is none"):
        catalogue.properties("diglyme")


def test_a_gap_is_absent_and_not_zero(catalogue):
    assert "flash_point_C" not in catalogue.properties("TFTFE")
    assert "donor_number_kcal_per_mol" not in catalogue.properties("TFTFE")
    for value in load_property_values():
        if value.value == 0.0:
            assert value.property_name not in ("viscosity_mPa_s", "density_g_per_mL")


def test_dme_is_not_dimethyl_ether(catalogue):
    """One review prints the constants of dimethyl ether for DME."""
    assert catalogue.properties("DME")["boiling_point_C"] == pytest.approx(84.5, abs=2)
    assert catalogue.properties("Me2O")["boiling_point_C"] == pytest.approx(
        -24.8, abs=1
    )


def test_anion_donor_numbers_keep_their_scales_apart(catalogue):
    bromide = catalogue.properties("Br-")
    assert bromide["donor_number_kcal_per_mol"] == 33.7
    assert bromide["donor_number_ionic_liquid_scale_kcal_per_mol"] == 76.7


def test_salt_volumes_keep_their_media(catalogue):
    values = catalogue.property_values("NaPF6", "apparent_molar_volume_mL_per_mol")
    by_medium = {v.medium: v.value for v in values if v.quality == "measured"}
    assert by_medium.keys() == {"DME", "G2", "G4", "PC"}
    assert catalogue["NaPF6"].molar_volume_mL_per_mol == pytest.approx(53.1, abs=0.1)
    assert catalogue["NaPF6"].molar_volume_std_mL_per_mol > 8


def test_property_frame_keeps_conflicts_in_view(catalogue):
    frame = catalogue.property_frame()
    assert len(frame) == len(load_property_values())
    rows = frame[(frame.component == "FEC") & (frame.property == "permittivity")]
    assert set(rows.value) == {78.4, 107.0}
    assert rows[rows.is_chosen].value.tolist() == [78.4]
    assert rows.reason.str.contains("best rank of 2 values: measured, primary").all()
    assert frame.groupby(["component", "property"]).is_chosen.any().mean() > 0.99


def test_loading_is_light():
    """The parser starts with it, without RDKit and pandas; benchmarks/ time it."""
    code = (
        "import sys, sodalyte.datasets.components.catalogue as c; c.load_catalogue();"
        "print(*[m for m in ('rdkit', 'pandas', 'scipy') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


@pytest.mark.parametrize(
    "table",
    [
        "components",
        "component_properties",
        "ions",
        "ambiguous_aliases",
        "ion_geometries",
        "molar_volume_increments",
    ],
)
def test_description_page_counts_the_rows(table):
    room = files("sodalyte.datasets")
    lines = (room / "tables" / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    page = (room / "descr" / "components.md").read_text(encoding="utf-8")
    assert f"`{table}`, {len(list(csv.DictReader(lines)))} rows" in page
