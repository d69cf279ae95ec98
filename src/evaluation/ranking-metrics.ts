// Metrics of one user's ranking. `hits[r]` is 1 where rank r (from 0) holds one of the user's targets, else 0; there are
// no hits beyond its end. `targets` is the number of targets, at least 1; `cutoff` the number of ranks that count.

/** By name of the measure, its value in [0, 1]. */
export const rankingMeasures = {
  recall,
  'recall-all': recallAll,
  precision,
  hr: hitRate,
  mrr: reciprocalRank,
  map: averagePrecision,
  ndcg,
} as const satisfies Readonly<Record<string, (hits: Uint8Array, targets: number, cutoff: number) => number>>

export type RankingMeasure = keyof typeof rankingMeasures

/** Truncated recall: hits / min(cutoff, |targets|), as Liang et al. (WWW 2018) define Recall@R. */
function recall(hits: Uint8Array, targets: number, cutoff: number): number {
  return countHits(hits, cutoff) / Math.min(cutoff, targets)
}

/** Recall: hits / |targets|, as in other published tables. */
function recallAll(hits: Uint8Array, targets: number, cutoff: number): number {
  return countHits(hits, cutoff) / targets
}

/** Hits / cutoff. */
function precision(hits: Uint8Array, _targets: number, cutoff: number): number {
  return countHits(hits, cutoff) / cutoff
}

/** 1 if there is a hit, else 0. */
function hitRate(hits: Uint8Array, _targets: number, cutoff: number): number {
  return countHits(hits, cutoff) > 0 ? 1 : 0
}

/** 1 / rank of the first hit, ranks from 1; 0 without a hit. */
function reciprocalRank(hits: Uint8Array, _targets: number, cutoff: number): number {
  const rank = hits.subarray(0, cutoff).indexOf(1)
  return rank < 0 ? 0 : 1 / (rank + 1)
}

/** The precision at the rank of each hit, summed, over min(cutoff, |targets|). */
function averagePrecision(hits: Uint8Array, targets: number, cutoff: number): number {
  let count = 0
  let sum = 0
  for (let rank = 0; rank < Math.min(cutoff, hits.length); rank++)
    if (hits[rank] === 1) sum += ++count / (rank + 1)
  return sum / Math.min(cutoff, targets)
}

/** DCG = Σ hit / log2(rank + 1), ranks from 1, over that of a list that starts with min(cutoff, |targets|) hits. */
function ndcg(hits: Uint8Array, targets: number, cutoff: number): number {
  let gain = 0
  let ideal = 0
  for (let rank = 0; rank < Math.min(cutoff, hits.length); rank++)
    if (hits[rank] === 1) gain += 1 / Math.log2(rank + 2)
  for (let rank = 0; rank < Math.min(cutoff, targets); rank++) ideal += 1 / Math.log2(rank + 2)
  return gain / ideal
}

function countHits(hits: Uint8Array, cutoff: number): number {
  let count = 0
  for (let rank = 0; rank < Math.min(cutoff, hits.length); rank++) count += hits[rank]!
  return count
}
