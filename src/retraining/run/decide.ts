// Evaluates the trained candidates against the current champions, and promotes those that pass the gate.
import type { Interactions } from '../../interactions/interactions.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import type { EvaluatedModel } from '../evaluate/evaluate-model.ts'
import { pickExamples } from '../evaluate/examples.ts'
import type { GatedCandidate } from '../promote/choose-candidates.ts'
import type { BaselineResult, CandidateResult, DefaultChoice, Period, UserExample } from '../result.ts'
import { decideDefault } from './decide-default.ts'
import { type EvaluatedChampion, evaluateOtherChampions, type Incumbents } from './evaluate-incumbents.ts'
import { gateCandidate } from './gate-candidate.ts'
import { promoteCandidates } from './promote-candidates.ts'
import type { RunContext } from './run-context.ts'
import type { Preparation, TrainingOutcome } from './runs.ts'

export interface Decision {
  /** One sentence. */
  readonly reason: string
  readonly period: Period
  readonly candidates: readonly CandidateResult[]
  readonly baselines: readonly BaselineResult[]
  readonly leftOut: readonly string[]
  readonly defaultChoice: DefaultChoice | null
  readonly examples: readonly UserExample[]
}

export async function decide(
  context: RunContext,
  { snapshot, plan, ratings }: Preparation & { readonly ratings: Interactions },
  trained: ReadonlyMap<string, TrainingOutcome>,
  { split, champions, baselines, leftOut, dataQuality }: Incumbents,
): Promise<Decision> {
  const { stopwatch } = context
  const others = await evaluateOtherChampions(context, plan.otherChampions, split)
  const popularity = baselines.get('popularity')!
  const gated: GatedCandidate[] = []
  for (const job of plan.jobs) {
    const champion = champions.get(job.model) ?? null
    const gate = () =>
      gateCandidate(context, job, trained.get(job.variant)!, champion, { split, popularity, dataQuality })
    gated.push(await stopwatch.time(`evaluating ${job.variant}`, gate))
  }
  const { candidates, reason } = await promoteCandidates(context, plan, gated, { ratings, split })
  const evaluatedChampions = [...champions].map(([model, { evaluated }]) => [model, evaluated] as const)
  const defaultChoice = await decideDefault(context, plan, {
    ...{ candidates, gated, baselines },
    champions: new Map([...others, ...evaluatedChampions]),
  })
  return {
    reason,
    period: periodOf(plan.split.since, snapshot.instant, split, popularity),
    candidates,
    baselines: [...baselines].map(([model, { figures }]) => ({ model, figures })),
    leftOut: [...(plan.leftOut ?? []), ...leftOut],
    defaultChoice,
    examples: await examplesOf(context, candidates, gated, champions, ratings, split),
  }
}

function periodOf(since: number, until: string, split: PeriodSplit, { ranking }: EvaluatedModel): Period {
  return {
    since: new Date(since * 1000).toISOString(),
    until,
    users: ranking.rows.length,
    targets: split.test.targets.values.length,
    validationUsers: split.validationUsers.length,
  }
}

/** Shows the candidate that was promoted, else the first that was evaluated. */
async function examplesOf(
  context: RunContext,
  candidates: readonly CandidateResult[],
  gated: readonly GatedCandidate[],
  champions: ReadonlyMap<string, EvaluatedChampion>,
  ratings: Interactions,
  split: PeriodSplit,
): Promise<readonly UserExample[]> {
  const promoted = candidates.findIndex((candidate) => candidate.promoted)
  const shown = gated[promoted] ?? gated.find(({ evaluated }) => evaluated !== null)
  if (!shown?.evaluated) return []
  const { model } = shown.result
  const before = champions.get(model)?.evaluated ?? null
  const { seed } = context.run.config
  return pickExamples({ model, before, after: shown.evaluated, ratings, split, seed }, context.database)
}
