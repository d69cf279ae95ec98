// Judging what was trained against what answers, and deciding.
import type { Interactions } from '../interactions/interactions.ts'
import { findModel } from '../models/models.ts'
import { openModel } from '../models/open-model.ts'
import { openArtifactOver } from '../registry/open-artifact.ts'
import type { LoadedVersion } from '../registry/registry.ts'
import { formatVersionName, type VersionName } from '../registry/version-name.ts'
import { holdOutPeriod, type PeriodSplit } from '../splits/hold-out-period.ts'
import type { Estimate } from '../statistics/estimate.ts'
import { fit } from '../training/fit.ts'
import { askCanaries } from './canary.ts'
import { pickExamples } from './examples.ts'
import { judgeAtGate } from './gate.ts'
import { type JudgedModel, judgeModel } from './judge-model.ts'
import { promoteBest } from './promote-best.ts'
import type { BaselineResult, CandidateResult, GateResult, Period, UserExample } from './result.ts'
import type { RunContext } from './run-context.ts'
import type { Survey, TrainingOutcome } from './runs.ts'
import type { TrainVariantJob } from './train-variant.ts'
import { gainOver, judgeTrust } from './trust.ts'

export interface Decision {
  /** In a sentence. */
  readonly reason: string
  readonly period: Period
  readonly candidates: readonly CandidateResult[]
  readonly baselines: readonly BaselineResult[]
  readonly examples: readonly UserExample[]
}

interface JudgedChampion {
  readonly version: number
  readonly name: string
  readonly judged: JudgedModel
  readonly gainBefore: Estimate | null
}

/** A candidate before it is known which of several is promoted. */
export interface GatedCandidate {
  readonly result: CandidateResult
  readonly judged: JudgedModel | null
}

export async function decide(
  context: RunContext,
  { snapshot, plan, ratings }: Survey & { readonly ratings: Interactions },
  trained: ReadonlyMap<string, TrainingOutcome>,
): Promise<Decision> {
  const { stopwatch, run } = context
  const split = holdOutPeriod(ratings, plan.split)
  const champions = await judgeChampions(context, plan.champions, split)
  const baselines = await judgeBaselines(context, split)
  const popularity = baselines.get('popularity')!
  const trust = judgeTrust(run.config, [...champions.values()], popularity, snapshot.drift)
  const gated: GatedCandidate[] = []
  for (const job of plan.jobs) {
    const champion = champions.get(job.model) ?? null
    const judge = () =>
      judgeCandidate(context, job, trained.get(job.variant)!, champion, split, { popularity, trust })
    gated.push(await stopwatch.time(`judging ${job.variant}`, judge))
  }
  const { candidates, reason } = await promoteBest(context, plan, gated)
  return {
    reason,
    period: periodOf(plan.split.since, snapshot.instant, split, popularity),
    candidates,
    baselines: run.config.baselines.map((model) => ({ model, figures: baselines.get(model)!.figures })),
    examples: await examplesOf(context, candidates, gated, champions, ratings, split),
  }
}

function periodOf(since: number, until: string, split: PeriodSplit, { ranking }: JudgedModel): Period {
  return {
    since: new Date(since * 1000).toISOString(),
    until,
    users: ranking.rows.length,
    targets: split.test.targets.values.length,
    validationUsers: split.validationUsers.length,
  }
}

async function judgeVersion(
  { run, say }: RunContext,
  { manifest, artifact }: LoadedVersion,
  split: PeriodSplit,
): Promise<JudgedModel> {
  say({ event: 'judging', name: formatVersionName(manifest) })
  const scorer = openArtifactOver(artifact, split.items)
  try {
    return await judgeModel(scorer, split, run.config)
  } finally {
    scorer.dispose()
  }
}

async function judgeChampions(
  context: RunContext,
  versions: Readonly<Record<string, number>>,
  split: PeriodSplit,
): Promise<Map<string, JudgedChampion>> {
  const judged = new Map<string, JudgedChampion>()
  for (const [model, version] of Object.entries(versions)) {
    const loaded = await context.registry.load({ model, version })
    const name = formatVersionName({ model, version })
    const gain = loaded.manifest.metrics[gainName(context.run.config.metric)]
    judged.set(model, {
      version,
      name,
      judged: await context.stopwatch.time(`judging ${name}`, () => judgeVersion(context, loaded, split)),
      gainBefore: (gain as Estimate | undefined) ?? null,
    })
  }
  return judged
}

