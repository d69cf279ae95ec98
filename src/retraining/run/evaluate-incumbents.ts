// The champions and baselines that candidates are compared with, evaluated on the test users of the period.
import { formatVersionName } from '../../registry/version-name.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import type { EvaluatedModel } from '../evaluate/evaluate-model.ts'
import { evaluateBaseline, evaluateVersion } from '../evaluate/evaluate-version.ts'
import { type ComparedChampion, leadMetric } from '../promote/data-quality.ts'
import type { RunContext } from './run-context.ts'

export interface EvaluatedChampion extends ComparedChampion {
  readonly version: number
}

/** @returns the evaluations by model */
export async function evaluateChampions(
  { registry, run, stopwatch, emit }: RunContext,
  versions: Readonly<Record<string, number>>,
  split: PeriodSplit,
): Promise<Map<string, EvaluatedChampion>> {
  const champions = new Map<string, EvaluatedChampion>()
  for (const [model, version] of Object.entries(versions)) {
    const loaded = await registry.load({ model, version })
    const name = formatVersionName({ model, version })
    const previousLead = loaded.manifest.metrics[leadMetric(run.config.metric)] as Estimate | undefined
    emit({ event: 'evaluating', name })
    const evaluated = await stopwatch.time(`evaluating ${name}`, () =>
      evaluateVersion(loaded, split, run.config),
    )
    champions.set(model, { version, name, evaluated, previousLead: previousLead ?? null })
  }
  return champions
}

/** Includes popularity in any case: no candidate may be worse than it. */
export async function evaluateBaselines(
  { run: { config }, stopwatch }: RunContext,
  split: PeriodSplit,
): Promise<Map<string, EvaluatedModel>> {
  const baselines = new Map<string, EvaluatedModel>()
  for (const name of new Set(['popularity', ...config.baselines])) {
    const evaluate = () => evaluateBaseline(name, split, config)
    baselines.set(name, await stopwatch.time(`evaluating ${name}`, evaluate))
  }
  return baselines
}
