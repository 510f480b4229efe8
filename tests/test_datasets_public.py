import hashlib

import numpy as np
import pandas as pd
import pytest

from sodalyte.datasets.loading.public import (
    DATA_FOLDER_VARIABLE,
    load_public,
    public_sets,
)

NAMES = sorted(public_sets())


@pytest.fixture(autouse=True)
def no_data_folder(monkeypatch):
    monkeypatch.delenv(DATA_FOLDER_VARIABLE, raising=False)


@pytest.mark.parametrize("name", NAMES)
def test_an_absent_file_is_explained(name):
    with pytest.raises(FileNotFoundError, match="does not ship") as error:
        load_public(name)
    message = str(error.value)
    known = public_sets()[name]
    for part in (known.licence, known.citation, known.url, known.file):
        assert part in message


@pytest.mark.parametrize("name", NAMES)
def test_every_set_is_described(name):
    known = public_sets()[name]
    assert known.title
    assert known.licence
    assert known.citation
    assert len(known.sha256) in (0, 64)
    assert (known.n_rows is None) == (known.sha256 == "")


def test_an_unknown_name_shows_the_known_ones():
    with pytest.raises(KeyError, match="helena"):
        load_public("nothing")


def test_another_version_is_refused_until_accepted(tmp_path):
    file = tmp_path / "EDB-2_ce.csv"
    file.write_text(
        "solvent_1_smiles,salt_1_smiles,CE,current_density\n"
        "COCCOC,[Na+],0.99,1.0\nCCO,[Li+],0.9,2.0\n"
    )
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(ValueError, match=digest):
        load_public("edb2_ce", file)
    dataset = load_public("edb2_ce", file, sha256=digest)
    assert len(dataset) == 2
    assert dataset.frame["ce_percent"].tolist() == [99.0, 90.0]
    assert np.allclose(dataset.frame["nines"], [2.0, 1.0])
    assert digest in dataset.descr
    assert len(load_public("edb2_ce", tmp_path, sha256="any")) == 2


def test_the_data_folder_is_looked_in(tmp_path, monkeypatch):
    (tmp_path / "helena.csv").write_text("a,b\n1,2\n")
    monkeypatch.setenv(DATA_FOLDER_VARIABLE, str(tmp_path))
    dataset = load_public("helena")
    assert dataset.frame.to_dict("records") == [{"row_id": "helena-1", "a": 1, "b": 2}]
    assert "not pinned; trusted and recorded in helena.csv.sha256" in dataset.descr


def test_a_file_without_pinned_checksum_is_trusted_once(tmp_path):
    file = tmp_path / "helena.csv"
    file.write_text("a,b\n1,2\n")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    load_public("helena", file)
    record = tmp_path / "helena.csv.sha256"
    assert record.read_text() == f"{digest}  helena.csv\n"
    assert "as recorded at the first load" in load_public("helena", file).descr
    file.write_text("a,b\n1,3\n")
    other = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(ValueError, match="recorded at the first load") as error:
        load_public("helena", file)
    assert digest in str(error.value)
    assert f"sha256='{other}'" in str(error.value)
    assert len(load_public("helena", file, sha256="any")) == 1
    assert record.read_text().startswith(digest)
    load_public("helena", file, sha256=other)
    assert record.read_text().startswith(other)
    assert len(load_public("helena", file)) == 1


def test_a_passed_checksum_is_checked_before_it_is_recorded(tmp_path):
    (tmp_path / "congen.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="as you pass it"):
        load_public("congen", tmp_path, sha256="0" * 64)
    assert not (tmp_path / "congen.csv.sha256").exists()


def test_a_torn_record_is_refused(tmp_path):
    (tmp_path / "helena.csv").write_text("a,b\n1,2\n")
    (tmp_path / "helena.csv.sha256").write_text("12ab")
    with pytest.raises(ValueError, match="begins with 64 hexadecimal digits"):
        load_public("helena", tmp_path)


def test_a_pinned_set_leaves_no_record(tmp_path):
    file = tmp_path / "EDB-2_ce.csv"
    file.write_text(
        "solvent_1_smiles,salt_1_smiles,CE,current_density\nC,[Li+],0.9,1\n"
    )
    load_public("edb2_ce", file, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    assert [path.name for path in tmp_path.iterdir()] == ["EDB-2_ce.csv"]


def test_a_file_of_something_else_is_refused(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="must have the columns salt_sm"):
        load_public("edb1_conductivity", file, sha256="any")


def test_kelvin_and_splits(tmp_path):
    book = tmp_path / "calisol23.xlsx"
    columns = ["doi", "k", "T", "c", "salt", "c units", "solvent ratio type"]
    pd.DataFrame(
        [["d", 9.5, 298.15, 1, "LiPF6", "mol/l", "w"]], columns=columns
    ).to_excel(book, index=False)
    frame = load_public("calisol23", book, sha256="any").frame
    assert frame.loc[0, "temperature_C"] == pytest.approx(25.0)
    assert frame.loc[0, "conductivity_mS_per_cm"] == 9.5
    main = tmp_path / "MP_oxstab.csv"
    main.write_text("smiles,IE\nC,12.0\nCC,11.0\nCCC,10.5\n")
    for part, smiles in (("train", "C"), ("val", "CC"), ("test", "CCC")):
        (tmp_path / f"oxstab_{part}_random.csv").write_text(
            f"smiles,IE,EA\n{smiles},1,0.5\n"
        )
    frame = load_public("materials_project_ie", main, sha256="any").frame
    assert frame["split_random"].tolist() == ["train", "val", "test"]
    assert frame["electron_affinity_eV"].tolist() == [0.5, 0.5, 0.5]
    assert "split_scaffold" not in frame
