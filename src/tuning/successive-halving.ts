// Asynchronous successive halving: many trials for a few epochs, the best of them for more. Li, Jamieson, Rostamizadeh,
// Gonina, Hardt, Recht and Talwalkar, A System for Massively Parallel Hyperparameter Tuning (MLSys 2020).

/** What is known of a trial: the loss it showed at each rung that it has finished, lowest rung first. */
export interface RungLosses {
  /** The lower the better; infinite where the trial failed. */
  readonly losses: readonly number[]
  /** Whether it is being trained towards its next rung. */
  readonly running: boolean
}

export type Step =
  | { readonly kind: 'start' }
  /** Trains the trial at this place in the list on to the next rung. */
  | { readonly kind: 'promote'; readonly trial: number }
  /** Nothing can be decided before a running trial is done. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' }

/** One trial in so many goes on from each rung. */
const reduction = 3
const mostRungs = 4

/** The epochs after which trials are compared, the last of them all epochs: 100 give 4, 12, 34 and 100. */
export function rungsOf(epochs: number): number[] {
  const rungs = Array.from({ length: mostRungs }, (_, n) =>
    Math.ceil(epochs / reduction ** (mostRungs - 1 - n)),
  )
  return [...new Set(rungs)]
}

/**
 * What to do next: train on a trial that is among the best third of its rung, from the highest rung down; else start
 * another, up to `trials`. Once all have been started and finished, the best of each rung goes on even where a third
 * of the rung is less than one trial, so that some trial sees all epochs.
 */
export function nextStep(seen: readonly RungLosses[], rungs: number, trials: number): Step {
  const promoted = promotable(seen, rungs, 0)
  if (promoted !== undefined) return { kind: 'promote', trial: promoted }
  if (seen.length < trials) return { kind: 'start' }
  if (seen.some(({ running }) => running)) return { kind: 'wait' }
  const last = promotable(seen, rungs, 1)
  return last === undefined ? { kind: 'done' } : { kind: 'promote', trial: last }
}

/** @param least how many go on from a rung at least */
function promotable(seen: readonly RungLosses[], rungs: number, least: number): number | undefined {
  for (let rung = rungs - 2; rung >= 0; rung--) {
    const finished = seen
      .map(({ losses, running }, trial) => ({
        trial,
        loss: losses[rung],
        further: running || losses.length > rung + 1,
      }))
      .filter((one): one is typeof one & { loss: number } => one.loss !== undefined)
      .sort((a, b) => a.loss - b.loss || a.trial - b.trial)
    const best = finished.slice(0, Math.max(Math.floor(finished.length / reduction), least))
    const next = best.find(({ loss, further }) => !further && Number.isFinite(loss))
    if (next) return next.trial
  }
  return undefined
}
