// A candidate at the gate: load, canary, evaluation, guardrails.

import { formatVersionName, type VersionName } from '../../registry/version-name.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import type { EvaluatedModel } from '../evaluate/evaluate-model.ts'
import { evaluateVersion } from '../evaluate/evaluate-version.ts'
import { checkCanary } from '../promote/canary.ts'
import type { GatedCandidate } from '../promote/choose-candidates.ts'
import { leadMetric, leadOver } from '../promote/data-quality.ts'
import { evaluateGate } from '../promote/gate.ts'
import type { GateResult, Guardrail } from '../result.ts'
import type { EvaluatedChampion } from './evaluate-incumbents.ts'
import type { RunContext } from './run-context.ts'
import type { TrainingOutcome } from './runs.ts'
import type { TrainVariantJob } from './train-variant.ts'

/** What every candidate of a run is compared with. */
export interface GateConditions {
  readonly split: PeriodSplit
  readonly popularity: EvaluatedModel
  readonly dataQuality: readonly Guardrail[]
}

/** Evaluates the candidate and passes it through the gate, unless its training failed. */
export async function gateCandidate(
  context: RunContext,
  { variant, model }: TrainVariantJob,
  outcome: TrainingOutcome,
  champion: EvaluatedChampion | null,
  conditions: GateConditions,
): Promise<GatedCandidate> {
  const result = {
    variant,
    model,
    champion: champion && { version: champion.version, figures: champion.evaluated.figures },
    refit: null,
    promoted: false,
  }
  if ('error' in outcome) {
    const failed = { version: null, training: null, figures: null, gate: null, error: outcome.error }
    return { result: { ...result, ...failed }, evaluated: null }
  }
  const { training } = outcome
  const name = { model, version: training.version }
  const { evaluated, gate } = await passGate(context, name, variant, champion, conditions)
  if (evaluated) await recordFigures(context, name, evaluated, conditions.popularity)
  context.emit({ event: 'gate', variant, gate })
  const figures = evaluated?.figures ?? null
  return { result: { ...result, version: name.version, training, figures, gate, error: null }, evaluated }
}

/** The next runs compare the champion's lead with the one recorded here. */
async function recordFigures(
  { registry, run }: RunContext,
  name: VersionName,
  evaluated: EvaluatedModel,
  popularity: EvaluatedModel,
): Promise<void> {
  const lead = leadOver(popularity, evaluated, run.config)
  await registry.recordMetrics(name, { ...evaluated.metrics, [leadMetric(run.config.metric)]: lead })
}

/** A version that does not load or fails the canary is not evaluated. */
async function passGate(
  { registry, run, emit }: RunContext,
  name: VersionName,
  variant: string,
  champion: EvaluatedChampion | null,
  { split, popularity, dataQuality }: GateConditions,
): Promise<{ readonly evaluated: EvaluatedModel | null; readonly gate: GateResult }> {
  const loaded = await registry.load(name).catch((error: Error) => error)
  if (loaded instanceof Error)
    return rejected({ name: 'canary', passed: false, finding: `${loaded.message}.` })
  const canary = await checkCanary(loaded, split.test, split.items)
  if (!canary.passed) return rejected(canary)
  emit({ event: 'evaluating', name: formatVersionName(name) })
  const evaluated = await evaluateVersion(loaded, split, run.config)
  const gate = evaluateGate({
    config: run.config,
    variant,
    candidate: evaluated,
    champion: champion?.evaluated ?? null,
    popularity,
    dataQuality,
    canary,
  })
  return { evaluated, gate }
}

function rejected(guardrail: Guardrail) {
  const gate = { passed: false, reason: guardrail.finding, comparison: null, guardrails: [guardrail] }
  return { evaluated: null, gate }
}
