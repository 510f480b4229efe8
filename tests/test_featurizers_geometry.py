import numpy as np
import pytest

from sodalyte.featurizers.geometry import canonical_smiles, embed_conformers


def test_spelling_does_not_matter():
    assert canonical_smiles("C(OC)COC") == canonical_smiles("COCCOC") == "COCCOC"


@pytest.mark.parametrize(
    ("smiles", "match"),
    [
        pytest.param("C1CC", "Stage 'read SMILES' failed for 'C1CC'", id="open ring"),
        pytest.param("F[P](F)(F)(F)(F)(F)F", "read SMILES", id="valence"),
        pytest.param("", "read SMILES", id="empty"),
        pytest.param("[Na+].[Cl-]", "holds 2 fragments", id="salt"),
    ],
)
def test_an_unreadable_species_is_named_with_its_stage(smiles, match):
    with pytest.raises(ValueError, match=match):
        embed_conformers(smiles)


def test_a_species_without_a_geometry_is_named_with_its_stage():
    with pytest.raises(ValueError, match="'embed conformers' failed for 'C1#CC1'"):
        embed_conformers("C1#CC1")


def test_at_least_ten_conformers_more_for_flexible_molecules():
    assert len(embed_conformers("O=C1OCCO1").positions_angstrom) >= 10
    assert len(embed_conformers("COCCOCCOC").positions_angstrom) > 20


def test_crowded_ions_get_their_ten_from_random_coordinates():
    """Distance bounds place seven of twenty-two of the tetrabutylammonium ion."""
    conformers = embed_conformers("CCCC[N+](CCCC)(CCCC)CCCC")
    assert len(conformers.positions_angstrom) >= 10


def test_the_same_seed_gives_the_same_geometries():
    first, again = (embed_conformers("COCCOC").positions_angstrom for _ in range(2))
    other = embed_conformers("COCCOC", random_state=8).positions_angstrom
    assert np.array_equal(first, again)
    assert not np.allclose(first[0], other[0])


@pytest.mark.parametrize("smiles", ["F[P-](F)(F)(F)(F)F", "F[B-](F)(F)F"])
def test_fluoro_anions_embed_and_start_from_uff(smiles):
    conformers = embed_conformers(smiles)
    assert conformers.force_field == "UFF"  # MMFF94 has no parameters for them
    assert conformers.charge == -1
