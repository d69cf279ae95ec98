// Chooses the hyperparameters that only the ranking of a trained model depends on.
import { rowsWithAtLeast } from '../interactions/csr/select.ts'
import { positiveRatings } from '../interactions/positives.ts'
import type { LearningHyperparameters } from '../models/hyperparameters.ts'
import type { GradientModel } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import type { HeldOut } from '../splits/split.ts'
import { rankingQuality, spreadOver } from './validate.ts'

interface ValidationData {
  readonly validation?: HeldOut
  /** Ends the search; the best choice so far is the result. */
  readonly signal?: AbortSignal
}

/**
 * `hyperparameters` with the `rankingChoices` of the model that have the highest NDCG@100, for at most 1,000 validation
 * users, where it is null. Without a validation user who has a positive target nothing is chosen.
 */
export async function chooseRanking<H extends LearningHyperparameters>(
  model: GradientModel<H>,
  weights: Weights,
  hyperparameters: H,
  { validation, signal }: ValidationData,
): Promise<H> {
  const candidates = candidatesFor(hyperparameters, model.rankingChoices ?? [])
  if (candidates.length === 0 || !validation) return hyperparameters
  const { positiveThreshold } = hyperparameters
  const targets = positiveRatings(validation.targets, positiveThreshold)
  if (rowsWithAtLeast(targets, 1).length === 0) return hyperparameters
  const users = spreadOver({ ...validation, targets }, maxUsers)
  let best = { hyperparameters, ndcg: Number.NEGATIVE_INFINITY }
  for (const candidate of candidates) {
    if (signal?.aborted) break
    const scorer = model.open(weights, candidate)
    try {
      const ndcg = await rankingQuality(scorer, users, positiveThreshold)
      if (ndcg > best.ndcg) best = { hyperparameters: candidate, ndcg }
    } finally {
      scorer.dispose()
    }
  }
  return best.hyperparameters
}

const maxUsers = 1000

/** The hyperparameters with each distinct choice of those that are null. */
function candidatesFor<H extends object>(hyperparameters: H, choices: readonly Partial<H>[]): H[] {
  const open = choices.map((choice) =>
    Object.entries(choice).filter(([name]) => hyperparameters[name as keyof H] === null),
  )
  const distinct = new Map(open.filter(({ length }) => length > 0).map((choice) => [String(choice), choice]))
  return [...distinct.values()].map((choice) => ({ ...hyperparameters, ...Object.fromEntries(choice) }))
}
