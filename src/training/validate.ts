// The validation metric that chooses the best epoch.
import { type ClusterUse, measureClusters } from '../evaluation/cluster-use.ts'
import { type DiscriminatorBalance, measureDiscriminator } from '../evaluation/discriminator-balance.ts'
import { evaluateRanking, summarizeRanking } from '../evaluation/evaluate-ranking.ts'
import { evaluateRatings, summarizeRatings } from '../evaluation/evaluate-ratings.ts'
import { type InterestUse, measureInterests } from '../evaluation/interest-use.ts'
import { measureLatentUse } from '../evaluation/latent-use.ts'
import { rowsWithAtLeast, selectRows } from '../interactions/csr/select.ts'
import {
  hasCentroids,
  hasDiscriminator,
  hasInterests,
  hasPosterior,
  isRatingPredictor,
  type PosteriorModel,
  type Scorer,
} from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'

export interface Validation {
  readonly metric: 'rmse' | 'ndcg@100'
  readonly value: number
  /** How a VAE uses its latent space. */
  readonly latent?: LatentReport
  /** How a discriminator and an encoder keep up with each other. */
  readonly discriminator?: DiscriminatorBalance
  /** How a model uses the interests that it separates. */
  readonly interests?: InterestUse
  /** How a model uses the clusters of its clustering term. */
  readonly clusters?: ClusterUse
}

export interface LatentReport {
  /** Mean KL(q(z | x) ‖ N(0, I)) per user, in nats. */
  readonly kl: number
  readonly activeUnits: number
  readonly units: number
  /** Always false in the reports of the first epochs of a training. */
  readonly hasCollapsed: boolean
}

/**
 * The RMSE of predicted ratings where the model predicts them and ratings of trained users are held out. Otherwise NDCG@100 on
 * the targets rated `positiveThreshold` or more, for at most 10,000 users spread evenly over all: ranking all items for all
 * users would take longer than an epoch.
 */
export async function validate(
  scorer: Scorer,
  heldOut: HeldOut,
  positiveThreshold: number,
): Promise<Validation> {
  if (isRatingPredictor(scorer) && hasTrainedUsers(heldOut)) {
    const { rmse } = summarizeRatings(await evaluateRatings(scorer, heldOut))
    return { metric: 'rmse', value: rmse.mean }
  }
  const ranked = spreadOver(heldOut, maxRankedUsers)
  return {
    metric: 'ndcg@100',
    value: await rankingQuality(scorer, ranked, positiveThreshold),
    ...(hasPosterior(scorer) && { latent: await reportLatent(scorer, ranked) }),
    ...(hasDiscriminator(scorer) && {
      discriminator: await measureDiscriminator(scorer, spreadOver(ranked, maxEncodedUsers).histories),
    }),
    ...(hasCentroids(scorer) && {
      clusters: await measureClusters(scorer, spreadOver(ranked, maxEncodedUsers).histories),
    }),
    ...(hasInterests(scorer) && { interests: await measureInterests(scorer, ranked.histories) }),
  }
}

/** Where whole users are held out, as in strong generalization, their targets are to be ranked, and no rating is to be predicted. */
export function hasTrainedUsers({ users }: HeldOut): boolean {
  return users.some((user) => user >= 0)
}

/** The mean NDCG@100 on the targets rated `positiveThreshold` or more. */
export async function rankingQuality(
  scorer: Scorer,
  heldOut: HeldOut,
  positiveThreshold: number,
): Promise<number> {
  const ranking = await evaluateRanking(scorer, heldOut, ['ndcg@100'], { positiveThreshold })
  return summarizeRanking(ranking)['ndcg@100']!.mean
}

const maxRankedUsers = 10_000
const maxEncodedUsers = 1000

async function reportLatent(model: PosteriorModel, heldOut: HeldOut): Promise<LatentReport> {
  const { histories } = spreadOver(heldOut, maxEncodedUsers)
  const { klPerUnit, activeUnits, hasCollapsed } = await measureLatentUse(model, histories)
  const kl = klPerUnit.reduce((sum, unit) => sum + unit, 0)
  return { kl, activeUnits, units: klPerUnit.length, hasCollapsed }
}

/** `count` of the users with a target, or all of them if there are fewer. */
export function spreadOver({ users, histories, targets }: HeldOut, count: number): HeldOut {
  const withTargets = rowsWithAtLeast(targets, 1)
  if (withTargets.length <= count) return { users, histories, targets }
  const rows = spread(withTargets, count)
  return {
    users: Int32Array.from(rows, (row) => users[row]!),
    histories: selectRows(histories, rows),
    targets: selectRows(targets, rows),
  }
}

/** `count` of the rows, spread evenly over all, or all of them if there are fewer. */
export function spread(rows: Int32Array, count: number): Int32Array {
  if (rows.length <= count) return rows
  return Int32Array.from({ length: count }, (_, n) => rows[Math.floor((n * rows.length) / count)]!)
}

/** Whether `candidate` is better than `best`; without validation, the later one is. */
export function isBetter(candidate: Validation | undefined, best: Validation | undefined): boolean {
  if (!candidate || !best) return true
  return candidate.metric === 'rmse' ? candidate.value < best.value : candidate.value > best.value
}
