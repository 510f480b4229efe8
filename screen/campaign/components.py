"""The components of their own that the people of a campaign use."""

import tempfile
import tomllib
from functools import lru_cache
from pathlib import Path

from sodalyte.datasets.components.bundled import bundled_catalogue
from sodalyte.datasets.components.catalogue import Catalogue
from sodalyte.datasets.files.toml_file import beside
from sodalyte.screen.space.search_space import SearchSpace

__all__ = ["catalogue_of", "components_text", "space_of"]


@lru_cache(maxsize=8)
def catalogue_of(components: str) -> Catalogue | None:
    """Make the catalogue that a campaign was begun with.

    Parameters
    ----------
    components : str
        Text of a components file, "" without one.

    Returns
    -------
    Catalogue or None
        None for the bundled one.

    Raises
    ------
    ValueError
        If the text or a component in it is faulty; lists all faults.
    """
    if not components:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "components.toml"
        path.write_text(components, encoding="utf-8")
        return bundled_catalogue().with_components_toml(path)


def components_text(space: Path | None, components: Path | None) -> str:
    """Collect the text of all components files that a campaign is begun with.

    Parameters
    ----------
    space : Path or None
        A space file, which may name a ``components_file``.
    components : Path or None
        A components file beside it.

    Returns
    -------
    str
        "" without any.
    """
    paths = [] if components is None else [components]
    if space is not None:
        named = tomllib.loads(space.read_text(encoding="utf-8")).get("components_file")
        paths += [] if named is None else [beside(space, str(named))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def space_of(space: str, components: str) -> SearchSpace | None:
    """Make the search space of a campaign from the texts that it keeps.

    Parameters
    ----------
    space, components : str
        Texts of the space file and of the components; "" without.

    Returns
    -------
    SearchSpace or None
        None for the bundled one.
    """
    if not space:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "space.toml"
        path.write_text(space, encoding="utf-8")
        named = tomllib.loads(space).get("components_file")
        if named is not None:
            file = beside(path, str(named))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(components, encoding="utf-8")
        return SearchSpace.from_toml(path)
