// Data-quality checks: whether the ratings of the period are reliable enough to evaluate models.
import { createRandom } from '../../random/random.ts'
import { type Estimate, estimateMean } from '../../statistics/estimate.ts'
import { pairedBootstrap } from '../../statistics/paired-bootstrap.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Drift } from '../data/snapshot.ts'
import { type EvaluatedModel, valuesOf } from '../evaluate/evaluate-model.ts'
import type { Guardrail } from '../result.ts'

/** A champion evaluated on the users of the period, and its lead when it was a candidate. */
export interface ComparedChampion {
  readonly name: string
  readonly evaluated: EvaluatedModel
  /** Its lead over the popularity baseline then; null if it was not recorded. */
  readonly previousLead: Estimate | null
}

/**
 * Shuffled ratings make all models look alike. So the champion whose previous lead over popularity was the most
 * significant must still lead, and ratings must correlate with the earlier mean ratings of their items. Only one
 * champion is checked: with several weak leads, at least one disappears by chance in most weeks with sound data.
 */
export function checkDataQuality(
  config: RetrainingConfig,
  champions: readonly ComparedChampion[],
  popularity: EvaluatedModel,
  drift: Drift | null,
): Guardrail[] {
  const minShare = config.guardrails.period
  if (minShare === null) return []
  return [
    ...mostSignificant(champions).flatMap((champion) => checkLead(config, champion, popularity, minShare)),
    ...(drift ? checkAgreement(drift, minShare) : []),
  ]
}

function mostSignificant(champions: readonly ComparedChampion[]): readonly ComparedChampion[] {
  const significance = ({ previousLead: gainBefore }: ComparedChampion) =>
    gainBefore === null ? Number.NEGATIVE_INFINITY : gainBefore.mean / gainBefore.standardError
  return champions.toSorted((a, b) => significance(b) - significance(a)).slice(0, 1)
}

/** Mean lead over the popularity baseline, per user. */
export function leadOver(
  popularity: EvaluatedModel,
  evaluated: EvaluatedModel,
  { metric }: RetrainingConfig,
): Estimate {
  const baseline = valuesOf(popularity, metric)
  return estimateMean(valuesOf(evaluated, metric).map((value, user) => value - baseline[user]!))
}

/** Applies only to a champion that was significantly better than the popularity baseline. */
function checkLead(
  config: RetrainingConfig,
  { name, evaluated, previousLead: gainBefore }: ComparedChampion,
  popularity: EvaluatedModel,
  minShare: number,
): Guardrail[] {
  if (gainBefore === null || gainBefore.mean <= 1.96 * gainBefore.standardError) return []
  const { metric, confidence, resamples, seed } = config
  const random = createRandom(seed, 'trust', name)
  const now = pairedBootstrap(valuesOf(evaluated, metric), valuesOf(popularity, metric), {
    random,
    confidence,
    resamples,
  })
  const found =
    `the lead of ${name} over the most rated items by ${metric} is ${figure(now.mean)} (at most ${figure(now.high)}), ` +
    `and was ${figure(gainBefore.mean)} when it was evaluated last`
  return [periodGuardrail(now.high >= minShare * gainBefore.mean, found)]
}

const minAgreement = 0.1

/** Applies only where the correlation was high enough before. */
function checkAgreement({ agreementBefore, since }: Drift, minShare: number): Guardrail[] {
  if (agreementBefore === null || since.agreement === null || agreementBefore < minAgreement) return []
  const found =
    `the correlation of ratings with the earlier means of their items is ${figure(since.agreement)}; ` +
    `in the preceding period it was ${figure(agreementBefore)}`
  return [periodGuardrail(since.agreement >= minShare * agreementBefore, found)]
}

function periodGuardrail(passed: boolean, found: string): Guardrail {
  const sentence = passed
    ? 'The new ratings are reliable'
    : 'The new ratings are not reliable enough to evaluate models'
  return { name: 'period', passed, finding: `${sentence}: ${found}.` }
}

const figure = (value: number) => value.toFixed(4)

/** The name under which the lead is recorded with a version. */
export function leadMetric(metric: string): string {
  return `${metric} over popularity`
}
