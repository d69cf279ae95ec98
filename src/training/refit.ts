// Trains an evaluated model again, on all ratings.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Model } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import { fit } from './fit.ts'
import type { EpochReport, FittedModel } from './fitted-model.ts'
import { DivergedError } from './train.ts'

export interface RefitOptions {
  readonly model: Model
  /** Of the evaluated training, as are the seed and the start weights; undefined weights for those of the initializer. */
  readonly hyperparameters: object
  readonly seed: number
  readonly start: Weights | undefined
  /** Its best epoch: the number of epochs of the refit, with the schedules of all epochs. */
  readonly epochs: number
  /** users × items: all ratings. */
  readonly ratings: CsrMatrix
  readonly signal?: AbortSignal | undefined
  onEpoch?(report: EpochReport): void | Promise<void>
  /** Receives the share of the computation that is done, from 0 to 1. */
  onProgress?(share: number): void
}

export interface Refit {
  /** Null if there are no weights from all ratings, so that the evaluated ones are published. */
  readonly fitted: FittedModel | null
  /** Why it failed; null if it did not. */
  readonly failure: string | null
  readonly interrupted: boolean
}

/** The evaluated weights are wanted. */
export const noRefit: Refit = { fitted: null, failure: null, interrupted: false }

/** @throws errors of `fit`, except if the loss diverged or the signal interrupted it */
export async function refit(options: RefitOptions): Promise<Refit> {
  const { model, hyperparameters, seed, start, epochs, ratings, signal, onEpoch, onProgress } = options
  const interrupted = { ...noRefit, interrupted: true }
  try {
    const fitted = await fit({
      model,
      hyperparameters,
      train: ratings,
      lastEpoch: epochs,
      seed,
      ...(start && { initialize: () => start }),
      ...(signal && { signal }),
      onEpoch: (report) => onEpoch?.(report),
      onProgress: (share) => onProgress?.(share),
    })
    return fitted.interrupted ? interrupted : { ...noRefit, fitted }
  } catch (error) {
    if (signal?.aborted) return interrupted
    if (error instanceof DivergedError) return { ...noRefit, failure: error.message }
    throw error
  }
}
