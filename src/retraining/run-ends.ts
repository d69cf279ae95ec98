import type { Outcome } from './result.ts'

/** When a run last ended in each way. */
export type RunEnds = Readonly<Partial<Record<Outcome | 'failed', Date>>>
