import json

import pytest

from sodalyte.featurizers.orbital_table import (
    Cache,
    compute_many,
    load_orbital_table,
    orbital_energies,
    pair_energies,
    watched,
)
from sodalyte.featurizers.orbitals import METHOD_VERSION

NEW = "[C-]#[O+]"  # carbon monoxide: small, and in no electrolyte catalogue


def test_shipped_species_need_no_computation(tmp_path):
    rows = orbital_energies(["COCCOC", "O=C1OCCO1", "COCCOC"], cache_directory=tmp_path)
    assert list(rows.index) == ["COCCOC", "O=C1OCCO1", "COCCOC"]
    expected = load_orbital_table().at["COCCOC", "homo_gas_eV"]
    assert (rows.loc["COCCOC", "homo_gas_eV"] == expected).all()
    assert not list(tmp_path.iterdir())


def test_any_spelling_finds_the_shipped_row(tmp_path):
    row = orbital_energies(["C(OC)COC"], cache_directory=tmp_path).iloc[0]
    assert row["smiles"] == "COCCOC"
    assert not list(tmp_path.iterdir())


def test_a_new_species_is_computed_once_and_kept(tmp_path):
    assert NEW not in load_orbital_table().index
    seen = []
    first = orbital_energies(
        [NEW],
        cache_directory=tmp_path,
        progress=lambda done, total, smiles: seen.append((done, total, smiles)),
    )
    assert seen == [(1, 1, NEW)]
    again = orbital_energies(
        [NEW], cache_directory=tmp_path, progress=lambda *step: seen.append(step)
    )
    assert len(seen) == 1, "the second call must answer from the disk"
    assert first.equals(again)


def test_whoever_watches_hears_of_each_new_species(tmp_path):
    seen = []
    with watched(lambda *step: seen.append(step)):
        orbital_energies([NEW, "COCCOC"], cache_directory=tmp_path)
    assert seen == [(1, 1, NEW)]
    with watched(lambda *step: seen.append(step)):
        orbital_energies([NEW], cache_directory=tmp_path)  # from the disk
    orbital_energies(["N#N"], cache_directory=tmp_path)  # watched no more
    assert len(seen) == 1


@pytest.mark.slow
def test_several_new_species_are_computed_in_parallel_by_default(tmp_path):
    new = [NEW, "N#N"]
    apart = orbital_energies(new, cache_directory=tmp_path / "one", n_jobs=1)
    together = orbital_energies(new, cache_directory=tmp_path / "two")
    assert apart.equals(together)


def test_the_cache_is_keyed_by_species_and_method(tmp_path):
    cache = Cache(tmp_path, "orbitals")
    row = {"smiles": NEW, "method": METHOD_VERSION, "homo_gas_eV": -9.0}
    cache.write(row)
    assert cache.read(NEW) == row
    assert cache.read("CO") is None
    cache.path(NEW).write_text(json.dumps(row | {"method": "older"}), encoding="utf-8")
    assert cache.read(NEW) is None
    assert METHOD_VERSION in str(cache.path(NEW))


def test_all_faults_come_at_once_with_their_stages(tmp_path):
    bad = ["C1CC", "C1#CC1", "[Na+]", "COCCOC"]
    with pytest.raises(ValueError, match="3 of 4 do not") as caught:
        orbital_energies(bad, cache_directory=tmp_path)
    message = str(caught.value)
    assert "read SMILES" in message
    assert "embed conformers" in message
    assert "bare metal cation" in message
    assert "COCCOC" not in message


def test_a_ligand_without_a_donor_has_no_pair(tmp_path):
    with pytest.raises(ValueError, match="must have a donor atom"):
        pair_energies(["CCCCCC"], cache_directory=tmp_path)


def lengths(smiles):
    if smiles == "fail":
        raise RuntimeError("stage 'x' failed for 'fail'")
    return {"smiles": smiles, "length": len(smiles)}


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_parallel_results_keep_their_order_and_gather_failures(n_jobs):
    kept = []
    results, failures = compute_many(
        ["CCC", "fail", "C"], n_jobs=n_jobs, function=lengths, keep=kept.append
    )
    assert list(results) == ["CCC", "C"]
    assert results["CCC"]["length"] == 3
    assert list(failures) == ["fail"]
    assert "stage 'x'" in failures["fail"]
    assert sorted(row["smiles"] for row in kept) == ["C", "CCC"]
