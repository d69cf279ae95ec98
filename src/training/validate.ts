// How good a model is while it is being trained: the one number by which the best epoch is chosen.
import { evaluateRanking, summarizeRanking } from '../evaluation/evaluate-ranking.ts'
import { evaluateRatings, summarizeRatings } from '../evaluation/evaluate-ratings.ts'
import { isRatingPredictor, type Scorer } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'

export interface Validation {
  readonly metric: 'rmse' | 'ndcg@100'
  readonly value: number
}

/** RMSE for a model that foretells ratings; for another, NDCG@100 of the targets rated `positiveFrom` or more. */
export async function validate(scorer: Scorer, heldOut: HeldOut, positiveFrom: number): Promise<Validation> {
  if (isRatingPredictor(scorer)) {
    const { rmse } = summarizeRatings(await evaluateRatings(scorer, heldOut))
    return { metric: 'rmse', value: rmse.mean }
  }
  const ranking = await evaluateRanking(scorer, heldOut, ['ndcg@100'], { positiveFrom })
  return { metric: 'ndcg@100', value: summarizeRanking(ranking)['ndcg@100']!.mean }
}

/** Whether `candidate` beats `best`; where nothing is validated, the later one does. */
export function isBetter(candidate: Validation | undefined, best: Validation | undefined): boolean {
  if (!candidate || !best) return true
  return candidate.metric === 'rmse' ? candidate.value < best.value : candidate.value > best.value
}
