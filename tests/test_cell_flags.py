"""Flags survive the bits."""

import numpy as np

from sodalyte.models.cell.flags import FLAGS, FlagSet, flag_names


def test_bits_return_names_in_order():
    flags = FlagSet(2)
    flags.raise_where("flammable", [True, False])
    flags.raise_where("endless", [True, True])
    assert flag_names(flags.bits[0]) == ["endless", "flammable"]
    assert flag_names(flags.bits[1]) == ["endless"]
    assert flags.has("flammable").tolist() == [True, False]


def test_every_flag_has_its_own_bit_and_meaning():
    assert len(FLAGS) <= 32
    for name, meaning in FLAGS.items():
        flags = FlagSet(1)
        flags.raise_where(name, True)
        assert flag_names(flags.bits[0]) == [name]
        assert len(meaning) > 10
    assert np.uint32 is FlagSet(1).bits.dtype.type
