// The best of the candidates that passed the gate, one for each model, and the reasons of the others.
import type { EvaluatedModel } from '../evaluate/evaluate-model.ts'
import type { CandidateResult } from '../result.ts'

/** A candidate before it is known which of several is promoted. */
export interface GatedCandidate {
  readonly result: CandidateResult
  /** Null if training failed or the version did not pass the canary. */
  readonly evaluated: EvaluatedModel | null
}

/** By model, the candidate with the highest mean of the metric among those that passed the gate. */
export function bestOfEachModel(
  candidates: readonly CandidateResult[],
  metric: string,
): Map<string, CandidateResult> {
  const best = new Map<string, CandidateResult>()
  const meanOf = ({ figures }: CandidateResult) => figures?.metrics[metric]?.mean ?? Number.NEGATIVE_INFINITY
  for (const candidate of candidates) {
    const other = best.get(candidate.model)
    if (candidate.gate?.passed && (!other || meanOf(candidate) > meanOf(other)))
      best.set(candidate.model, candidate)
  }
  return best
}

/** The candidate with the reason why it is not promoted although it passed: a better candidate of its model. */
export function yieldTo(better: CandidateResult | undefined, candidate: CandidateResult): CandidateResult {
  if (!candidate.gate?.passed || !better) return candidate
  const reason = `${candidate.gate.reason} ${better.variant} scored higher and was chosen instead.`
  return { ...candidate, gate: { ...candidate.gate, reason } }
}

/** One sentence on why no champion changed. */
export function explainNoPromotion(candidates: readonly CandidateResult[]): string {
  return `No candidate replaces a champion: ${[...new Set(candidates.flatMap(rejectionReasons))].join('; ')}.`
}

function rejectionReasons({ variant, gate, error }: CandidateResult): string[] {
  if (gate === null) return [`training ${variant} failed: ${error}`]
  const { comparison, guardrails, reason } = gate
  const reasons = [
    ...guardrails
      .filter(({ passed }) => !passed)
      .map(({ name }) => (name === 'period' ? poorData : `${variant} violates the guardrail ${name}`)),
    ...(comparison?.passed === false
      ? [`${variant} may be worse than its champion in ${comparison.metric}`]
      : []),
  ]
  return reasons.length > 0 ? reasons : [`${variant}: ${reason.replace(/\.$/, '')}`]
}

const poorData = 'the new ratings are not reliable enough to evaluate models'
