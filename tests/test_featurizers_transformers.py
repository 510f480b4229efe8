import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_union

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.featurizers.transformers import (
    BulkFeatures,
    CompositionFeatures,
    SolvationFeatures,
)

ALL_FEATURIZERS = [BulkFeatures(-20.0), CompositionFeatures(), SolvationFeatures()]


@pytest.fixture
def formulations():
    return [Formulation.from_text(t) for t in ("1 M NaPF6 in G2", "1 M NaFSI in DME")]


@pytest.mark.parametrize("featurizer", ALL_FEATURIZERS, ids=lambda f: type(f).__name__)
def test_contract(featurizer, formulations):
    copy = clone(featurizer)
    frame = copy.fit(formulations).transform(formulations)

    assert copy.get_params() == featurizer.get_params()
    assert frame.columns.tolist() == copy.get_feature_names_out().tolist()
    pd.testing.assert_frame_equal(frame, featurizer.fit_transform(formulations))
    reversed_rows = copy.transform(formulations[::-1]).iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(frame, reversed_rows, check_exact=True)


def test_union_keeps_the_names(formulations):
    union = make_union(*ALL_FEATURIZERS).set_output(transform="pandas")

    names = union.fit_transform(formulations).columns

    assert len(names) == sum(len(f.get_feature_names_out()) for f in ALL_FEATURIZERS)


def test_temperature_is_a_parameter(formulations):
    cold, warm = (
        BulkFeatures(temperature_C).transform(formulations)["viscosity_mPa_s"]
        for temperature_C in (-20.0, 25.0)
    )

    assert (cold > warm).all()
