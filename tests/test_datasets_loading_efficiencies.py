import math

import pandas as pd
import pytest

from sodalyte.datasets import Formulation
from sodalyte.datasets.components.catalogue import load_catalogue
from sodalyte.datasets.loading.efficiencies import (
    CE_COLUMNS,
    load_anode_free_cells,
    load_ether_campaign,
    load_lithium_ce,
    load_plating_ce,
    load_plating_ce_literature,
    load_plating_ce_texts,
    typed,
)

LOADERS = (
    load_plating_ce,
    load_plating_ce_literature,
    load_plating_ce_texts,
    load_ether_campaign,
    load_lithium_ce,
    load_anode_free_cells,
)


def row(load, name):
    frame = load().frame
    return frame[frame["row_id"] == name].iloc[0]


@pytest.mark.parametrize("load", LOADERS, ids=lambda f: f.__name__)
def test_contract_columns_come_first(load):
    frame = load().frame
    assert tuple(frame.columns[: len(CE_COLUMNS)]) == CE_COLUMNS
    assert (frame["set_name"] == load().name).all()


def test_an_upper_bound_stays_one():
    failed = row(load_plating_ce, "P004")
    assert (failed["ce_percent"], failed["ce_qualifier"]) == (20.0, "<")
    assert failed["outcome"] == "failed_early"
    assert (failed["n_cycles"], failed["n_cycles_qualifier"]) == (25, "<")


def test_every_early_failure_is_a_bound():
    frame = load_plating_ce().frame
    early = frame[(frame["outcome"] == "failed_early") & frame["is_usable"]]
    assert len(early) == 6
    assert (early["ce_qualifier"] == "<").all()


def test_the_diluted_electrolytes_have_their_published_molarity():
    # the ratio is read by mole; then the liquid must have the printed molarity
    for name, molarity in (("P018", 5.2), ("P020", 2.1), ("P021", 3.1)):
        formulation = Formulation.from_text(
            row(load_plating_ce, name)["formulation_reading"]
        )
        assert formulation.salt_molarity_mol_per_L == pytest.approx(molarity)
        fractions = dict(
            zip(formulation.names, formulation.mole_fractions, strict=True)
        )
        # the parent has one DME for each NaFSI, so have its dilutions
        assert fractions["NaFSI"] == pytest.approx(fractions["DME"], rel=0.06)


def test_a_film_is_no_part_of_the_liquid():
    film = row(load_plating_ce, "P044")
    assert film["modifier"] == "3A zeolite molecular sieve film"
    assert not film["is_usable"]
    assert "zeolite" not in film["formulation"]


def test_campaign_assumptions_stand_in_every_row():
    frame = load_ether_campaign().frame
    assert frame["is_collector_assumed"].all()
    assert frame["formulation_assumption"].str.contains("not published").all()
    assert (frame["collector_published"] == "").all()
    assert frame["formulation"].str.contains("NaPF6").all()
    assert frame.groupby("iteration").size().to_dict() == {
        0: 10, 1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 5
    }  # fmt: skip


def test_a_cell_that_would_not_run_has_no_efficiency():
    frame = load_ether_campaign().frame
    dead = frame[frame["outcome"] == "would_not_run"]
    assert len(dead) == 6
    assert dead["ce_percent"].isna().all()
    assert (dead["ce_qualifier"] == "").all()
    assert dead["formulation"].str.contains("G4").all()


def test_campaign_fractions_are_those_published():
    for record in load_ether_campaign().frame.to_dict("records"):
        published = {
            load_catalogue().find(part.rsplit(":", 1)[0]).name: float(
                part.rsplit(":", 1)[1]
            )
            for part in record["formulation_text"].split(";")
        }
        formulation = Formulation.from_text(record["formulation"])
        volumes = dict(
            zip(formulation.names, formulation.volume_fractions, strict=True)
        )
        liquid = sum(v for name, v in volumes.items() if name != "NaPF6")
        for name, fraction in published.items():
            assert volumes[name] / liquid == pytest.approx(fraction, abs=1e-6)


def test_lithium_names_match_their_smiles():
    chem = pytest.importorskip("rdkit.Chem")
    catalogue = load_catalogue()
    corrected = {"L014", "L032", "L033", "L074", "L107"}
    for record in load_lithium_ce().frame.to_dict("records"):
        if record["row_id"] in corrected:
            assert record["composition_note"]
            continue
        names = [p.rsplit("=", 1)[0] for p in record["mole_fractions"].split(";")]
        published = [
            chem.CanonSmiles(p.rsplit("=", 1)[0])
            for p in record["mole_fractions_published"].split(";")
        ]
        found = [chem.CanonSmiles(catalogue.find(name).smiles) for name in names]
        assert set(published) <= set(found), record["row_id"]
        assert set(found) - set(published) <= {chem.CanonSmiles("C1COCCOCCOCCO1")}, (
            record["row_id"]
        )


def test_lithium_fractions_are_those_published_but_for_named_corrections():
    changed = []
    for record in load_lithium_ce().frame.to_dict("records"):
        ours = sorted(
            float(p.rsplit("=", 1)[1]) for p in record["mole_fractions"].split(";")
        )
        theirs = sorted(
            float(p.rsplit("=", 1)[1])
            for p in record["mole_fractions_published"].split(";")
        )
        if ours != theirs:
            changed.append(record["row_id"])
            assert record["composition_note"], record["row_id"]
    assert changed == [
        "L014", "L082", "L092", "L116", "L118", "L120", "L145"
    ]  # fmt: skip


def test_lithium_faults_are_marked():
    frame = load_lithium_ce().frame.set_index("row_id")
    assert frame["is_composition_corrected"].sum() == 10
    assert list(frame.index[frame["is_composition_doubtful"]]) == ["L051"]
    assert "exchanged" in frame.loc["L051", "composition_note"]
    assert (frame["formulation"] != "").all()


def test_lithium_duplicates_scatter_by_the_known_noise():
    frame = load_lithium_ce().frame
    nines = -(1 - frame["ce_percent"] / 100).map(math.log10)
    groups = frame.assign(nines=nines).groupby("formulation")["nines"]
    repeated = groups.std()[groups.size() > 1]
    pooled = math.sqrt((repeated**2).mean())
    assert len(repeated) == 3
    assert 0.21 <= pooled <= 0.26, "the noise floor that the page states"


def test_no_anode_free_cell_is_a_plating_efficiency():
    frame = load_anode_free_cells().frame
    assert not frame["is_usable"].any()
    assert frame["unusable_reason"].str.contains("full cell").all()
    table = row(load_anode_free_cells, "A001")
    assert (table["initial_ce_percent"], table["ce_percent"]) == (94.0, 95.0)
    assert table["retention_percent"] == 98.5


def test_typed_reads_numbers_counts_and_flags():
    table = pd.DataFrame(
        {"ce_percent": ["99.5", ""], "n_cycles": ["10", ""], "is_usable": ["True", ""]}
    )
    frame = typed(table)
    assert frame["ce_percent"].tolist()[0] == 99.5
    assert math.isnan(frame["ce_percent"].tolist()[1])
    assert str(frame["n_cycles"].dtype) == "Int64"
    assert frame["is_usable"].tolist() == [True, False]


def test_typed_refuses_text_in_a_numeric_column():
    with pytest.raises(ValueError, match="abc"):
        typed(pd.DataFrame({"ce_percent": ["abc"]}))
