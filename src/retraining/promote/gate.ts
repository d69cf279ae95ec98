// The gate decides whether a candidate may replace the champion.
import { createRandom } from '../../random/random.ts'
import { type EvaluatedModel, valuesOf } from '../evaluate/evaluate-model.ts'
import type { Comparison, GateResult, Guardrail } from '../result.ts'
import { compare } from './compare.ts'
import { checkGuardrails, type GuardrailOptions } from './guardrails.ts'

export interface GateOptions extends GuardrailOptions {
  /** Whether the artifact loads and serves requests. */
  readonly canary: Guardrail
}

/**
 * A non-inferiority test: a candidate passes if, with the configured confidence, it is not worse than the champion by
 * more than the margin, and if it violates no guardrail.
 */
export function evaluateGate(options: GateOptions): GateResult {
  const comparison = options.champion && compareWith(options.champion, options)
  const guardrails = [...checkGuardrails(options), options.canary]
  const violated = guardrails.filter(({ passed }) => !passed)
  const problems = [
    ...(comparison && !comparison.passed
      ? [`It may be worse than the champion: ${formatComparison(comparison)}.`]
      : []),
    ...violated.map(({ finding }) => finding),
  ]
  return {
    passed: problems.length === 0,
    reason: problems.length > 0 ? problems.join(' ') : whyPassed(comparison),
    comparison,
    guardrails,
  }
}

function whyPassed(comparison: Comparison | null): string {
  if (!comparison) return 'There is no champion yet, and no guardrail is violated.'
  return `It is not worse than the champion by more than the margin: ${formatComparison(comparison)}; no guardrail is violated.`
}

function compareWith(champion: EvaluatedModel, { config, variant, candidate }: GateOptions): Comparison {
  const [values, championValues] = [valuesOf(candidate, config.metric), valuesOf(champion, config.metric)]
  const compared = compare(values, championValues, config, createRandom(config.seed, 'gate', variant))
  const margin = config.margin * compared.champion
  return { ...compared, margin, passed: compared.low >= -margin }
}

function formatComparison({ metric, candidate, champion, low, high, margin, users }: Comparison): string {
  return (
    `${metric} ${candidate.toFixed(4)} against ${champion.toFixed(4)}, difference between ${low.toFixed(4)} and ` +
    `${high.toFixed(4)} on ${users} users, margin ${margin.toFixed(4)}`
  )
}
