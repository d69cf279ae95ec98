// Trains the parts of a blend one after another, and chooses their shares on the validation users.
import { withPositiveThreshold } from '../models/define-model.ts'
import type { BlendModel, BlendPart } from '../models/model.ts'
import { chooseShares } from './choose-shares.ts'
import type {
  BlendState,
  ChosenShares,
  EpochReport,
  EpochState,
  FitOptions,
  FittedModel,
} from './fitted-model.ts'

/**
 * The hyperparameters of the result name each part's epoch and the shares, so that training with them on other data
 * needs no validation. Parts of the same model have different seeds.
 *
 * @param fit trains a part
 * @throws the signal's reason when it interrupts training
 */
export async function fitBlend(
  model: BlendModel,
  options: FitOptions,
  fit: (options: FitOptions) => Promise<FittedModel>,
): Promise<FittedModel> {
  const { train, validation, signal, onProgress, onExpected } = options
  const { parts, shares, positiveThreshold } = model.resolve(options.hyperparameters ?? {}, train)
  const from: BlendState = options.from && 'parts' in options.from ? options.from : { parts: [], history: [] }
  const fitted = [...from.parts]
  const history = [...from.history]
  const saveState = async (current?: EpochState) =>
    options.onState?.({ parts: [...fitted], history: [...history], ...(current && { current }) })
  for (const [n, { model: name, hyperparameters, lastEpoch }] of parts.entries()) {
    if (n < from.parts.length) continue
    const part = model.part(name)
    const trained = await fit({
      model: part,
      hyperparameters: withPositiveThreshold(part, positiveThreshold, hyperparameters),
      train,
      seed: options.seed + parts.slice(0, n).filter((earlier) => earlier.model === name).length,
      ...(signal && { signal }),
      ...(lastEpoch === undefined ? validation && { validation } : { lastEpoch }),
      ...(n === from.parts.length && { from: from.current }),
      onEpoch: async (report) => {
        const numbered = { ...report, epoch: history.length + 1, epochs: history.length + 1 + left(report) }
        history.push(numbered)
        await options.onEpoch?.(numbered)
      },
      onState: (state) => saveState(state as EpochState),
      onProgress: (share) => onProgress?.((n + share) / parts.length),
      ...(onExpected && { onExpected }),
    })
    signal?.throwIfAborted()
    fitted.push(trained)
    await saveState()
  }
  const chosenShares =
    shares || !validation ? undefined : await chooseSharesOf(model, parts, fitted, options, positiveThreshold)
  return {
    weights: model.exportWeights(fitted.map(({ weights }) => weights)),
    hyperparameters: {
      positiveThreshold,
      parts: parts.map(({ model }, n) => {
        const { hyperparameters, bestEpoch } = fitted[n]!
        return { model, hyperparameters, ...(bestEpoch > 0 && { lastEpoch: bestEpoch }) }
      }),
      ...(shares && { shares }),
      ...(chosenShares && { shares: chosenShares.parts.map(({ share }) => share) }),
    },
    epochs: history.length,
    bestEpoch: history.length,
    epochSeconds: secondsOf(fitted) / Math.max(history.length, 1),
    interrupted: false,
    history,
    ...(chosenShares && { chosenShares }),
  }
}

/** The seconds of training of all parts, those of parts without epochs included. */
function secondsOf(parts: readonly FittedModel[]): number {
  return parts.reduce((sum, { epochs, epochSeconds }) => sum + Math.max(epochs, 1) * epochSeconds, 0)
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
): Promise<ChosenShares> {
  const scorers = parts.map(({ model: name }, n) =>
    model.part(name).open(fitted[n]!.weights, fitted[n]!.hyperparameters),
  )
  try {
    const { metric, value, shares } = await chooseShares(scorers, validation!, positiveThreshold)
    return { metric, value, parts: shares.map((share, n) => ({ model: parts[n]!.model, ...share })) }
  } finally {
    for (const scorer of scorers) scorer.dispose()
  }
}
