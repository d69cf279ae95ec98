// One trial, trained up to a rung.

import { positiveThresholdOf } from '../interactions/positives.ts'
import { withPositiveThreshold } from '../models/define-model.ts'
import type { Model } from '../models/model.ts'
import type { Split } from '../splits/split.ts'
import { type FitState, type FittedModel, fit } from '../training/fit.ts'
import { isBetter, type Validation, validate } from '../training/validate.ts'
import type { RungResult } from './study.ts'

export interface RungOptions {
  readonly model: Model
  /** All that differ from the defaults. */
  readonly hyperparameters: object
  /** Its test part is not looked at. */
  readonly split: Pick<Split, 'train' | 'validation'>
  readonly positiveThreshold: number
  readonly seed: number
  /** How far to train; 0 for a model computed at once. */
  readonly epochs: number
  /** Where the rung before has left it; without it the trial starts over, to the same result. */
  readonly from?: FitState | undefined
  /** Is given where this rung has left it. */
  onEnd?(state: FitState): Promise<void>
  readonly signal?: AbortSignal
}

/** @throws the signal's reason when it interrupts training, and whatever training and validation throw. */
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
    validation: bestOf(fitted) ?? (await validateFit(options, fitted)),
    ended: fitted.epochs < epochs || epochs === 0,
    seconds: (performance.now() - started) / 1000,
  }
}

function bestOf({ history }: FittedModel): Validation | undefined {
  return history
    .map(({ validation }) => validation)
    .reduce((best, one) => (one && isBetter(one, best) ? one : best), undefined)
}

async function validateFit(
  { model, split, positiveThreshold }: RungOptions,
  { weights, hyperparameters }: FittedModel,
): Promise<Validation> {
  const scorer = model.open(weights, hyperparameters)
  try {
    return await validate(scorer, split.validation, positiveThresholdOf(split.train, positiveThreshold))
  } finally {
    scorer.dispose()
  }
}
