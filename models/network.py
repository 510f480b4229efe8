"""A torch model, compared with the other members and not shipped.

The encoder is a deep set [1]_: each component is turned into a vector by one and the
same small network, the vectors are added up weighted by amount, salts and liquids
apart, so that order and splitting of components cannot matter. On the sum, next to
the conditions of the measurement, stand several tasks: nines, whether the cell runs,
and the nines of another metal where its rows are given. Torch is imported in fit, so
that nothing else waits for it.

References
----------
.. [1] M. Zaheer et al., NeurIPS 2017, arXiv:1703.06114, theorem 2.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sodalyte.models.members import block_columns, varying_columns
from sodalyte.models.scaling import TableScaler

Vector = NDArray[np.float64]

_LIQUID, _SALT = "volume_fraction_of_", "molarity_of_"
_SALT_END = "_mol_per_L"
_OWN, _OTHER, _RUNS = range(3)


@dataclass(frozen=True)
class TorchSettings:
    """What torch contenders need beyond the feature table.

    Parameters
    ----------
    components : DataFrame, optional
        Numbers that describe each component, its name as index.
    other : pair of DataFrame, optional
        Feature table and observations of another metal, for multi-task training.
    device : str
        "cpu", or "cuda" where torch finds one.
    """

    components: pd.DataFrame | None = None
    other: tuple[pd.DataFrame, pd.DataFrame] | None = None
    device: str = "cpu"


@dataclass(eq=False, repr=False)
class NetworkMember(BaseEstimator):
    """Networks of one shape, each trained without one fold of the rows.

    Parameters
    ----------
    blocks : tuple of str
        Blocks of the feature table that stand next to the set of components.
    settings : TorchSettings, optional
        Describes the components; without it there is no set, only the blocks.
    failures_as_zero : bool
        Whether `predict` counts a cell that fails as 0 nines.
    n_networks : int
        Folds and networks: the rows that a network has not seen tell its error, the
        disagreement of networks is the rest of the spread.
    width : int
        Neurons in each hidden layer.
    n_steps : int
        Steps of Adam on all rows.
    decay : float
        Weight decay.
    random_state : int
        Seed of the starting weights and of the folds.
    """

    blocks: tuple[str, ...] = ("chemistry",)
    settings: TorchSettings | None = None
    failures_as_zero: bool = False
    n_networks: int = 5
    width: int = 32
    n_steps: int = 300
    decay: float = 0.1
    random_state: int = 0

    def fit(self, X: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Learn all tasks; a kept bound costs nothing, a broken one does.

        Parameters
        ----------
        X, rows : DataFrame
            As in :meth:`sodalyte.models.members.ProcessMember.fit`.

        Returns
        -------
        NetworkMember
            Itself.

        Raises
        ------
        ValueError
            If the device is not there.
        """
        settings = self.settings or TorchSettings()
        checked_device(settings.device)
        tables, observed = [X], [rows.assign(task=_OWN)]
        if settings.other is not None:
            tables.append(settings.other[0])
            observed.append(settings.other[1].assign(task=_OTHER))
        self._read_columns(tables)
        sets, beside = (
            np.concatenate(part)
            for part in zip(*(self._inputs(table) for table in tables), strict=True)
        )
        every = pd.concat(observed, ignore_index=True)
        own = every["has_nines"] & (every["task"] == _OWN)
        self.centre_ = float(every["nines"][own].mean())
        self.scale_ = float(every["nines"][own].std(ddof=0)) or 1.0
        folds = self._folds(len(rows), len(every))
        self.weights_ = self._train(sets, beside, every, folds, settings.device)
        told = self._outputs(sets[: len(X)], beside[: len(X)])
        has = rows["has_nines"].to_numpy()
        unseen = np.arange(len(rows))
        held = told[folds[: len(rows)], unseen, _OWN] * self.scale_ + self.centre_
        gap = rows["nines"].to_numpy()[has] - held[has]
        self.noise_ = float(np.sqrt(np.mean(gap**2)))
        return self

    def predict(self, X: pd.DataFrame) -> tuple[Vector, Vector]:
        """Predict mean and standard deviation of a new measurement.

        Parameters
        ----------
        X : DataFrame
            Feature table.

        Returns
        -------
        mean, std : ndarray of shape (n_rows,)
            In nines.
        """
        told = self._outputs(*self._inputs(X))
        each = told[:, :, _OWN] * self.scale_ + self.centre_
        mean, std = each.mean(axis=0), np.hypot(each.std(axis=0), self.noise_)
        if not self.failures_as_zero:
            return mean, std
        runs, mean = self.runs_probability(X), np.maximum(mean, 0.0)
        blind = runs * mean
        return blind, np.sqrt(runs * (std**2 + mean**2) - blind**2)

    def runs_probability(self, X: pd.DataFrame) -> Vector:
        """Predict the probability that the cell runs, shape (n_rows,)."""
        told = self._outputs(*self._inputs(X))[:, :, _RUNS]
        return np.asarray((1 / (1 + np.exp(-told))).mean(axis=0))

    # -- inputs ----------------------------------------------------------------

    def _read_columns(self, tables: list[pd.DataFrame]) -> None:
        first = tables[0]
        listed = block_columns(first, *self.blocks)
        for table in tables[1:]:
            listed = [name for name in listed if name in table.columns]
        columns = varying_columns(first, listed)
        self.scaler_ = TableScaler(columns).fit(first) if columns else None
        self.amounts_: list[str] = []
        self.described_ = np.zeros((0, 1))
        components = (self.settings or TorchSettings()).components
        if components is None:
            return
        names = {
            column
            for table in tables
            for column in map(str, table.columns)
            if column.startswith((_LIQUID, _SALT))
            and _name_of(column) in components.index
        }
        self.amounts_ = sorted(names)
        numbers = components.select_dtypes(["number", "bool"]).astype(float)
        numbers = numbers.loc[[_name_of(column) for column in self.amounts_]]
        spread = numbers.std(ddof=0).replace(0.0, np.nan)
        scaled = ((numbers - numbers.mean()) / spread).dropna(axis=1, how="all")
        # a number that a component lacks stands at the mean, and a flag says so
        lacking = scaled.isna()
        parts = [scaled.fillna(0.0), lacking.loc[:, lacking.any()].astype(float)]
        self.described_ = np.column_stack([np.ones(len(numbers)), *parts])

    def _inputs(self, X: pd.DataFrame) -> tuple[Vector, Vector]:
        """Amounts of liquids and of salts, (n, 2, k), and what stands beside them."""
        beside = np.ones((len(X), 1))
        if self.scaler_ is not None:
            beside = np.column_stack([beside, self.scaler_.transform(X)])
        amounts = X.reindex(columns=self.amounts_, fill_value=0.0).to_numpy(dtype=float)
        is_salt = np.array([name.startswith(_SALT) for name in self.amounts_], bool)
        return np.stack([amounts * ~is_salt, amounts * is_salt], axis=1), beside

    def _folds(self, n_own: int, n_all: int) -> NDArray[np.intp]:
        """Fold that each row is left out of; the other metal's rows of none."""
        rng = np.random.default_rng(self.random_state)
        folds = np.full(n_all, -1)
        folds[:n_own] = rng.permutation(np.arange(n_own) % self.n_networks)
        return folds

    # -- the network -----------------------------------------------------------

    def _outputs(self, sets: Vector, beside: Vector) -> Vector:
        """Every task of every network, (n_networks, n_rows, 3)."""
        encode, join, next_to, shift, deeper, bend, heads, base = self.weights_
        coded = np.tanh(self.described_ @ encode)
        pooled = np.einsum("nsc,kcw->knsw", sets, coded)
        flat = pooled.reshape(len(pooled), len(sets), -1)
        hidden = np.tanh(flat @ join + beside @ next_to + shift)
        return np.tanh(hidden @ deeper + bend) @ heads + base

    def _train(
        self,
        sets: Vector,
        beside: Vector,
        rows: pd.DataFrame,
        folds: NDArray[np.intp],
        device: str,
    ) -> list[Vector]:
        import torch

        def tensor(values: Any) -> Any:
            return torch.as_tensor(np.asarray(values, dtype=np.float32), device=device)

        weights = [part.to(device).requires_grad_() for part in self._start(beside)]
        described, sets_, beside_ = (
            tensor(part) for part in (self.described_, sets, beside)
        )
        target = tensor((rows["nines"] - self.centre_) / self.scale_)
        side, ran = tensor(rows["side"]), tensor(rows["ran"])
        task = torch.as_tensor(rows["task"].to_numpy(copy=True), device=device)
        seen = tensor(folds[None, :] != np.arange(self.n_networks)[:, None])
        own = tensor(rows["task"] == _OWN)
        scored = seen * tensor(rows["has_nines"] / rows["ratio"] ** 2)
        search = torch.optim.AdamW(weights, lr=0.01, weight_decay=self.decay)
        for _ in range(self.n_steps):
            encode, join, next_to, shift, deeper, bend, heads, base = weights
            coded = torch.tanh(described @ encode)
            pooled = torch.einsum("nsc,kcw->knsw", sets_, coded)
            hidden = torch.tanh(
                pooled.flatten(start_dim=2) @ join + beside_ @ next_to + shift
            )
            told = torch.tanh(hidden @ deeper + bend) @ heads + base
            nines = torch.where(task == _OWN, told[:, :, _OWN], told[:, :, _OTHER])
            gap = target - nines
            gap = torch.where(side == 0, gap, side * torch.relu(side * gap))
            wrong = torch.nn.functional.binary_cross_entropy_with_logits(
                told[:, :, _RUNS], ran.expand(len(seen), -1), reduction="none"
            )
            loss = (scored * gap**2).sum() / scored.sum()
            loss = loss + (seen * own * wrong).sum() / (seen * own).sum()
            search.zero_grad()
            loss.backward()
            search.step()
        return [part.detach().cpu().numpy().astype(float) for part in weights]

    def _start(self, beside: Vector) -> list[Any]:
        """Draw starting weights on the processor, so that no device changes them."""
        import torch

        generator = torch.Generator().manual_seed(self.random_state)
        width = self.width
        shapes = [
            (self.described_.shape[1], width),
            (2 * width, width),
            (beside.shape[1], width),
            (1, width),
            (width, width),
            (1, width),
            (width, 3),
            (1, 3),
        ]
        return [
            torch.randn((self.n_networks, *shape), generator=generator)
            / float(np.sqrt(shape[0]))
            for shape in shapes
        ]


def checked_device(name: str) -> str:
    """Say whether torch can train there.

    Parameters
    ----------
    name : str
        Such as "cpu" or "cuda".

    Returns
    -------
    str
        The same.

    Raises
    ------
    ValueError
        If torch has no such device.
    """
    import torch

    known = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    if name in known or (name == "cuda" and len(known) > 1):
        return name
    raise ValueError(
        f"A device must be one that torch finds here: {', '.join(known)}. "
        f"Got {name!r}. Nothing needs a graphics card: leave the option out."
    )


def _name_of(column: str) -> str:
    return column.removeprefix(_LIQUID).removeprefix(_SALT).removesuffix(_SALT_END)
