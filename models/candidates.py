"""The models among which every training chooses.

They are a complete factorial of what cannot be known beforehand, not a list of
winners; `selection.py` weighs them on the training rows.
"""

from itertools import product

from sodalyte.models.members import ProcessMember
from sodalyte.models.running import RunClassifier

#: What makes two liquids alike: the amounts by name, their chemistry, or both.
LIKENESS = (("amounts",), ("chemistry",), ("amounts", "chemistry"))
#: A trend that carries on: none, or a line in the amounts (they are bounded; a line
#: in a hundred descriptors is not, and lithium rows gain nothing from one).
TRENDS: tuple[tuple[str, ...], ...] = ((), ("amounts",))
#: What a failed cell says of the nines near it: nothing, or that they are few.
FAILURES = ("left_out", "soft")
#: Descriptors repeat one another; see `TableScaler`.
WHITEN = 0.1


def candidate_members(
    *, conditions: bool = True, failures: tuple[str, ...] = FAILURES
) -> list[ProcessMember]:
    """List the regressors of nines to choose from.

    Parameters
    ----------
    conditions : bool
        Whether they look at collector, current, capacity, temperature and method.
    failures : tuple of str
        Treatments of failed cells to try; one suffices where none failed.

    Returns
    -------
    list of ProcessMember
        Unfitted: likeness x trend x treatment of failures.
    """
    extra = ("conditions",) if conditions else ()
    return [
        ProcessMember(
            local=(*local, *extra), linear=trend, whiten=WHITEN, failures=treatment
        )
        for local, trend, treatment in product(LIKENESS, TRENDS, failures)
    ]


def candidate_classifiers(*, conditions: bool = True) -> list[RunClassifier]:
    """List the classifiers of running to choose from.

    Parameters
    ----------
    conditions : bool
        As in :func:`candidate_members`.

    Returns
    -------
    list of RunClassifier
        Unfitted, one a likeness.
    """
    extra = ("conditions",) if conditions else ()
    return [RunClassifier(blocks=(*local, *extra), whiten=WHITEN) for local in LIKENESS]
