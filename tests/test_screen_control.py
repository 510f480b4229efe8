import pandas as pd
import pytest

from sodalyte.datasets.training import training_frame
from sodalyte.screen.control import control_recipe


def rows(*entries):
    columns = ["formulation", "work", "outcome", "ce_percent"]
    return pd.DataFrame(entries, columns=columns)


def test_the_recipe_of_most_works_is_the_control():
    control = control_recipe(
        rows(
            ("1 M NaPF6 in DME", "a", "ran", 99.9),
            ("1 M NaPF6 in DME", "a", "ran", 99.8),
            ("1 M NaPF6 in DME", "a", "ran", 99.7),
            ("1 M NaPF6 in G2", "a", "ran", 99.5),
            ("1 M NaPF6 in G2", "b", "ran", 99.7),
            ("1 M NaPF6 in G4", "c", "would_not_run", None),
            ("", "d", "ran", 99.0),
        )
    )
    assert control.formulation.canonical == "1 M NaPF6 in G2"
    assert (control.n_works, control.n_measurements) == (2, 2)
    assert control.ce_percent_median == pytest.approx(99.6)


def test_of_equals_the_better_is_the_control():
    control = control_recipe(
        rows(("1 M NaPF6 in DME", "a", "ran", 98), ("1 M NaPF6 in G2", "b", "ran", 99))
    )
    assert control.formulation.canonical == "1 M NaPF6 in G2"


def test_the_bundled_measurements_have_a_control_of_several_works():
    control = control_recipe(training_frame()[0])
    assert control.n_works >= 2
    assert control.ce_percent_median > 99


def test_without_a_cell_that_ran_there_is_none():
    with pytest.raises(ValueError, match="none of 1 rows"):
        control_recipe(rows(("1 M NaPF6 in G4", "c", "would_not_run", None)))
