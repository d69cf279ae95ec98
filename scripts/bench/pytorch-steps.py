"""Trains one of Palate's models in PyTorch, a block of steps at a time, to be compared with.

Reads one JSON line that describes the model and names the folder with the ratings (a CSR matrix as raw arrays),
then answers each line `<first step> <count>` with a JSON line that lists the milliseconds of these steps, each the
mean of the block: the host waits for the device at the end of a block only.
The code is what people write by hand: a dense batch, a dense output, autograd and the fused Adam, with the ratings on
the device. With "sparse", the input is multiplied as a sparse matrix, and AutoRec's output is computed at the observed
entries only. With "graph", a step after the batch is written is one CUDA graph. On "cuda", products are in TF32.
"""

import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F


def main():
    task = json.loads(sys.stdin.readline())
    device = task["device"]
    torch.manual_seed(1)
    torch.set_num_threads(task["threads"])
    torch.set_float32_matmul_precision("high" if device == "cuda" else "highest")
    matrix = Csr(task["folder"], task["rows"], task["columns"], device)
    model = {"mult-vae": MultVae, "autorec": AutoRec}[task["model"]](matrix.columns, task).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True, capturable=task["graph"])
    make = sparse_step if task["sparse"] else dense_step
    step = make(matrix, model, optimizer, task)
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        first, count = map(int, line.split())
        started = time.perf_counter()
        for number in range(first, first + count):
            loss = step(number)
        # waits for the device
        if not math.isfinite(loss.item()):
            raise ArithmeticError("The loss is not finite")
        print(json.dumps([1000 * (time.perf_counter() - started) / count] * count), flush=True)


def sparse_step(matrix, model, optimizer, task):
    def step(number):
        return update(optimizer, model.sparse_loss(matrix.batch(number, task["batchSize"])))

    return step


def dense_step(matrix, model, optimizer, task):
    x = torch.zeros(task["batchSize"], matrix.columns, device=task["device"])

    def eager():
        return update(optimizer, model.dense_loss(x))

    matrix.write(0, x)
    run = capture(eager, optimizer) if task["graph"] else eager

    def step(number):
        matrix.write(number, x)
        return run()

    return step


def update(optimizer, loss):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.detach()


def capture(run, optimizer):
    """A function that does what `run` does, as one CUDA graph."""
    # a graph is captured after its memory and libraries are in use, on a stream of its own
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    optimizer.zero_grad(set_to_none=True)
    with torch.cuda.graph(graph):
        loss = run()

    def replay():
        graph.replay()
        return loss

    return replay


class Csr:
    def __init__(self, folder, rows, columns, device):
        self.rows, self.columns, self.device = rows, columns, device
        # known to the host, which so need not wait for a device to know the size of a batch
        self.host_offsets = np.fromfile(f"{folder}/offsets", np.int32)
        self.offsets = torch.from_numpy(self.host_offsets).to(device)
        self.indices = torch.from_numpy(np.fromfile(f"{folder}/indices", np.int32)).to(device)
        self.values = torch.from_numpy(np.fromfile(f"{folder}/values", np.float32)).to(device)

    def entries(self, number, size):
        """The offsets of the rows of that batch, and where its entries start and end."""
        start = number * size % max(1, self.rows - size)
        first, last = int(self.host_offsets[start]), int(self.host_offsets[start + size])
        return self.offsets[start : start + size + 1], first, last

    def write(self, number, x):
        """Writes that batch into the dense matrix x, without a wait."""
        offsets, first, last = self.entries(number, x.shape[0])
        numbers = torch.arange(x.shape[0], device=self.device)
        rows = torch.repeat_interleave(numbers, offsets.diff(), output_size=last - first)
        x.zero_()
        x.index_put_((rows, self.indices[first:last]), self.values[first:last])

    def batch(self, number, size):
        offsets, first, last = self.entries(number, size)
        return torch.sparse_csr_tensor(
            offsets - first,
            self.indices[first:last],
            self.values[first:last],
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
        hidden, self.latent = task["hidden"], task["latent"]
        self.encode = torch.nn.Linear(items, hidden)
        self.posterior = torch.nn.Linear(hidden, 2 * self.latent)
        self.decode = torch.nn.Sequential(
            torch.nn.Linear(self.latent, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, items)
        )

    def sparse_loss(self, batch):
        rows, columns = coordinates(batch)
        lengths = batch.crow_indices().diff().float()
        values = F.dropout(lengths.rsqrt()[rows], 0.5)
        x = torch.sparse_csr_tensor(
            batch.crow_indices(), batch.col_indices(), values, batch.shape, check_invariants=False
        )
        hidden = torch.tanh(torch.sparse.mm(x, self.encode.weight.t()) + self.encode.bias)
        return self.negative_elbo(hidden, lambda log_softmax: log_softmax[rows, columns].sum())

    def dense_loss(self, batch):
        x = (batch > 0).float()
        hidden = torch.tanh(self.encode(F.dropout(F.normalize(x), 0.5)))
        return self.negative_elbo(hidden, lambda log_softmax: (x * log_softmax).sum())

    def negative_elbo(self, hidden, log_likelihood):
        mu, log_var = self.posterior(hidden).chunk(2, 1)
        z = mu + torch.randn_like(mu) * (0.5 * log_var).exp()
        explained = log_likelihood(F.log_softmax(self.decode(z), 1))
        divergence = 0.5 * (log_var.exp() + mu**2 - 1 - log_var).sum()
        return (0.2 * divergence - explained) / hidden.shape[0]


class AutoRec(torch.nn.Module):
    """entries -> 500 sigmoid -> entries, squared error over the observed ones, L2 on both matrices."""

    def __init__(self, columns, task):
        super().__init__()
        hidden = task["hidden"]
        self.encoder = torch.nn.Parameter(torch.empty(columns, hidden).uniform_(-0.02, 0.02))
        self.encoder_bias = torch.nn.Parameter(torch.zeros(hidden))
        self.decoder = torch.nn.Parameter(torch.empty(columns, hidden).uniform_(-0.02, 0.02))
        self.decoder_bias = torch.nn.Parameter(torch.full((columns,), 3.5))

    def sparse_loss(self, batch):
        rows, columns = coordinates(batch)
        hidden = torch.sigmoid(torch.sparse.mm(batch, self.encoder) + self.encoder_bias)
        output = (hidden[rows] * self.decoder[columns]).sum(1) + self.decoder_bias[columns]
        return (batch.values() - output).square().sum() + self.penalty()

    def dense_loss(self, x):
        hidden = torch.sigmoid(x @ self.encoder + self.encoder_bias)
        output = hidden @ self.decoder.t() + self.decoder_bias
        return ((x - output) * (x > 0)).square().sum() + self.penalty()

    def penalty(self):
        return 1e-3 * (self.encoder.square().sum() + self.decoder.square().sum())


main()
