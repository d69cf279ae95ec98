import type { PositiveShare } from '../../interactions/positive-share.ts'
import type { ExpectedCost } from '../../training/expected-cost.ts'
import type { EpochReport } from '../../training/fitted-model.ts'
import type { DataCheck } from '../data/data-checks.ts'
import type { GateResult, RetrainingResult } from '../result.ts'

/** The progress events of a run, in this order; they are plain JSON. */
export type RetrainingEvent =
  | { readonly event: 'started'; readonly runId: string; readonly resumed: boolean }
  | {
      readonly event: 'snapshot'
      readonly positives: PositiveShare
      readonly instant: string
      readonly ratings: number
      readonly users: number
      readonly items: number
    }
  | { readonly event: 'checked'; readonly checks: readonly DataCheck[] }
  | { readonly event: 'training'; readonly variant: string }
  | ({ readonly event: 'expected'; readonly variant: string } & ExpectedCost)
  | { readonly event: 'trial'; readonly variant: string; readonly trials: number; readonly best: string }
  | ({ readonly event: 'epoch'; readonly variant: string } & EpochReport)
  | {
      readonly event: 'published'
      readonly variant: string
      readonly model: string
      readonly version: number
    }
  | { readonly event: 'failed'; readonly variant: string; readonly error: string }
  | { readonly event: 'evaluating'; readonly name: string }
  | { readonly event: 'gate'; readonly variant: string; readonly gate: GateResult }
  | { readonly event: 'promoting' | 'promoted'; readonly model: string; readonly version: number }
  | { readonly event: 'finished'; readonly result: RetrainingResult }
