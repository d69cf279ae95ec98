import type { Random } from '../../random/random.ts'
import { mean } from '../../statistics/mean.ts'
import { pairedBootstrap } from '../../statistics/paired-bootstrap.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Comparison } from '../result.ts'

export type ComparisonSettings = Pick<RetrainingConfig, 'metric' | 'confidence' | 'resamples' | 'seed'>

/** The paired test of two models on the same users, one value of the metric per user. */
export function compare(
  candidate: Float64Array,
  champion: Float64Array,
  { metric, confidence, resamples }: Omit<ComparisonSettings, 'seed'>,
  random: Random,
): Omit<Comparison, 'margin' | 'passed'> {
  const {
    mean: difference,
    low,
    high,
  } = pairedBootstrap(candidate, champion, { random, confidence, resamples })
  return {
    metric,
    users: candidate.length,
    candidate: mean(candidate),
    champion: mean(champion),
    difference,
    low,
    high,
  }
}
