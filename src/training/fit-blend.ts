// Trains the parts of a blend one after another, and chooses their shares on the validation users.
import { median } from 'd3-array'
import { withPositiveThreshold } from '../models/define-model.ts'
import type { BlendModel, BlendPart } from '../models/model.ts'
import { chooseShares } from './choose-shares.ts'
import type { EpochReport, FitOptions, FittedModel } from './fitted-model.ts'

/**
 * The hyperparameters of the result name each part's epoch and the shares, so that training with them on other data
 * needs no validation. An interrupted blend has no result, and starts over when it is trained again.
 *
 * @param fit trains a part
 * @throws the signal's reason when it interrupts training
 */
export async function fitBlend(
  model: BlendModel,
  options: FitOptions,
  fit: (options: FitOptions) => Promise<FittedModel>,
): Promise<FittedModel> {
  const { train, validation, signal } = options
  const { parts, shares, positiveThreshold } = model.resolve(options.hyperparameters ?? {}, train)
  const fitted: FittedModel[] = []
  const history: EpochReport[] = []
  for (const [n, part] of parts.entries()) {
    const trained = await fit({
      ...partOptions(options, part),
      model: model.part(part.model),
      hyperparameters: withPositiveThreshold(model.part(part.model), positiveThreshold, part.hyperparameters),
      onEpoch: async (report) => {
        const numbered = { ...report, epoch: history.length + 1, epochs: history.length + 1 + left(report) }
        history.push(numbered)
        await options.onEpoch?.(numbered)
      },
      onProgress: (share) => options.onProgress?.((n + share) / parts.length),
    })
    signal?.throwIfAborted()
    fitted.push(trained)
  }
  const chosen =
    shares ?? (validation && (await chooseSharesOf(model, parts, fitted, options, positiveThreshold)))
  return {
    weights: model.exportWeights(fitted.map(({ weights }) => weights)),
    hyperparameters: {
      positiveThreshold,
      parts: parts.map(({ model }, n) => {
        const { hyperparameters, bestEpoch } = fitted[n]!
        return { model, hyperparameters, ...(bestEpoch > 0 && { lastEpoch: bestEpoch }) }
      }),
      ...(chosen && { shares: chosen }),
    },
    epochs: history.length,
    bestEpoch: history.length,
    epochSeconds: median(history, ({ seconds }) => seconds) ?? 0,
    interrupted: false,
    history,
  }
}

/** A part is trained from the start, without the checkpoint and the initial weights of another model. */
function partOptions(
  { train, validation, seed, signal }: FitOptions,
  { lastEpoch }: BlendPart,
): Omit<FitOptions, 'model'> {
  return {
    train,
    seed,
    ...(signal && { signal }),
    ...(lastEpoch === undefined ? validation && { validation } : { lastEpoch }),
  }
}

/** Epochs of this part that are still to come. */
function left({ epoch, epochs, stoppedEarly }: EpochReport): number {
  return stoppedEarly ? 0 : epochs - epoch
}

async function chooseSharesOf(
  model: BlendModel,
  parts: readonly BlendPart[],
  fitted: readonly FittedModel[],
  { validation }: FitOptions,
  positiveThreshold: number,
): Promise<number[]> {
  const scorers = parts.map(({ model: name }, n) =>
    model.part(name).open(fitted[n]!.weights, fitted[n]!.hyperparameters),
  )
  try {
    return await chooseShares(scorers, validation!, positiveThreshold)
  } finally {
    for (const scorer of scorers) scorer.dispose()
  }
}
