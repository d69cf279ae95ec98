// Makes the best candidate of each model, refit on all ratings, its champion.
import { ChampionChangedError } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import {
  bestOfEachModel,
  explainNoPromotion,
  type GatedCandidate,
  yieldTo,
} from '../promote/choose-candidates.ts'
import type { CandidateResult } from '../result.ts'
import type { Plan } from './plan.ts'
import { type RunRatings, refitCandidate } from './refit-candidate.ts'
import type { RunContext } from './run-context.ts'

export async function promoteCandidates(
  context: RunContext,
  plan: Plan,
  gated: readonly GatedCandidate[],
  ratings: RunRatings,
): Promise<{ readonly candidates: readonly CandidateResult[]; readonly reason: string }> {
  const { run, runs } = context
  const best = bestOfEachModel(
    gated.map(({ result }) => result),
    run.config.metric,
  )
  const candidates: CandidateResult[] = []
  for (const { result, evaluated } of gated) {
    const chosen = best.get(result.model)
    const candidate =
      result === chosen
        ? await promote(
            context,
            { ...result, refit: await refitCandidate(context, plan, { result, evaluated }, ratings) },
            plan.champions[result.model] ?? null,
          )
        : yieldTo(chosen, result)
    if (candidate.gate) await runs.saveGate(run.id, result.variant, candidate.gate)
    candidates.push(candidate)
  }
  return { candidates, reason: explainDecision(candidates) }
}

async function promote(
  { registry, runs, run, emit, requireLease }: RunContext,
  result: CandidateResult,
  replacing: number | null,
): Promise<CandidateResult> {
  const name = { model: result.model, version: servedVersion(result) }
  const gate = result.gate!
  await requireLease()
  emit({ event: 'promoting', ...name })
  try {
    await registry.promote(name, { by: run.by, reason: `Retraining ${run.id}: ${gate.reason}` }, replacing)
  } catch (error) {
    if (!(error instanceof ChampionChangedError)) throw error
    return { ...result, gate: { ...gate, passed: false, reason: `${error.message}.` } }
  }
  await runs.savePromotion(run.id, result.variant)
  emit({ event: 'promoted', ...name })
  return { ...result, promoted: true }
}

function servedVersion({ refit, version }: CandidateResult): number {
  return refit?.served ?? version!
}

function explainDecision(candidates: readonly CandidateResult[]): string {
  const promoted = candidates.filter((candidate) => candidate.promoted)
  if (promoted.length === 0) return explainNoPromotion(candidates)
  const names = promoted.map(formatServed)
  return `${names.join(', ')} ${names.length === 1 ? 'is now the champion' : 'are now the champions'}.`
}

function formatServed(candidate: CandidateResult): string {
  const { model, version, refit } = candidate
  const evaluated = formatVersionName({ model, version: version! })
  if (refit === null) return evaluated
  if (refit.served === null) return `${evaluated} (not refit: ${whyNotServed(refit)})`
  return `${formatVersionName({ model, version: refit.served })} (${evaluated}, refit on all ratings)`
}

function whyNotServed({ error, checks }: NonNullable<CandidateResult['refit']>): string {
  const failed = checks.filter(({ passed }) => !passed).map(({ finding }) => finding)
  return (error ?? failed.join(' ')).replace(/\.$/, '')
}
