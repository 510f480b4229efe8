import dataclasses

import pandas as pd
import pytest

from sodalyte.datasets.loading.dataset import Dataset


def frame(*formulations):
    return pd.DataFrame(
        {
            "row_id": [f"r{i}" for i in range(len(formulations))],
            "formulation": list(formulations),
        }
    )


def test_dataset_is_frozen():
    dataset = Dataset("a", frame("1 M NaPF6 in G2"), "page")
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "b"


def test_formulations_align_with_rows():
    texts = ["1 M NaPF6 in G2", "1 M NaPF6 in DME", "1 M NaPF6 in G2"]
    array = Dataset("a", frame(*texts), "page").formulations
    assert len(array) == 3
    assert array[0] == array[2]
    assert array[1].names == ("NaPF6", "DME")


def test_a_row_without_formulation_is_refused_and_named():
    dataset = Dataset("a", frame("1 M NaPF6 in G2", ""), "page")
    with pytest.raises(ValueError, match=r"1 rows of 'a' have none: \['r1'\]"):
        _ = dataset.formulations


def test_readable_moves_rows_and_counts_them():
    dataset = Dataset("a", frame("1 M NaPF6 in G2", "", "1 M NaPF6 in DME"), "page")
    readable = dataset.readable()
    assert list(readable.frame["row_id"]) == ["r0", "r2"]
    assert readable.excluded.to_dict("records") == [
        {"row_id": "r1", "reason": "no formulation"}
    ]
    assert len(readable) + len(readable.excluded) == len(dataset)
    assert len(dataset) == 3, "the original stays as it is"


def test_without_keeps_earlier_exclusions():
    dataset = Dataset("a", frame("x", "y", "z"), "page")
    once = dataset.without(dataset.frame["row_id"] == "r0", "first")
    twice = once.without(once.frame["row_id"] == "r2", "second")
    assert list(twice.excluded["reason"]) == ["first", "second"]
    assert list(twice.frame["row_id"]) == ["r1"]


def test_row_ids_must_be_unique():
    table = frame("x", "y").assign(row_id="same")
    with pytest.raises(ValueError, match="names are used twice"):
        Dataset("a", table, "page")


def test_row_id_must_be_there():
    with pytest.raises(ValueError, match="needs a column row_id"):
        Dataset("a", frame("x").drop(columns="row_id"), "page")


def test_a_row_cannot_be_kept_and_excluded():
    excluded = pd.DataFrame({"row_id": ["r0"], "reason": ["why"]})
    with pytest.raises(ValueError, match="names are used twice"):
        Dataset("a", frame("x"), "page", excluded)


def test_conditions_are_the_columns_that_are_there():
    table = frame("1 M NaPF6 in G2").assign(metal="Na", temperature_C=25.0, other=1)
    assert list(Dataset("a", table, "page").conditions) == ["metal", "temperature_C"]
