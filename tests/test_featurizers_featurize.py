import pytest

from sodalyte.featurizers import feature_dictionary, featurize_file

LINES = """\
# two that read, one that does not
1 M NaPF6 in G2

a bottle of something
NaFSI:DME:BTFE 1:1.2:1 (mol)
"""


@pytest.fixture
def features(tmp_path):
    path = tmp_path / "formulations.txt"
    path.write_text(LINES, encoding="utf-8")
    return featurize_file(path, {"temperature_C": 0.0})


def test_lines_are_numbered_and_faults_listed(features):
    assert features.frame["line"].tolist() == [2, 5]
    assert features.frame["input"].tolist()[0] == "1 M NaPF6 in G2"
    assert features.frame.columns.tolist()[3:] == feature_dictionary().index.tolist()
    assert features.faults["line"].tolist() == [4]
    assert features.faults["error"][0]


def test_conditions_reach_the_features(features):
    assert (features.frame["temperature_C"] == 0.0).all()


def test_a_file_without_a_readable_line(tmp_path):
    path = tmp_path / "empty.txt"
    path.write_text("# nothing\n", encoding="utf-8")

    nothing = featurize_file(path)

    assert len(nothing.frame) == 0
    assert len(nothing.faults) == 0
