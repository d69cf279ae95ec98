// Of the candidates that passed, the best of each model becomes its champion.
import { ChampionChangedError } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import type { CandidateResult } from '../result.ts'
import type { GatedCandidate } from './gate-candidate.ts'
import type { Plan } from './plan.ts'
import type { RunContext } from './run-context.ts'

export async function promoteBest(
  context: RunContext,
  { champions }: Plan,
  gated: readonly GatedCandidate[],
): Promise<{ readonly candidates: readonly CandidateResult[]; readonly reason: string }> {
  const best = bestOfEachModel(gated, context.run.config.metric)
  const candidates: CandidateResult[] = []
  for (const { result } of gated) {
    const rival = best.get(result.model)
    const decided =
      result === rival
        ? await promote(context, result, champions[result.model] ?? null)
        : giveWay(result, rival)
    if (decided.gate) await context.runs.saveGate(context.run.id, result.variant, decided.gate)
    candidates.push(decided)
  }
  return { candidates, reason: describe(candidates) }
}

function bestOfEachModel(gated: readonly GatedCandidate[], metric: string): Map<string, CandidateResult> {
  const best = new Map<string, CandidateResult>()
  const figure = ({ figures }: CandidateResult) => figures?.metrics[metric]?.mean ?? Number.NEGATIVE_INFINITY
  for (const { result } of gated) {
    const rival = best.get(result.model)
    if (result.gate?.passed && (!rival || figure(result) > figure(rival))) best.set(result.model, result)
  }
  return best
}

function giveWay(result: CandidateResult, rival: CandidateResult | undefined): CandidateResult {
  if (!result.gate?.passed || !rival) return result
  const reason = `${result.gate.reason} ${rival.variant} did better and took the place.`
  return { ...result, gate: { ...result.gate, reason } }
}

async function promote(
  { registry, runs, run, say, requireLease }: RunContext,
  result: CandidateResult,
  replacing: number | null,
): Promise<CandidateResult> {
  const name = { model: result.model, version: result.version! }
  const gate = result.gate!
  await requireLease()
  say({ event: 'promoting', ...name })
  try {
    await registry.promote(name, { by: run.by, reason: `Retraining ${run.id}: ${gate.reason}` }, replacing)
  } catch (error) {
    if (!(error instanceof ChampionChangedError)) throw error
    return { ...result, gate: { ...gate, passed: false, reason: `${error.message}.` } }
  }
  await runs.savePromotion(run.id, result.variant)
  say({ event: 'promoted', ...name })
  return { ...result, promoted: true }
}

function describe(candidates: readonly CandidateResult[]): string {
  const promoted = candidates.filter((candidate) => candidate.promoted)
  if (promoted.length > 0) {
    const names = promoted.map(({ model, version }) => formatVersionName({ model, version: version! }))
    return `${names.join(', ')} ${names.length === 1 ? 'is the champion' : 'are the champions'} now.`
  }
  return `No candidate takes a champion's place: ${[...new Set(candidates.flatMap(hindrances))].join('; ')}.`
}

/** In short what the gate said at length. */
function hindrances({ variant, gate, error }: CandidateResult): string[] {
  if (gate === null) return [`${variant} failed in training: ${error}`]
  const { comparison, guardrails, reason } = gate
  const found = [
    ...guardrails
      .filter(({ passed }) => !passed)
      .map(({ name }) => (name === 'period' ? untrusted : `${variant} breaks the guardrail ${name}`)),
    ...(comparison?.passed === false
      ? [`${variant} may be worse than its champion by ${comparison.metric}`]
      : []),
  ]
  return found.length > 0 ? found : [`${variant}: ${reason.replace(/\.$/, '')}`]
}

const untrusted = 'the new ratings cannot be trusted to judge by'
