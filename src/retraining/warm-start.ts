// Where a training starts from.
import type { Model } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import { createRandom } from '../random/random.ts'
import type { Registry } from '../registry/registry.ts'
import type { PeriodSplit } from '../splits/hold-out-period.ts'
import { transferWeights, WeightTransferError } from '../training/transfer-weights.ts'

export interface Start {
  /** Undefined where it starts over. */
  readonly weights?: Weights
  /** The version they are of. */
  readonly warmFrom: number | null
  readonly coldReason: string | null
  /** Whether the model has weights for single users. */
  readonly knowsUsers: boolean
}

interface Trained {
  readonly model: Model
  /** All of them. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly split: PeriodSplit
}

/**
 * Warm where the weights of version `warmFrom` fit what is trained now, else cold with the reason.
 *
 * @throws UnusableArtifactError when that version cannot be read
 */
export async function startOf(
  { model, hyperparameters, split }: Trained,
  { warmFrom, seed }: { readonly warmFrom: number | null; readonly seed: number },
  registry: Pick<Registry, 'load'>,
): Promise<Start> {
  const cold = (coldReason: string, knowsUsers = false) => ({ warmFrom: null, coldReason, knowsUsers })
  if (model.kind !== 'gradient') return cold('It is computed at once, not learned step by step.')
  const { initialize, axes = {} } = model.objective(split.train, model.hyperparameters.parse(hyperparameters))
  const knowsUsers = Object.values(axes).flat().includes('user')
  if (warmFrom === null)
    return cold('It was to start over, or no version was there to start from.', knowsUsers)
  const { artifact } = await registry.load({ model: model.name, version: warmFrom })
  try {
    const fresh = initialize(createRandom(seed, 'initialize'))
    const weights = transferWeights(fresh, axes, artifact.weights, artifact, split)
    return { weights, warmFrom, coldReason: null, knowsUsers }
  } catch (error) {
    if (!(error instanceof WeightTransferError)) throw error
    return cold(`${error.message}.`, knowsUsers)
  }
}
