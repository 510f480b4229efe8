"""Every bundled set, for code and tests that walk over all of them."""

from sodalyte.datasets.loading import efficiencies, facts, oxidation

__all__ = ["ALL_LOADERS"]

ALL_LOADERS = tuple(
    getattr(room, name)
    for room in (efficiencies, oxidation, facts)
    for name in room.__all__
    if name.startswith("load_")
)
"""The loaders of all bundled sets; each returns a Dataset and takes no argument."""
