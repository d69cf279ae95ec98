// Asynchronous successive halving: many trials for a few epochs, the best of them for more. Li, Jamieson, Rostamizadeh,
// Gonina, Hardt, Recht and Talwalkar, A System for Massively Parallel Hyperparameter Tuning (MLSys 2020).

/** The losses of a trial at the rungs that it has finished, lowest rung first. */
export interface RungLosses {
  /** The lower the better; infinite if the trial failed. */
  readonly losses: readonly number[]
  /** Whether the trial is being trained up to its next rung. */
  readonly running: boolean
  /** Whether the trial is trained for all epochs whatever its losses. */
  readonly alwaysPromoted?: boolean
}

export type Step =
  | { readonly kind: 'start' }
  /** Train the trial with this index up to the next rung. */
  | { readonly kind: 'promote'; readonly trial: number }
  /** No decision is possible until a running trial finishes. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' }

/** One in three trials is promoted from each rung. */
const reduction = 3
const maxRungs = 4

/** The epochs after which trials are compared, ending with all epochs: 100 epochs have the rungs 4, 12, 34 and 100. */
export function rungsOf(epochs: number): number[] {
  const rungs = Array.from({ length: maxRungs }, (_, n) =>
    Math.ceil(epochs / reduction ** (maxRungs - 1 - n)),
  )
  return [...new Set(rungs)]
}

/** The epochs of all trials of a search together; for models without epochs, the number of trials. */
export function searchedEpochs(rungs: readonly number[], trials: number): number {
  return rungs.reduce((sum, epochs, rung) => {
    const reached = Math.max(Math.floor(trials / reduction ** rung), 1)
    return sum + reached * Math.max(epochs - (rungs[rung - 1] ?? 0), 1)
  }, 0)
}

/**
 * The next step: promote a trial that is always promoted, or among the best third of its rung, from the highest rung down;
 * else start another trial, up to `trials`. Once all trials have started and finished, the best of each rung is promoted even if a third of the
 * rung is less than one trial, so that at least one trial trains for all epochs.
 */
export function nextStep(trialLosses: readonly RungLosses[], rungs: number, trials: number): Step {
  const promoted = promotable(trialLosses, rungs, 0)
  if (promoted !== undefined) return { kind: 'promote', trial: promoted }
  if (trialLosses.length < trials) return { kind: 'start' }
  if (trialLosses.some(({ running }) => running)) return { kind: 'wait' }
  const last = promotable(trialLosses, rungs, 1)
  return last === undefined ? { kind: 'done' } : { kind: 'promote', trial: last }
}

/** @param minPromoted the minimum number of trials promoted from a rung */
function promotable(
  trialLosses: readonly RungLosses[],
  rungs: number,
  minPromoted: number,
): number | undefined {
  for (let rung = rungs - 2; rung >= 0; rung--) {
    const finished = trialLosses
      .map(({ losses, running, alwaysPromoted = false }, trial) => ({
        trial,
        alwaysPromoted,
        loss: losses[rung],
        isPromoted: running || losses.length > rung + 1,
      }))
      .filter((trial): trial is typeof trial & { loss: number } => trial.loss !== undefined)
      .sort((a, b) => a.loss - b.loss || a.trial - b.trial)
    const best = finished.slice(0, Math.max(Math.floor(finished.length / reduction), minPromoted))
    const next = [...finished.filter((trial) => trial.alwaysPromoted), ...best].find(
      ({ loss, isPromoted }) => !isPromoted && Number.isFinite(loss),
    )
    if (next) return next.trial
  }
  return undefined
}
