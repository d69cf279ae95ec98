// A trained model in one safetensors file, with everything that serving needs.
import { z } from 'zod'
import type { AttributeRegression } from '../attributes/attribute-regression.ts'
import { columnCounts } from '../interactions/csr/csr-matrix.ts'
import { createIdMap, type IdMap } from '../interactions/id-map.ts'
import type { Interactions } from '../interactions/interactions.ts'
import type { LatentMap } from '../map/latent-map.ts'
import type { Weights } from '../models/weights.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import { isFormerRecVaeEdlae, weightsOfRecVaeEdlae } from './former-blend.ts'
import { currentHyperparameters, currentWeights } from './former-hyperparameters.ts'
import { asWeights, decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import type { Safetensors } from './safetensors-decoder.ts'
import { mapOf, tensorsOfMap } from './stored-map.ts'
import { regressionOf, tensorsOfRegression } from './stored-regression.ts'
import { retrievalOf, tensorsOfRetrieval } from './stored-retrieval.ts'

/** A trained model with the properties of its training data that it needs. */
export interface Artifact {
  readonly model: string
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** The item of each column. */
  readonly items: IdMap
  /** The user of each row, if the model has weights for single users: training can start from such weights. */
  readonly users?: IdMap
  /** The number of training ratings of each column; ranks items for an empty history. */
  readonly popularity: Float32Array
  /** The lowest and the highest rating in training. */
  readonly ratingRange: readonly [lowest: number, highest: number]
  readonly weights: Weights
  /** Predicts the scores of items that were added after training; absent if no attribute predicts scores. */
  readonly attributeRegression?: AttributeRegression
  /** Absent for a model without embeddings, and in an artifact of an earlier release. */
  readonly map?: LatentMap
  /** Absent for a small catalog and for a model that has none, and in an artifact of an earlier release: the search is exact. */
  readonly retrieval?: Retrieval
}

/** The artifact of a model trained on these ratings. */
export function artifactOf(
  trained: Pick<Artifact, 'model' | 'hyperparameters' | 'weights'>,
  { matrix, items }: Pick<Interactions, 'matrix' | 'items'>,
): Artifact {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of matrix.values) {
    if (value < lowest) lowest = value
    if (value > highest) highest = value
  }
  if (lowest > highest)
    throw new RangeError('Data without ratings cannot be the training data of an artifact')
  const popularity = Float32Array.from(columnCounts(matrix))
  return { ...trained, items, popularity, ratingRange: [lowest, highest] }
}

/** The artifact as consecutive pieces of a file. */
export function encodeArtifact(artifact: Artifact): Uint8Array[] {
  const { model, hyperparameters, items, users, popularity, ratingRange, weights } = artifact
  const { attributeRegression: regression, map, retrieval } = artifact
  requirePopularity(artifact)
  return encodeSafetensors({
    metadata: {
      model,
      hyperparameters: JSON.stringify(hyperparameters),
      items: JSON.stringify(items.ids),
      ...(users && { users: JSON.stringify(users.ids) }),
      ratingRange: JSON.stringify(ratingRange),
      ...(regression && { attributes: JSON.stringify(regression.encoding) }),
    },
    tensors: {
      ...prefixed(weights),
      popularity: { shape: [items.size], values: popularity },
      ...(regression && tensorsOfRegression(regression)),
      ...(map && tensorsOfMap(map)),
      ...(retrieval && tensorsOfRetrieval(retrieval)),
    },
  })
}

/** @throws Error if the bytes are not an artifact, with the reason */
export function decodeArtifact(bytes: Uint8Array): Artifact {
  return artifactOfFile(decodeSafetensors(bytes))
}

/** @throws Error if the file is not an artifact, with the reason */
export function artifactOfFile({ metadata, tensors: stored }: Safetensors): Artifact {
  const tensors = asWeights(stored)
  const { items, users, attributes, ...properties } = metadataSchema.parse(metadata)
  const weights = currentWeights(withoutPrefix(tensors))
  const map = mapOf(tensors, items.length)
  const retrieval = retrievalOf(tensors)
  const artifact = {
    ...properties,
    hyperparameters: currentHyperparameters(properties.model, properties.hyperparameters),
    items: createIdMap(items),
    ...(users && { users: createIdMap(users) }),
    popularity: tensors.popularity?.values ?? new Float32Array(0),
    weights: isFormerRecVaeEdlae(properties.model, properties.hyperparameters)
      ? weightsOfRecVaeEdlae(weights)
      : weights,
    ...(attributes && { attributeRegression: regressionOf(tensors, attributes, items.length) }),
    ...(map && { map }),
    ...(retrieval && { retrieval }),
  }
  requirePopularity(artifact)
  return artifact
}

function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(schema)
}

const metadataSchema = z.object({
  model: z.string(),
  hyperparameters: json(z.record(z.string(), z.unknown())),
  items: json(z.array(z.string())),
  users: json(z.array(z.string())).optional(),
  ratingRange: json(z.tuple([z.number(), z.number()])),
  attributes: z.string().optional(),
})

const prefix = 'weights/'

function prefixed(weights: Weights): Weights {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [prefix + name, weight]))
}

function withoutPrefix(tensors: Weights): Weights {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, weight]) => [name.slice(prefix.length), weight]),
  )
}

function requirePopularity({ items, popularity }: Pick<Artifact, 'items' | 'popularity'>): void {
  if (popularity.length !== items.size)
    throw new RangeError(`An artifact of ${items.size} items has the popularity of ${popularity.length}`)
}
