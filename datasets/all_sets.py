"""Every bundled set, for code and tests that walk over all of them."""

from sodalyte.datasets import loaders, loaders_facts, loaders_oxidation

__all__ = ["ALL_LOADERS"]

ALL_LOADERS = tuple(
    getattr(room, name)
    for room in (loaders, loaders_oxidation, loaders_facts)
    for name in room.__all__
    if name.startswith("load_")
)
"""The loaders of all bundled sets; each returns a Dataset and takes no argument."""
