// The gate between a candidate and the champion's place.
import { createRandom } from '../../random/random.ts'
import { pairedBootstrap } from '../../statistics/paired-bootstrap.ts'
import type { RetrainingConfig } from '../config.ts'
import { type JudgedModel, valuesOf } from '../evaluate/evaluate-model.ts'
import type { Comparison, GateResult, Guardrail } from '../result.ts'
import { judgeGuardrails } from './guardrails.ts'

export interface GateOptions {
  readonly config: RetrainingConfig
  /** Sets the draws of the bootstrap apart from those of other candidates. */
  readonly variant: string
  readonly candidate: JudgedModel
  /** Judged on the same users; null where none answers yet. */
  readonly champion: JudgedModel | null
  /** The most rated items, on the same users. */
  readonly popularity: JudgedModel
  /** Whether the period's ratings can judge anybody. */
  readonly trust: readonly Guardrail[]
  /** Whether the artifact loads and answers. */
  readonly canary: Guardrail
}

/**
 * A candidate passes when, with the configured confidence, it is not worse than the champion by more than the margin,
 * and no guardrail is broken.
 */
export function judgeAtGate(options: GateOptions): GateResult {
  const comparison = options.champion && compare(options, options.champion)
  const guardrails = [...judgeGuardrails(options), options.canary]
  const broken = guardrails.filter(({ passed }) => !passed)
  const problems = [
    ...(comparison && !comparison.passed
      ? [`It may be worse than the champion: ${describe(comparison)}.`]
      : []),
    ...broken.map(({ finding }) => finding),
  ]
  return {
    passed: problems.length === 0,
    reason: problems.length > 0 ? problems.join(' ') : whyPassed(comparison),
    comparison,
    guardrails,
  }
}

function whyPassed(comparison: Comparison | null): string {
  if (!comparison) return 'No champion answers yet, and no guardrail is broken.'
  return `It is not worse than the champion by more than the margin: ${describe(comparison)}; no guardrail is broken.`
}

function compare({ config, variant, candidate }: GateOptions, champion: JudgedModel): Comparison {
  const { metric, margin: share, confidence, resamples, seed } = config
  const random = createRandom(seed, 'gate', variant)
  const [own, others] = [valuesOf(candidate, metric), valuesOf(champion, metric)]
  const { mean: difference, low, high } = pairedBootstrap(own, others, { random, confidence, resamples })
  const [mine, theirs] = [candidate.figures.metrics[metric]!.mean, champion.figures.metrics[metric]!.mean]
  const margin = share * theirs
  return {
    metric,
    users: own.length,
    candidate: mine,
    champion: theirs,
    difference,
    low,
    high,
    margin,
    passed: low >= -margin,
  }
}

function describe({ metric, candidate, champion, low, high, margin, users }: Comparison): string {
  return (
    `${metric} ${candidate.toFixed(4)} against ${champion.toFixed(4)}, a difference between ${low.toFixed(4)} and ` +
    `${high.toFixed(4)} on ${users} users where a loss of ${margin.toFixed(4)} would be borne`
  )
}
