// Whether a refit ranks like the candidate that was evaluated.
import { evaluateRanking, type RankingEvaluation } from '../../evaluation/evaluate-ranking.ts'
import type { IdMap } from '../../interactions/id-map.ts'
import { openArtifactOver } from '../../registry/open-artifact.ts'
import type { LoadedVersion } from '../../registry/registry.ts'
import type { HeldOut } from '../../splits/split.ts'
import { mean } from '../../statistics/mean.ts'
import { topOverlap } from '../../statistics/top-overlap.ts'
import type { RetrainingConfig } from '../config.ts'
import { valuesOf } from '../evaluate/evaluate-model.ts'
import type { Guardrail } from '../result.ts'
import { checkCanary } from './canary.ts'

const listSize = 10
const minOverlap = 0.1

type Ranking = Pick<RankingEvaluation, 'values' | 'lists'>

type Settings = Pick<RetrainingConfig, 'metric' | 'margin'>

export interface RefitCheck {
  readonly version: LoadedVersion
  /** Of the candidate, on the users of `heldOut`. */
  readonly candidate: Ranking
  readonly heldOut: HeldOut
  readonly items: IdMap
  readonly positiveThreshold: number
  readonly config: Settings
}

/** The canary and, if it passes, the comparison with the candidate. */
export async function checkRefit(check: RefitCheck): Promise<Guardrail[]> {
  const { version, candidate, heldOut, items, positiveThreshold, config } = check
  const canary = await checkCanary(version, heldOut, items)
  if (!canary.passed) return [canary]
  const scorer = openArtifactOver(version.artifact, items)
  // a metric with a smaller cutoff has shorter lists than the overlap needs
  const metrics = [...new Set([config.metric, `ndcg@${listSize}` as const])]
  const refit = await evaluateRanking(scorer, heldOut, metrics, { positiveThreshold }).finally(() =>
    scorer.dispose(),
  )
  return [canary, ...compareRefit(candidate, refit, config)]
}

/**
 * Compares the two on the same users. The refit has learned from their targets, so that its metric says nothing of its
 * quality; but a refit with a lower metric, or with other lists, has failed. The means are compared without an interval:
 * with few users, no refit would be certain to be as good.
 */
export function compareRefit(candidate: Ranking, refit: Ranking, { metric, margin }: Settings): Guardrail[] {
  const [refitMean, candidateMean] = [refit, candidate].map((ranking) => mean(valuesOf({ ranking }, metric)))
  const overlap = mean(refit.lists.map((list, user) => topOverlap(list, candidate.lists[user]!, listSize)))
  return [
    {
      name: 'refit',
      passed: refitMean! >= (1 - margin) * candidateMean!,
      finding:
        `On users whose targets it was trained on, the refit has ${metric} ${figure(refitMean!)}, ` +
        `the evaluated candidate ${figure(candidateMean!)}.`,
    },
    {
      name: 'refit overlap',
      passed: overlap >= minOverlap,
      finding:
        `The refit and the candidate share ${percent(overlap)} of their first ${listSize} items; ` +
        `the minimum is ${percent(minOverlap)}.`,
    },
  ]
}

const figure = (value: number) => value.toFixed(4)
const percent = (share: number) => `${(100 * share).toFixed(0)} %`
