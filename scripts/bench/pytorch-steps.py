"""Trains one of Palate's models in PyTorch, a block of steps at a time, to be compared with.

Reads one JSON line that describes the model and names the folder with the ratings (a CSR matrix as raw arrays),
then answers each line `<first step> <count>` with a JSON line that lists the milliseconds of these steps.
The code is what people write by hand: a dense batch, a dense output, autograd and the fused Adam. With "sparse",
the input is multiplied as a sparse matrix, and AutoRec's output is computed at the observed entries only.
"""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F


def main():
    task = json.loads(sys.stdin.readline())
    torch.manual_seed(1)
    torch.set_num_threads(task["threads"])
    matrix = Csr(task["folder"], task["rows"], task["columns"])
    model = {"mult-vae": MultVae, "autorec": AutoRec}[task["model"]](matrix.columns, task)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        first, count = map(int, line.split())
        times = []
        for step in range(first, first + count):
            started = time.perf_counter()
            users = matrix.batch(step, task["batchSize"])
            loss = model.loss(users)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            loss.item()
            times.append(1000 * (time.perf_counter() - started))
        print(json.dumps(times), flush=True)


class Csr:
    def __init__(self, folder, rows, columns):
        self.rows, self.columns = rows, columns
        self.offsets = np.fromfile(f"{folder}/offsets", np.int32)
        self.indices = np.fromfile(f"{folder}/indices", np.int32)
        self.values = np.fromfile(f"{folder}/values", np.float32)

    def batch(self, step, size):
        start = step * size % max(1, self.rows - size)
        first, last = self.offsets[start], self.offsets[start + size]
        return torch.sparse_csr_tensor(
            torch.from_numpy(self.offsets[start : start + size + 1] - first),
            torch.from_numpy(self.indices[first:last]),
            torch.from_numpy(self.values[first:last]),
            (size, self.columns),
            check_invariants=False,
        )


def coordinates(batch):
    counts = batch.crow_indices().diff()
    rows = torch.repeat_interleave(torch.arange(batch.shape[0]), counts)
    return rows, batch.col_indices().long()


class MultVae(torch.nn.Module):
    """items -> 600 -> 200 -> 600 -> items, tanh, multinomial likelihood, KL weight 0.2."""

    def __init__(self, items, task):
        super().__init__()
        hidden, self.latent, self.sparse = task["hidden"], task["latent"], task["sparse"]
        self.encode = torch.nn.Linear(items, hidden)
        self.posterior = torch.nn.Linear(hidden, 2 * self.latent)
        self.decode = torch.nn.Sequential(
            torch.nn.Linear(self.latent, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, items)
        )

    def loss(self, batch):
        rows, columns = coordinates(batch)
        if self.sparse:
            lengths = batch.crow_indices().diff().float()
            values = F.dropout(lengths.rsqrt()[rows], 0.5)
            x = torch.sparse_csr_tensor(
                batch.crow_indices(), batch.col_indices(), values, batch.shape, check_invariants=False
            )
            hidden = torch.tanh(torch.sparse.mm(x, self.encode.weight.t()) + self.encode.bias)
        else:
            x = (batch.to_dense() > 0).float()
            hidden = torch.tanh(self.encode(F.dropout(F.normalize(x), 0.5)))
        mu, log_var = self.posterior(hidden).chunk(2, 1)
        z = mu + torch.randn_like(mu) * (0.5 * log_var).exp()
        log_softmax = F.log_softmax(self.decode(z), 1)
        explained = log_softmax[rows, columns].sum() if self.sparse else (x * log_softmax).sum()
        divergence = 0.5 * (log_var.exp() + mu**2 - 1 - log_var).sum()
        return (0.2 * divergence - explained) / batch.shape[0]


class AutoRec(torch.nn.Module):
    """entries -> 500 sigmoid -> entries, squared error over the observed ones, L2 on both matrices."""

    def __init__(self, columns, task):
        super().__init__()
        hidden, self.sparse = task["hidden"], task["sparse"]
        self.encoder = torch.nn.Parameter(torch.empty(columns, hidden).uniform_(-0.02, 0.02))
        self.encoder_bias = torch.nn.Parameter(torch.zeros(hidden))
        self.decoder = torch.nn.Parameter(torch.empty(columns, hidden).uniform_(-0.02, 0.02))
        self.decoder_bias = torch.nn.Parameter(torch.full((columns,), 3.5))

    def loss(self, batch):
        penalty = 1e-3 * (self.encoder.square().sum() + self.decoder.square().sum())
        if self.sparse:
            rows, columns = coordinates(batch)
            hidden = torch.sigmoid(torch.sparse.mm(batch, self.encoder) + self.encoder_bias)
            output = (hidden[rows] * self.decoder[columns]).sum(1) + self.decoder_bias[columns]
            return (batch.values() - output).square().sum() + penalty
        x = batch.to_dense()
        hidden = torch.sigmoid(x @ self.encoder + self.encoder_bias)
        output = hidden @ self.decoder.t() + self.decoder_bias
        return ((x - output) * (x > 0)).square().sum() + penalty


main()
