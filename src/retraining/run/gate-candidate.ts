// A candidate on its way through the gate.
import type { VersionName } from '../../registry/version-name.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import type { JudgedModel } from '../evaluate/evaluate-model.ts'
import { askCanaries } from '../promote/canary.ts'
import { gainOver } from '../promote/data-quality.ts'
import { judgeAtGate } from '../promote/gate.ts'
import type { CandidateResult, GateResult } from '../result.ts'
import { gainName, type JudgedChampion, judgeVersion } from './evaluate-incumbents.ts'
import type { RunContext } from './run-context.ts'
import type { TrainingOutcome } from './runs.ts'
import type { TrainVariantJob } from './train-variant.ts'

/** A candidate before it is known which of several is promoted. */
export interface GatedCandidate {
  readonly result: CandidateResult
  readonly judged: JudgedModel | null
}

/** Judges it unless its training failed. */
export async function judgeCandidate(
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
