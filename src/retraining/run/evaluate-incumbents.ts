// The champions and baselines that candidates are compared with, evaluated on the test users of the period.
import type { Interactions } from '../../interactions/interactions.ts'
import { bias } from '../../models/bias.ts'
import { findModel } from '../../models/models.ts'
import { unsuitableDataReason } from '../../models/suitable-data.ts'
import { UnusableArtifactError } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import { holdOutPeriod, type PeriodSplit } from '../../splits/hold-out-period.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { whyLeftOut } from '../../training/baselines.ts'
import { rankingBaselines } from '../../training/ranking-baselines.ts'
import type { EvaluatedModel } from '../evaluate/evaluate-model.ts'
import { evaluateBaseline, evaluateVersion } from '../evaluate/evaluate-version.ts'
import { type ComparedChampion, checkDataQuality, leadMetric } from '../promote/data-quality.ts'
import type { Guardrail } from '../result.ts'
import type { RunContext } from './run-context.ts'
import type { Preparation } from './runs.ts'

/** What candidates are compared with, and whether the new ratings can be used for it. */
export interface Incumbents {
  readonly split: PeriodSplit
  readonly champions: ReadonlyMap<string, EvaluatedChampion>
  readonly baselines: ReadonlyMap<string, EvaluatedModel>
  /** Why baselines were left out, in sentences. */
  readonly leftOut: readonly string[]
  readonly dataQuality: readonly Guardrail[]
}

/** No candidate is needed for this, so that nothing is trained on ratings that are refused. */
export async function evaluateIncumbents(
  context: RunContext,
  { snapshot, plan, ratings }: Preparation & { readonly ratings: Interactions },
): Promise<Incumbents> {
  const split = holdOutPeriod(ratings, plan.split)
  const champions = await evaluateChampions(context, plan.champions, split)
  const { baselines, leftOut } = await evaluateBaselines(context, baselineNames(context, plan, split), split)
  const popularity = baselines.get('popularity')!
  const { config } = context.run
  const dataQuality = checkDataQuality(config, [...champions.values()], popularity, snapshot.drift)
  return { split, champions, baselines, leftOut, dataQuality }
}

export interface EvaluatedChampion extends ComparedChampion {
  readonly version: number
}

/** @returns the evaluations by model */
async function evaluateChampions(
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

/**
 * Champions that no variant competes with. One that cannot be loaded is skipped: the run does not depend on it.
 *
 * @returns the evaluations by model
 */
export async function evaluateOtherChampions(
  { registry, run, stopwatch, emit }: RunContext,
  versions: Readonly<Record<string, number>>,
  split: PeriodSplit,
): Promise<Map<string, EvaluatedModel>> {
  const evaluated = new Map<string, EvaluatedModel>()
  for (const [model, version] of Object.entries(versions)) {
    const name = formatVersionName({ model, version })
    const loaded = await registry.load({ model, version }).catch((error: Error) => error)
    if (loaded instanceof UnusableArtifactError) continue
    if (loaded instanceof Error) throw loaded
    emit({ event: 'evaluating', name })
    const evaluate = () => evaluateVersion(loaded, split, run.config)
    evaluated.set(model, await stopwatch.time(`evaluating ${name}`, evaluate))
  }
  return evaluated
}

interface EvaluatedBaselines {
  /** By name; popularity is always among them. */
  readonly baselines: ReadonlyMap<string, EvaluatedModel>
  /** Why others were left out, in sentences. */
  readonly leftOut: readonly string[]
}

/** With biases where a variant predicts ratings, so that it is known whether it is better. */
function baselineNames(
  { run: { config } }: RunContext,
  { jobs }: Preparation['plan'],
  { train }: PeriodSplit,
): ReadonlySet<string> {
  const predictsRatings = jobs.some(({ model }) => findModel(model).predictsRatings)
  const isMeasured = predictsRatings && unsuitableDataReason(bias, train) === undefined
  return new Set([...rankingBaselines, ...(isMeasured ? [bias.name] : []), ...config.baselines])
}

async function evaluateBaselines(
  { run: { config }, stopwatch }: RunContext,
  names: ReadonlySet<string>,
  split: PeriodSplit,
): Promise<EvaluatedBaselines> {
  const baselines = new Map<string, EvaluatedModel>()
  const leftOut: string[] = []
  for (const name of names) {
    const reason = whyLeftOut(name, split.items.size)
    const evaluate = () => evaluateBaseline(name, split, config)
    if (reason !== null) leftOut.push(reason)
    else baselines.set(name, await stopwatch.time(`evaluating ${name}`, evaluate))
  }
  return { baselines, leftOut }
}