/** Popularity is always among them: no candidate may be worse. */
async function judgeBaselines(
  { run, stopwatch }: RunContext,
  split: PeriodSplit,
): Promise<Map<string, JudgedModel>> {
  const judged = new Map<string, JudgedModel>()
  for (const name of new Set(['popularity', ...run.config.baselines])) {
    const judge = async () => {
      const model = findModel(name)
      const { weights, hyperparameters } = await fit({ model, train: split.train, seed: run.config.seed })
      const scorer = openModel(model, weights, hyperparameters)
      return judgeModel(scorer, split, run.config).finally(() => scorer.dispose())
    }
    judged.set(name, await stopwatch.time(`judging ${name}`, judge))
  }
  return judged
}

async function judgeCandidate(
  context: RunContext,
  { variant, model }: TrainVariantJob,
  outcome: TrainingOutcome,
  champion: JudgedChampion | null,
  split: PeriodSplit,
  others: Pick<Parameters<typeof judgeAtGate>[0], 'popularity' | 'trust'>,
): Promise<GatedCandidate> {
  const result = {
    variant,
    model,
    champion: champion && { version: champion.version, figures: champion.judged.figures },
    promoted: false,
  }
  if ('error' in outcome) {
    const failed = { version: null, training: null, figures: null, gate: null, error: outcome.error }
    return { result: { ...result, ...failed }, judged: null }
  }
  const { training } = outcome
  const { judged, gate } = await passThroughGate(
    context,
    { model, version: training.version },
    split,
    (candidate, canary) =>
      judgeAtGate({
        ...others,
        config: context.run.config,
        variant,
        candidate,
        champion: champion?.judged ?? null,
        canary,
      }),
  )
  if (judged) await noteFigures(context, { model, version: training.version }, judged, others.popularity)
  context.say({ event: 'gate', variant, gate })
  const { version } = training
  return {
    result: { ...result, version, training, figures: judged?.figures ?? null, gate, error: null },
    judged,
  }
}

/** What the next runs need to know of it. */
async function noteFigures(
  { registry, run }: RunContext,
  name: VersionName,
  judged: JudgedModel,
  popularity: JudgedModel,
): Promise<void> {
  const gain = gainOver(popularity, judged, run.config)
  await registry.recordMetrics(name, { ...judged.metrics, [gainName(run.config.metric)]: gain })
}

const gainName = (metric: string) => `${metric} over popularity`

/** What does not load, or does not answer, is not judged. */
async function passThroughGate(
  context: RunContext,
  name: VersionName,
  split: PeriodSplit,
  judge: (candidate: JudgedModel, canary: GateResult['guardrails'][number]) => GateResult,
): Promise<{ judged: JudgedModel | null; gate: GateResult }> {
  const refused = (guardrail: GateResult['guardrails'][number]) => ({
    judged: null,
    gate: { passed: false, reason: guardrail.finding, comparison: null, guardrails: [guardrail] },
  })
  const loaded = await context.registry.load(name).catch((error: Error) => error)
  if (loaded instanceof Error)
    return refused({ name: 'canary', passed: false, finding: `${loaded.message}.` })
  const canary = await askCanaries(loaded, split.test, split.items)
  if (!canary.passed) return refused(canary)
  const judged = await judgeVersion(context, loaded, split)
  return { judged, gate: judge(judged, canary) }
}

/** Of the candidate that was promoted, else of the first that was judged. */
async function examplesOf(
  context: RunContext,
  candidates: readonly CandidateResult[],
  gated: readonly GatedCandidate[],
  champions: ReadonlyMap<string, JudgedChampion>,
  ratings: Interactions,
  split: PeriodSplit,
): Promise<readonly UserExample[]> {
  const promoted = candidates.findIndex((candidate) => candidate.promoted)
  const shown = gated[promoted] ?? gated.find(({ judged }) => judged !== null)
  if (!shown?.judged) return []
  const { model } = shown.result
  const before = champions.get(model)?.judged ?? null
  const { seed } = context.run.config
  return pickExamples({ model, before, after: shown.judged, ratings, split, seed }, context.database)
}
