// The evaluation period of a run.
import type { Interactions } from '../../interactions/interactions.ts'
import type { Manifest } from '../../registry/registry.ts'
import type { PeriodOptions } from '../../splits/hold-out-period.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Snapshot } from '../data/snapshot.ts'

/**
 * The period is as long as configured, or longer where too few users were active: the ratings may end long before a few
 * new ones. It starts after the training data of every champion, since training data cannot be used for evaluation.
 */
export function periodOf(
  { split, seed }: Pick<RetrainingConfig, 'split' | 'seed'>,
  { instant, positives }: Pick<Snapshot, 'instant' | 'positives'>,
  ratings: Pick<Interactions, 'matrix' | 'times'>,
  champions: readonly Manifest[],
): PeriodOptions {
  const users = Math.ceil((2 * split.minUsers) / split.testShare)
  const since = Math.min(
    Date.parse(instant) / 1000 - split.days * 86_400,
    startWithUsers(ratings, users, positives.threshold),
  )
  return {
    since: Math.max(since, ...champions.map(learnedUntil)),
    test: { share: split.testShare, most: split.testUsers },
    validation: { share: split.validationShare, most: split.validationUsers },
    targetShare: split.targetShare,
    positiveThreshold: positives.threshold,
    seed,
  }
}

/** The time of the latest training rating in seconds since 1970, or a later time. */
export function learnedUntil({ trainedUpTo, createdAt }: Manifest): number {
  return (trainedUpTo ?? createdAt).getTime() / 1000
}

/** The latest start in seconds since 1970 of a period in which so many users with an earlier or other rating gave a positive one. */
function startWithUsers(
  { matrix: { rows, offsets, values }, times }: Pick<Interactions, 'matrix' | 'times'>,
  users: number,
  positiveThreshold: number,
): number {
  const latest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY)
  for (let user = 0; user < rows; user++) {
    const [start, end] = [offsets[user]!, offsets[user + 1]!]
    if (end - start < 2) continue
    for (let n = start; n < end; n++)
      if (values[n]! >= positiveThreshold && times![n]! > latest[user]!) latest[user] = times![n]!
  }
  const active = latest.filter(Number.isFinite).sort()
  const found = active.at(-users) ?? active[0]
  return found === undefined ? Number.POSITIVE_INFINITY : found - 1
}
