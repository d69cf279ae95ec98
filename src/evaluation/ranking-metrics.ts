// Metrics of one user's ranking. `hits[r]` is 1 where place r (from 0) holds one of the user's targets, else 0;
// places beyond the end of `hits` hold none.
import type { RankingMeasure } from './metric.ts'

/** By measure: a number in [0, 1] from a user's hits, number of targets (at least 1) and places counted. */
export const rankingMeasures: Readonly<
  Record<RankingMeasure, (hits: Uint8Array, targets: number, places: number) => number>
> = { recall, 'recall-all': recallAll, ndcg }

/** Recall@R = hits in the first R places / min(R, |targets|), as Liang et al. (WWW 2018) define it. */
function recall(hits: Uint8Array, targets: number, places: number): number {
  return countHits(hits, places) / Math.min(places, targets)
}

/** Hits in the first R places / |targets|, the denominator of other published tables. */
function recallAll(hits: Uint8Array, targets: number, places: number): number {
  return countHits(hits, places) / targets
}

/** DCG@R = Σ hit / log2(place + 1), places from 1, over that of min(R, |targets|) hits at the top. */
function ndcg(hits: Uint8Array, targets: number, places: number): number {
  let gain = 0
  let ideal = 0
  for (let place = 0; place < Math.min(places, hits.length); place++)
    if (hits[place] === 1) gain += 1 / Math.log2(place + 2)
  for (let place = 0; place < Math.min(places, targets); place++) ideal += 1 / Math.log2(place + 2)
  return gain / ideal
}

function countHits(hits: Uint8Array, places: number): number {
  let count = 0
  for (let place = 0; place < Math.min(places, hits.length); place++) count += hits[place]!
  return count
}
