"""A small torch network, compared with the other members and not shipped.

Torch is imported in fit, so that nothing else waits for it.
"""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sodalyte.models.members import block_columns, varying_columns
from sodalyte.models.scaling import TableScaler

Vector = NDArray[np.float64]


class NetworkMember(BaseEstimator):
    """Average of small networks that differ in their start.

    Parameters
    ----------
    blocks : tuple of str
        Blocks of the feature table to look at.
    n_networks : int
        Networks that are averaged; their spread is part of the uncertainty.
    width : int
        Neurons in each of two hidden layers.
    n_steps : int
        Steps of Adam on all rows.
    decay : float
        Weight decay.
    random_state : int
        Seed.
    """

    def __init__(
        self,
        blocks: tuple[str, ...] = ("chemistry",),
        n_networks: int = 5,
        width: int = 32,
        n_steps: int = 300,
        decay: float = 0.1,
        random_state: int = 0,
    ) -> None:
        self.blocks = blocks
        self.n_networks = n_networks
        self.width = width
        self.n_steps = n_steps
        self.decay = decay
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Learn from rows that ran; a kept bound costs nothing, a broken one does.

        Parameters
        ----------
        X, rows : DataFrame
            As in :meth:`sodalyte.models.members.ProcessMember.fit`.

        Returns
        -------
        NetworkMember
            Itself.
        """
        import torch

        used = rows["has_nines"].to_numpy()
        X, rows = X[used], rows[used]
        columns = [name for block in self.blocks for name in block_columns(X, block)]
        self.scaler_ = TableScaler(varying_columns(X, columns)).fit(X)
        table = torch.tensor(self.scaler_.transform(X), dtype=torch.float32)
        nines = rows["nines"].to_numpy()
        self.centre_, self.scale_ = float(nines.mean()), float(nines.std() or 1.0)
        target = torch.tensor((nines - self.centre_) / self.scale_).float()
        side = torch.tensor(rows["side"].to_numpy()).float()
        weight = torch.tensor(1 / rows["ratio"].to_numpy() ** 2).float()
        generator = torch.Generator().manual_seed(self.random_state)
        self.networks_ = [
            self._train(table, target, side, weight, generator)
            for _ in range(self.n_networks)
        ]
        gap = nines - self._each(X).mean(axis=0)
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
            In nines; the training error is the noise, so the spread is too small.
        """
        each = self._each(X)
        return each.mean(axis=0), np.hypot(each.std(axis=0), self.noise_)

    def _each(self, X: pd.DataFrame) -> Vector:
        table = self.scaler_.transform(X)
        outputs = []
        for first, bias, second, shift, last in self.networks_:
            hidden = np.tanh(np.tanh(table @ first + bias) @ second + shift)
            outputs.append(hidden @ last * self.scale_ + self.centre_)
        return np.array(outputs)

    def _train(
        self, table: Any, target: Any, side: Any, weight: Any, generator: Any
    ) -> list[Vector]:
        import torch

        shapes = [(table.shape[1], self.width), (self.width,)]
        shapes += [(self.width, self.width), (self.width,), (self.width,)]
        weights = [
            (
                torch.randn(shape, generator=generator) / np.sqrt(shape[0])
            ).requires_grad_()
            for shape in shapes
        ]
        search = torch.optim.AdamW(weights, lr=0.01, weight_decay=self.decay)
        for _ in range(self.n_steps):
            first, bias, second, shift, last = weights
            hidden = torch.tanh(torch.tanh(table @ first + bias) @ second + shift)
            gap = target - hidden @ last
            gap = torch.where(side == 0, gap, side * torch.relu(side * gap))
            loss = (weight * gap**2).mean()
            search.zero_grad()
            loss.backward()
            search.step()
        return [part.detach().numpy().astype(float) for part in weights]
