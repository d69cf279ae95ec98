// The state of a training between two epochs, as a file.
import { z } from 'zod'
import type { Weights } from '../models/weights.ts'
import { asWeights, decodeSafetensors, encodeSafetensors } from '../registry/safetensors.ts'
import { DamagedFileError, readSealed, writeSealed } from '../registry/sealed-file.ts'
import type { FitState } from './fitted-model.ts'

export async function writeCheckpoint(path: string, { training, best, history }: FitState): Promise<void> {
  const { weights, optimizer, epoch } = training
  const { weights: bestWeights, ...bestEpoch } = best
  const state = JSON.stringify({ epoch, steps: optimizer.steps, best: bestEpoch, history })
  const tensors = {
    ...prefixed('weights', weights),
    ...prefixed('mean', optimizer.mean),
    ...prefixed('variance', optimizer.variance),
    ...prefixed('best', bestWeights),
  }
  await writeSealed(path, encodeSafetensors({ metadata: { state }, tensors }))
}

/**
 * The state to resume from; undefined before the end of the first epoch.
 *
 * @throws DamagedFileError when the file is not a complete checkpoint, with the remedy
 */
export async function readCheckpoint(path: string): Promise<FitState | undefined> {
  try {
    const bytes = await readSealed(path)
    return bytes && decode(bytes)
  } catch (cause) {
    throw new DamagedFileError(
      `The checkpoint cannot be used: ${(cause as Error).message}. Delete ${path} and resume again: this variant then starts over, with the same result`,
      { cause },
    )
  }
}

const validation = z.looseObject({ metric: z.enum(['rmse', 'ndcg@100']), value: z.number() })

const stateSchema = z.object({
  epoch: z.int(),
  steps: z.record(z.string(), z.number()),
  best: z.object({ epoch: z.int(), validation: validation.optional() }),
  history: z.array(
    z.object({
      epoch: z.int(),
      epochs: z.int(),
      loss: z.number(),
      seconds: z.number(),
      validation: validation.optional(),
    }),
  ),
})

function decode(bytes: Uint8Array): FitState {
  const { metadata, tensors: stored } = decodeSafetensors(bytes)
  const tensors = asWeights(stored)
  const { epoch, steps, best, history } = stateSchema.parse(JSON.parse(metadata.state ?? 'null'))
  const part = (name: string) => withPrefix(name, tensors)
  const optimizer = { steps, mean: part('mean'), variance: part('variance') }
  return {
    training: { epoch, weights: part('weights'), optimizer },
    best: { ...best, weights: part('best') } as FitState['best'],
    history: history as FitState['history'],
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
