import sys

import pytest
from rdkit import Chem

from sodalyte.featurizers import remake
from sodalyte.featurizers.orbital_table import Cache
from sodalyte.featurizers.orbitals import METHOD_VERSION


def test_species_of_the_catalogue_are_distinct_and_computable():
    species = remake.catalogue_species()
    assert len(species) == len(set(species)) > 300
    assert "[Na+]" not in species
    assert not [one for one in species if "." in one]
    sizes = [Chem.MolFromSmiles(one).GetNumHeavyAtoms() for one in species]
    assert sizes == sorted(sizes, reverse=True)  # parallel processes end together
    assert sizes[0] > 50  # the giants are not left out


def test_ligands_are_part_of_the_species():
    assert set(remake.catalogue_ligands()) <= set(remake.catalogue_species())


def row(smiles):
    if smiles == "bad":
        raise RuntimeError("Stage 'x' failed for 'bad'")
    return {"smiles": smiles, "value": len(smiles), "method": METHOD_VERSION}


def test_a_table_is_written_sorted_and_resumed(tmp_path):
    path, cache = tmp_path / "table.csv", Cache(tmp_path, "orbitals")
    cache.write({"smiles": "CC", "value": 99, "method": METHOD_VERSION})
    options = {"method": METHOD_VERSION, "n_jobs": 1, "only_new": True}
    faults = remake._table(["CCC", "bad", "CC"], path, row, cache, **options)
    assert faults == ["Stage 'x' failed for 'bad'"]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == [
        "smiles,value,method",
        f"CC,99,{METHOD_VERSION}",  # resumed, not computed
        f"CCC,3,{METHOD_VERSION}",
    ]
    assert remake._table(["CCC"], path, row, None, **options) == []
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2


def test_rows_of_an_older_method_are_not_kept(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("smiles,value,method\nCCC,7,older\n", encoding="utf-8")
    options = {"method": METHOD_VERSION, "n_jobs": 1, "only_new": True}
    remake._table(["CCC"], path, row, None, **options)
    assert "7" not in path.read_text(encoding="utf-8").splitlines()[1]


def test_the_program_refuses_an_unknown_table(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["remake", "everything"])
    with pytest.raises(SystemExit):
        remake.main()
    assert "invalid choice" in capsys.readouterr().err


def test_the_program_explains_itself(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["remake", "--help"])
    with pytest.raises(SystemExit) as stop:
        remake.main()
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for option in ("--jobs", "--only-new", "--cache", "--out"):
        assert option in text


def test_descriptor_tables_go_where_they_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["remake", "descriptors", "--out", str(tmp_path)])
    remake.main()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "descriptors_selected.csv",
        "molecule_descriptors.csv",
        "molecule_tables.toml",
    ]
