import pytest

from sodalyte.featurizers.remake_tables import TABLES, main


def test_help_writes_nothing(capsys):
    before = (TABLES / "atoms.csv").stat().st_mtime_ns
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert "Remake atoms.csv and liquids.csv" in capsys.readouterr().out
    assert (TABLES / "atoms.csv").stat().st_mtime_ns == before


def test_the_shipped_tables_are_those_of_the_catalogue(tmp_path):
    main(["--out", str(tmp_path)])
    for name in ("atoms.csv", "liquids.csv"):
        made = (tmp_path / name).read_text(encoding="utf-8")
        assert made == (TABLES / name).read_text(encoding="utf-8"), name
