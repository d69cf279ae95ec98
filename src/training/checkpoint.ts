// The state of an unfinished training in an artifact store.
import { z } from 'zod'
import type { Weights } from '../models/weights.ts'
import { type ArtifactStore, ArtifactStoreError } from '../registry/artifact-store.ts'
import { asWeights, encodeSafetensors } from '../registry/safetensors.ts'
import type { Safetensors } from '../registry/safetensors-decoder.ts'
import { DamagedFileError, readSealed, writeSealed } from '../registry/sealed-file.ts'
import type { BlendState, EpochState, FitState } from './fitted-model.ts'

export async function writeCheckpoint(store: ArtifactStore, key: string, state: FitState): Promise<void> {
  const { state: document, tensors } = 'parts' in state ? encodeBlend(state) : encodeEpochs(state)
  await writeSealed(store, key, encodeSafetensors({ metadata: { state: JSON.stringify(document) }, tensors }))
}

/**
 * The state to resume from; undefined before the end of the first epoch.
 *
 * @throws DamagedFileError when the file is not a complete checkpoint, with the remedy
 */
export async function readCheckpoint(store: ArtifactStore, key: string): Promise<FitState | undefined> {
  try {
    const file = await readSealed(store, key)
    return file && decode(file)
  } catch (cause) {
    if (cause instanceof ArtifactStoreError) throw cause
    throw new DamagedFileError(
      `The checkpoint cannot be used: ${(cause as Error).message}. Delete ${store.locationOf(key)} and resume again: this variant then starts over, with the same result`,
      { cause },
    )
  }
}

const validation = z.looseObject({ metric: z.enum(['rmse', 'ndcg@100']), value: z.number() })

const history = z.array(
  z.object({
    epoch: z.int(),
    epochs: z.int(),
    loss: z.number(),
    seconds: z.number(),
    validation: validation.optional(),
  }),
)

const epochsSchema = z.object({
  epoch: z.int(),
  steps: z.record(z.string(), z.number()),
  best: z.object({ epoch: z.int(), validation: validation.optional() }),
  history,
  hyperparameters: z.record(z.string(), z.unknown()).optional(),
})

const blendSchema = z.object({
  parts: z.array(
    z.object({
      hyperparameters: z.record(z.string(), z.unknown()),
      epochs: z.int(),
      bestEpoch: z.int(),
      epochSeconds: z.number(),
      interrupted: z.boolean(),
      history,
    }),
  ),
  current: epochsSchema.optional(),
  history,
})

interface Encoded {
  readonly state: object
  readonly tensors: Weights
}

function encodeEpochs({ training, best, history, hyperparameters }: EpochState): Encoded {
  const { weights, optimizer, epoch } = training
  const { weights: bestWeights, ...bestEpoch } = best
  return {
    state: { epoch, steps: optimizer.steps, best: bestEpoch, history, hyperparameters },
    tensors: {
      ...prefixed('weights', weights),
      ...prefixed('mean', optimizer.mean),
      ...prefixed('variance', optimizer.variance),
      ...prefixed('best', bestWeights),
    },
  }
}

function encodeBlend({ parts, current, history }: BlendState): Encoded {
  const encoded = current && encodeEpochs(current)
  return {
    state: {
      parts: parts.map(({ weights, ...part }) => part),
      ...(encoded && { current: encoded.state }),
      history,
    },
    tensors: Object.assign(
      {},
      encoded?.tensors,
      ...parts.map(({ weights }, n) => prefixed(`part.${n}`, weights)),
    ),
  }
}

function decode({ metadata, tensors: stored }: Safetensors): FitState {
  const tensors = asWeights(stored)
  const state = z.union([blendSchema, epochsSchema]).parse(JSON.parse(metadata.state ?? 'null'))
  return 'parts' in state ? decodeBlend(state, tensors) : decodeEpochs(state, tensors)
}

function decodeEpochs(
  { epoch, steps, best, history, hyperparameters }: z.output<typeof epochsSchema>,
  tensors: Weights,
): EpochState {
  const part = (name: string) => withPrefix(name, tensors)
  const optimizer = { steps, mean: part('mean'), variance: part('variance') }
  return {
    training: { epoch, weights: part('weights'), optimizer },
    best: { ...best, weights: part('best') } as EpochState['best'],
    history: history as EpochState['history'],
    ...(hyperparameters && { hyperparameters }),
  }
}

function decodeBlend(
  { parts, current, history }: z.output<typeof blendSchema>,
  tensors: Weights,
): BlendState {
  return {
    parts: parts.map(
      (part, n) => ({ ...part, weights: withPrefix(`part.${n}`, tensors) }) as BlendState['parts'][number],
    ),
    ...(current && { current: decodeEpochs(current, tensors) }),
    history: history as BlendState['history'],
  }
}

function prefixed(part: string, weights: Weights): Weights {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [`${part}/${name}`, weight]))
}

function withPrefix(part: string, tensors: Weights): Weights {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(`${part}/`))
      .map(([name, weight]) => [name.slice(part.length + 1), weight]),
  )
}
