"""Give every qualitative claim of the reviews a verdict.

A claim is tested on named formulations (`tables/rule_tests.csv`): the surrogate is
fitted without the rows of the work the claim comes from and must order subject and
comparator as claimed. Claims that are built in as a prior, contradicted by another
source, or about something no model here predicts are said to be so
(`tables/rule_notes.csv`).
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files

import pandas as pd

from sodalyte.models.coulombic_efficiency import CoulombicEfficiency
from sodalyte.models.oxidative_limit import OxidativeLimit

Features = Callable[[list[str], pd.DataFrame], pd.DataFrame]

#: Two figures count as equal within this, nines or volts.
EQUAL_WITHIN = 0.3
_EFFICIENCY = ("expected_nines", "runs_probability")
_FARADAY_C_PER_MOL = 96485.33212


@cache
def rule_tests() -> pd.DataFrame:
    """Read the comparisons that test a claim."""
    path = files("sodalyte.models") / "tables/rule_tests.csv"
    return pd.read_csv(str(path), dtype=str, keep_default_na=False)


@cache
def rule_notes() -> pd.DataFrame:
    """Read why the other claims are not tested."""
    path = files("sodalyte.models") / "tables/rule_notes.csv"
    return pd.read_csv(str(path), dtype=str, keep_default_na=False)


def rule_verdicts(
    rules: pd.DataFrame,
    X: pd.DataFrame,
    frame: pd.DataFrame,
    limit_X: pd.DataFrame,
    limits: pd.DataFrame,
    features: Features,
) -> pd.DataFrame:
    """Judge every claim.

    Parameters
    ----------
    rules : DataFrame
        Columns row_id and work, one row a claim.
    X, frame : DataFrame
        Training table of the efficiency.
    limit_X, limits : DataFrame
        Training table of the oxidative limit.
    features : callable
        Maps formulation texts and a DataFrame of conditions to a feature table.

    Returns
    -------
    DataFrame
        One row a claim: row_id, verdict ("predicted", "assumed", "missed",
        "contradicted", "not testable"), n_held_out rows of its work, and detail with
        the figures compared. "missed" is a claim the models get wrong.

    Raises
    ------
    ValueError
        If a claim has neither a test nor a note.
    """
    tests, notes = rule_tests(), rule_notes().set_index("rule_id")
    unjudged = set(rules["row_id"]) - set(tests["rule_id"]) - set(notes.index)
    if unjudged:
        raise ValueError(
            "Every claim needs a test or a note. "
            f"{len(unjudged)} have none, the first: {sorted(unjudged)[:5]}. "
            "Add them to tables/rule_tests.csv or tables/rule_notes.csv."
        )
    fits = _Fits(X, frame, limit_X, limits)
    verdicts = []
    for rule_id, work in zip(rules["row_id"], rules["work"].fillna(""), strict=True):
        own = tests[tests["rule_id"] == rule_id]
        if not len(own):
            note = notes.loc[rule_id]
            verdicts.append((rule_id, note["verdict"], 0, note["reason"]))
            continue
        outcomes = [_outcome(test, work, fits, features) for _, test in own.iterrows()]
        kept = all(holds for holds, _ in outcomes)
        basis = "assumed" if "assumed" in set(own["basis"]) else "predicted"
        detail = "; ".join(text for _, text in outcomes)
        verdicts.append(
            (rule_id, basis if kept else "missed", fits.n_held_out(work), detail)
        )
    return pd.DataFrame(verdicts, columns=["row_id", "verdict", "n_held_out", "detail"])


class _Fits:
    """Models fitted without the rows of a claim's own work, each made once."""

    def __init__(
        self,
        X: pd.DataFrame,
        frame: pd.DataFrame,
        limit_X: pd.DataFrame,
        limits: pd.DataFrame,
    ) -> None:
        self._X, self._frame = X, frame
        self._limit_X, self._limits = limit_X, limits
        self._efficiency: dict[tuple[str, ...], CoulombicEfficiency] = {}
        self._limit: dict[tuple[str, ...], OxidativeLimit] = {}

    def n_held_out(self, work: str) -> int:
        own = _works(work)
        return int(self._frame["work"].isin(own).sum())

    def efficiency(self, work: str) -> CoulombicEfficiency:
        kept = ~self._frame["work"].isin(_works(work)).to_numpy()
        key = tuple(sorted(set(self._frame["work"][~kept])))
        if key not in self._efficiency:
            model = CoulombicEfficiency(calibrate=False)
            self._efficiency[key] = model.fit(
                self._X[kept].reset_index(drop=True),
                self._frame[kept].reset_index(drop=True),
            )
        return self._efficiency[key]

    def limit(self, work: str) -> OxidativeLimit:
        kept = ~self._limits["work"].isin(_works(work)).to_numpy()
        key = tuple(sorted(set(self._limits["work"][~kept])))
        if key not in self._limit:
            self._limit[key] = OxidativeLimit().fit(
                self._limit_X[kept].reset_index(drop=True),
                self._limits[kept].reset_index(drop=True),
            )
        return self._limit[key]


def _outcome(
    test: pd.Series, work: str, fits: _Fits, features: Features
) -> tuple[bool, str]:
    table = features(
        [test["subject"], test["comparator"]],
        pd.DataFrame(
            [
                _conditions(test["subject_conditions"]),
                _conditions(test["comparator_conditions"]),
            ],
            index=[0, 1],
        ),
    )
    figure = test["figure"]
    if figure in _EFFICIENCY:
        told = fits.efficiency(work).distribution(table)
        values = getattr(told, figure)
    elif figure == "domain_distance":
        values = fits.efficiency(work).predict_frame(table)[figure].to_numpy()
    elif figure == "limiting_current":
        values = _limiting_current(table).to_numpy()
    elif figure == "oxidative_limit":
        values = fits.limit(work).predict(table)
    else:
        values = table[figure].to_numpy()
    subject, comparator = float(values[0]), float(values[1])
    holds = {
        ">": subject > comparator,
        "<": subject < comparator,
        "=": abs(subject - comparator) <= EQUAL_WITHIN,
    }[test["direction"]]
    return holds, f"{figure} {subject:.3g} {test['direction']} {comparator:.3g}"


def _limiting_current(table: pd.DataFrame) -> pd.Series:
    """Estimate the current that empties the salt at an electrode, mA/cm2 x cm.

    2 F D c / (1 - t), the binary electrolyte between parallel plates [1]_.

    References
    ----------
    .. [1] J. Newman, K. E. Thomas-Alyea, Electrochemical Systems, 3rd ed., Wiley 2004,
       chapter 11 (not seen by us; the relation is common knowledge).
    """
    diffusivity_cm2_per_s = table["salt_diffusivity_m2_per_s"] * 1e4
    salt_mol_per_cm3 = table["salt_molarity_mol_per_L"] * 1e-3
    current = 2 * _FARADAY_C_PER_MOL * diffusivity_cm2_per_s * salt_mol_per_cm3 * 1e3
    return current / (1 - table["transference_number"])


def _conditions(text: str) -> dict[str, str | float]:
    found: dict[str, str | float] = {}
    for part in filter(None, text.split(";")):
        name, _, value = part.partition("=")
        found[name] = value if name == "collector" else float(value)
    return found


def _works(work: str) -> list[str]:
    return [key.strip() for key in work.split(";") if key.strip()]
