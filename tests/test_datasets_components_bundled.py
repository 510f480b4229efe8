from sodalyte.datasets.components.bundled import bundled_catalogue
from sodalyte.datasets.components.catalogue import load_catalogue


def test_the_bundled_catalogue_is_one_object_and_the_one_in_use():
    assert bundled_catalogue() is bundled_catalogue()
    assert load_catalogue() is bundled_catalogue()


def test_catalogues_are_told_apart():
    other = bundled_catalogue().with_component(
        name="X1", smiles="CCOCC=O", role="solvent"
    )
    assert other.serial != bundled_catalogue().serial
    assert "X1" not in bundled_catalogue()
