// How good a model is while it is being trained: the one number by which the best epoch is chosen.
import { evaluateRanking, summarizeRanking } from '../evaluation/evaluate-ranking.ts'
import { evaluateRatings, summarizeRatings } from '../evaluation/evaluate-ratings.ts'
import { measureLatentUse } from '../evaluation/latent-use.ts'
import { rowsWithAtLeast, selectRows } from '../interactions/csr/select.ts'
import { hasPosterior, isRatingPredictor, type PosteriorModel, type Scorer } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'

export interface Validation {
  readonly metric: 'rmse' | 'ndcg@100'
  readonly value: number
  /** Of a VAE: how much of its latent space it uses. */
  readonly latent?: LatentReport
}

export interface LatentReport {
  /** KL(q(z | x) ‖ N(0, I)) of a user, in nats. */
  readonly kl: number
  readonly activeUnits: number
  readonly units: number
  /** In the reports of a training never told of its first epochs. */
  readonly hasCollapsed: boolean
}

/**
 * RMSE for a model that foretells ratings; for another, NDCG@100 of the targets rated `positiveThreshold` or more, of 10,000
 * users spread evenly over all where there are more: ranking every item for everybody would cost more than an epoch.
 */
export async function validate(
  scorer: Scorer,
  heldOut: HeldOut,
  positiveThreshold: number,
): Promise<Validation> {
  if (isRatingPredictor(scorer)) {
    const { rmse } = summarizeRatings(await evaluateRatings(scorer, heldOut))
    return { metric: 'rmse', value: rmse.mean }
  }
  const judged = spreadOver(heldOut, mostRanked)
  const ranking = await evaluateRanking(scorer, judged, ['ndcg@100'], { positiveThreshold })
  return {
    metric: 'ndcg@100',
    value: summarizeRanking(ranking)['ndcg@100']!.mean,
    ...(hasPosterior(scorer) && { latent: await reportLatent(scorer, judged) }),
  }
}

const mostRanked = 10_000
const mostEncoded = 1000

async function reportLatent(model: PosteriorModel, heldOut: HeldOut): Promise<LatentReport> {
  const { histories } = spreadOver(heldOut, mostEncoded)
  const { klPerUnit, activeUnits, hasCollapsed } = await measureLatentUse(model, histories)
  const kl = klPerUnit.reduce((sum, own) => sum + own, 0)
  return { kl, activeUnits, units: klPerUnit.length, hasCollapsed }
}

/** `count` of the users with a target, or all where there are fewer. */
function spreadOver({ users, histories, targets }: HeldOut, count: number): HeldOut {
  const withTargets = rowsWithAtLeast(targets, 1)
  if (withTargets.length <= count) return { users, histories, targets }
  const rows = Int32Array.from(
    { length: count },
    (_, n) => withTargets[Math.floor((n * withTargets.length) / count)]!,
  )
  return {
    users: Int32Array.from(rows, (row) => users[row]!),
    histories: selectRows(histories, rows),
    targets: selectRows(targets, rows),
  }
}

/** Whether `candidate` beats `best`; where nothing is validated, the later one does. */
export function isBetter(candidate: Validation | undefined, best: Validation | undefined): boolean {
  if (!candidate || !best) return true
  return candidate.metric === 'rmse' ? candidate.value < best.value : candidate.value > best.value
}
