// Judging what was trained against what answers, and deciding.
import type { Interactions } from '../../interactions/interactions.ts'
import { holdOutPeriod, type PeriodSplit } from '../../splits/hold-out-period.ts'
import type { JudgedModel } from '../evaluate/evaluate-model.ts'
import { pickExamples } from '../evaluate/examples.ts'
import { judgeTrust } from '../promote/data-quality.ts'
import type { BaselineResult, CandidateResult, Period, UserExample } from '../result.ts'
import { type JudgedChampion, judgeBaselines, judgeChampions } from './evaluate-incumbents.ts'
import { type GatedCandidate, judgeCandidate } from './gate-candidate.ts'
import { promoteBest } from './promote-candidates.ts'
import type { RunContext } from './run-context.ts'
import type { Survey, TrainingOutcome } from './runs.ts'

export interface Decision {
  /** In a sentence. */
  readonly reason: string
  readonly period: Period
  readonly candidates: readonly CandidateResult[]
  readonly baselines: readonly BaselineResult[]
  readonly examples: readonly UserExample[]
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
