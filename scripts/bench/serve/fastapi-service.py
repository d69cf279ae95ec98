"""The same recommendations by FastAPI and PyTorch, as one would write them by hand: uvicorn with uvloop and httptools,
orjson, inference mode, histories and weights in memory, the first layer as a sum over the history's rows, the answer's
items by top-k on the tensor.

fastapi-service.py ARTIFACT HISTORIES THREADS: a published artifact (safetensors), all users' histories as JSON
{user: [[item, rating], ...]}, and how many threads PyTorch may take.
"""

import json
import math
import socket
import struct
import sys

import fastapi
import numpy as np
import orjson
import torch
import torch.nn.functional as F
import uvicorn
from pydantic import BaseModel


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = np.fromfile(file, np.uint8)
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = data[start:end].view(np.float32).reshape(entry["shape"])
        tensors[name.removeprefix("weights/")] = torch.from_numpy(values.copy())
    return metadata, tensors


class MultVae:
    def __init__(self, weights, hyperparameters):
        self.encoder = weights["encoder.0.weight"]
        self.encoder_bias = weights["encoder.0.bias"]
        latent = hyperparameters["latent"]
        self.mu = weights["encoder.1.weight"][:, :latent].t().contiguous()
        self.mu_bias = weights["encoder.1.bias"][:latent]
        self.hidden = weights["decoder.0.weight"].t().contiguous()
        self.hidden_bias = weights["decoder.0.bias"]
        self.logits = weights["decoder.1.weight"].t().contiguous()
        self.logits_bias = weights["decoder.1.bias"]
        self.threshold = weights["positiveThreshold"].item()

    def score(self, items, ratings):
        liked = items[ratings >= self.threshold]
        x = self.encoder.index_select(0, liked).sum(0) / math.sqrt(max(1, len(liked)))
        mu = F.linear(torch.tanh(x + self.encoder_bias), self.mu, self.mu_bias)
        return F.linear(torch.tanh(F.linear(mu, self.hidden, self.hidden_bias)), self.logits, self.logits_bias)


class UAutoRec:
    """Ranks by a user vector that fits the positives, in the space of the encoder; see implicit-ranking.ts."""

    def __init__(self, weights, hyperparameters):
        vectors, count = weights["rankingVectors"], len(weights["b"])
        centered = vectors - vectors.mean(0)
        gram = centered.t() @ centered
        penalty = (hyperparameters["rankingRegularization"] or 0.1) * gram.trace() / len(gram)
        unobserved = hyperparameters["unobservedWeight"] or 0.3
        factor = torch.linalg.cholesky((unobserved * (gram + penalty * torch.eye(len(gram)))).double())
        whitened = torch.linalg.solve_triangular(factor, centered.t().double(), upper=False).t().float()
        constant = (unobserved * (count + penalty)).rsqrt()
        self.vectors = torch.cat([whitened, constant.expand(count, 1)], 1).contiguous()
        self.threshold = weights["positiveThreshold"].item()

    def score(self, items, ratings):
        positives = self.vectors.index_select(0, items[ratings >= self.threshold])
        system = positives @ positives.t() + torch.eye(len(positives))
        weights = torch.cholesky_solve(torch.ones(len(positives), 1), torch.linalg.cholesky(system))
        return F.linear((positives.t() @ weights).squeeze(1), self.vectors)


class Rated(BaseModel):
    itemId: str
    value: float | None = None


class Asked(BaseModel):
    history: list[Rated]
    k: int = 10


def main():
    artifact, histories_path, threads = sys.argv[1:4]
    torch.set_num_threads(int(threads))
    metadata, weights = read_safetensors(artifact)
    hyperparameters = json.loads(metadata["hyperparameters"])
    ids = json.loads(metadata["items"])
    titles = [f"Item {id}" for id in ids]
    numbers = {id: number for number, id in enumerate(ids)}
    highest = json.loads(metadata["ratingRange"])[1]
    popularity = weights["popularity"]
    model = {"mult-vae": MultVae, "u-autorec": UAutoRec}[metadata["model"]](weights, hyperparameters)
    with open(histories_path, "rb") as file:
        histories = {
            user: (
                torch.tensor([numbers[item] for item, _ in rated]),
                torch.tensor([rating for _, rating in rated], dtype=torch.float32),
            )
            for user, rated in orjson.loads(file.read()).items()
        }
    empty_history = (torch.empty(0, dtype=torch.long), torch.empty(0))
    app = fastapi.FastAPI()

    def recommend(items, ratings, k):
        with torch.inference_mode():
            known = len(items) > 0
            scores = model.score(items, ratings) if known else popularity.clone()
            scores[items] = -math.inf
            best = torch.topk(scores, k)
            found = [
                {"itemId": ids[item], "title": titles[item], "score": score}
                for item, score in zip(best.indices.tolist(), best.values.tolist())
            ]
        return {
            "model": {"name": metadata["model"], "version": 1},
            "basis": "history" if known else "popularity",
            "historySize": len(items),
            "items": found,
        }

    def answer(content):
        return fastapi.Response(orjson.dumps(content), media_type="application/json")

    # async: the threadpool that FastAPI gives to plain functions would only add to the time of one short computation
    @app.get("/recommend/{user_id}")
    async def for_user(user_id: str, k: int = 10):
        items, ratings = histories.get(user_id, empty_history)
        return answer({"userId": user_id, **recommend(items, ratings, k)})

    @app.post("/recommend")
    async def for_history(asked: Asked):
        known = [rated for rated in asked.history if rated.itemId in numbers]
        items = torch.tensor([numbers[rated.itemId] for rated in known], dtype=torch.long)
        values = [highest if rated.value is None else rated.value for rated in known]
        return answer(recommend(items, torch.tensor(values, dtype=torch.float32), asked.k))

    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"PyTorch {torch.__version__}, FastAPI {fastapi.__version__}, uvicorn {uvicorn.__version__}", flush=True)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])


main()
