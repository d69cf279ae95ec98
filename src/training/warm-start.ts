// The weights that a training starts from: those of an earlier version where they fit, else the initializer's.
import type { Model } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import { createRandom } from '../random/random.ts'
import type { Registry } from '../registry/registry.ts'
import type { Split } from '../splits/split.ts'
import { transferWeights, WeightTransferError } from './transfer-weights.ts'

export interface StartWeights {
  /** Undefined for a cold start. */
  readonly weights?: Weights
  /** The version that the weights are from. */
  readonly warmFrom: number | null
  readonly coldReason: string | null
  /** Whether the model has weights for single users. */
  readonly hasUserWeights: boolean
}

interface Training {
  readonly model: Model
  /** All hyperparameters, defaults included. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly split: Pick<Split, 'train' | 'users' | 'items'>
  readonly warmFrom?: number | null
  readonly seed: number
  readonly registry: Pick<Registry, 'load'>
}

/**
 * The weights of version `warmFrom`, moved to the users and items of `split`; a cold start, with the reason, if they do
 * not fit.
 *
 * @throws UnusableArtifactError if that version cannot be loaded
 */
export async function startWeightsOf({
  model,
  hyperparameters,
  split,
  warmFrom = null,
  seed,
  registry,
}: Training): Promise<StartWeights> {
  const cold = (coldReason: string, hasUserWeights = false) => ({
    warmFrom: null,
    coldReason,
    hasUserWeights,
  })
  if (model.kind === 'direct') return cold('The model is computed directly, not trained in epochs.')
  if (model.kind === 'blend') return cold('The parts of a blend start from their own initial weights.')
  const { initialize, axes = {} } = model.objective(split.train, model.hyperparameters.parse(hyperparameters))
  const hasUserWeights = Object.values(axes).flat().includes('user')
  if (warmFrom === null)
    return cold('A cold start was requested, or there was no version to start from.', hasUserWeights)
  const { artifact } = await registry.load({ model: model.name, version: warmFrom })
  const former: typeof hyperparameters = { ...model.hyperparameters.parse(artifact.hyperparameters) }
  const changed = model.meaningOfWeights?.find((name) => former[name] !== hyperparameters[name])
  if (changed !== undefined)
    return cold(
      `The earlier version was trained with ${changed}=${former[changed]}, not ${hyperparameters[changed]}.`,
      hasUserWeights,
    )
  try {
    const fresh = initialize(createRandom(seed, 'initialize'))
    const weights = transferWeights(fresh, axes, artifact.weights, artifact, split)
    return { weights, warmFrom, coldReason: null, hasUserWeights }
  } catch (error) {
    if (!(error instanceof WeightTransferError)) throw error
    return cold(`${error.message}.`, hasUserWeights)
  }
}
