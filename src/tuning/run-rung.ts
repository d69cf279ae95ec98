// Trains one trial up to a rung.

import { withPositiveThreshold } from '../models/define-model.ts'
import type { Model } from '../models/model.ts'
import type { Split } from '../splits/split.ts'
import type { ExpectedCost } from '../training/expected-cost.ts'
import { fit } from '../training/fit.ts'
import type { FitState, FittedModel } from '../training/fitted-model.ts'
import { isBetter, type Validation, validate } from '../training/validate.ts'
import type { RungResult } from './study.ts'

export interface RungOptions {
  readonly model: Model
  /** Those that differ from the defaults. */
  readonly hyperparameters: object
  /** The test part is not used. */
  readonly split: Pick<Split, 'train' | 'validation'>
  readonly positiveThreshold: number
  readonly seed: number
  /** The last epoch of the rung; 0 for a model without epochs. */
  readonly epochs: number
  /** The state at the end of the previous rung; without it the trial starts over, with the same result. */
  readonly from?: FitState | undefined
  /** Receives the expected cost of this rung. */
  onExpected?(cost: ExpectedCost): void
  /** Receives the state at the end of this rung. */
  onEnd?(state: FitState): Promise<void>
  readonly signal?: AbortSignal
}

/** @throws the signal's reason when it interrupts training, and all errors of training and validation. */
export async function runRung(options: RungOptions): Promise<RungResult> {
  const { model, split, positiveThreshold, seed, epochs, signal } = options
  const started = performance.now()
  const { train, validation } = split
  let last: FitState | undefined
  const fitted = await fit({
    model,
    hyperparameters: withPositiveThreshold(model, positiveThreshold, options.hyperparameters),
    train,
    validation,
    seed,
    ...(epochs > 0 && { lastEpoch: epochs }),
    from: options.from,
    ...(signal && { signal }),
    ...(options.onExpected && { onExpected: options.onExpected }),
    ...(options.onEnd && {
      onState: async (state: FitState) => {
        last = state
      },
    }),
  })
  signal?.throwIfAborted()
  if (last !== undefined) await options.onEnd?.(last)
  return {
    epochs: fitted.epochs,
    bestEpoch: fitted.bestEpoch,
    // the epochs of a blend are those of its parts
    validation: (model.kind === 'gradient' && bestOf(fitted)) || (await validateFit(options, fitted)),
    ended: fitted.epochs < epochs || epochs === 0,
    seconds: (performance.now() - started) / 1000,
  }
}

function bestOf({ history }: FittedModel): Validation | undefined {
  return history
    .map(({ validation }) => validation)
    .reduce((best, candidate) => (candidate && isBetter(candidate, best) ? candidate : best), undefined)
}

async function validateFit(
  { model, split, positiveThreshold }: RungOptions,
  { weights, hyperparameters }: FittedModel,
): Promise<Validation> {
  const scorer = model.open(weights, hyperparameters)
  try {
    return await validate(scorer, split.validation, positiveThreshold)
  } finally {
    scorer.dispose()
  }
}
