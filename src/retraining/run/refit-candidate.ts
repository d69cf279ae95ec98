// Trains a chosen candidate again on all ratings, and checks that it ranks like the candidate.
import type { Interactions } from '../../interactions/interactions.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import { checkRefit } from '../promote/check-refit.ts'
import type { GatedCandidate } from '../promote/choose-candidates.ts'
import type { RefitResult } from '../result.ts'
import type { Plan } from './plan.ts'
import type { RunContext } from './run-context.ts'
import { refitJobOf } from './train-variant.ts'
import { trainJob } from './train-variants.ts'

/** The ratings of the run, as they were and as they were split for the evaluation. */
export interface RunRatings {
  readonly ratings: Interactions
  readonly split: PeriodSplit
}

/** Null if the configuration turns the refit off. If the refit fails, the candidate itself is to be promoted. */
export async function refitCandidate(
  context: RunContext,
  { jobs }: Plan,
  { result, evaluated }: GatedCandidate,
  { ratings, split }: RunRatings,
): Promise<RefitResult | null> {
  const { run, runs, registry, stopwatch } = context
  const { model, variant, training } = result
  if (!run.config.refit) return null
  const job = refitJobOf(jobs.find((planned) => planned.variant === variant)!, training!)
  const stored = (await runs.refits(run.id)).get(variant)
  const outcome = stored ?? (await trainJob(context, job, ratings))
  if (!stored) await runs.saveRefit(run.id, variant, outcome)
  if ('error' in outcome) return { served: null, version: null, checks: [], error: outcome.error }
  const { version } = outcome.training
  const checks = await stopwatch.time(`checking ${job.variant}`, async () =>
    checkRefit({
      version: await registry.load({ model, version }),
      candidate: evaluated!.ranking,
      heldOut: split.test,
      items: split.items,
      positiveThreshold: split.positiveThreshold,
      config: run.config,
    }),
  )
  return { served: checks.every(({ passed }) => passed) ? version : null, version, checks, error: null }
}
