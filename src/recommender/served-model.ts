// A version as it answers: its manifest, the items it knows, and the arithmetic.
import type { IdMap } from '../interactions/id-map.ts'
import type { LoadedVersion, Manifest } from '../registry/registry.ts'
import type { Inference, OpenInference } from './inference.ts'

export interface ServedModel {
  readonly manifest: Manifest
  /** The model's items by number. */
  readonly items: IdMap
  /** How many training ratings each item had. */
  readonly popularity: Float32Array
  /** The highest rating in training: what an item counts as that somebody names without a rating. */
  readonly highestRating: number
  readonly inference: Inference
}

/**
 * Readies a version to answer. One question is put to it here, so that neither a weight of the wrong shape nor the
 * warming up of its kernels waits for the first user.
 */
export async function serveModel(
  { manifest, artifact }: LoadedVersion,
  open: OpenInference,
): Promise<ServedModel> {
  const { items, ratingRange } = artifact
  const popularity = artifact.popularity.slice()
  const inference = await open(artifact)
  try {
    const history = { items: Int32Array.of(0), values: Float32Array.of(ratingRange[1]) }
    const nothing = { excluded: new Int32Array(0), allowed: null, popularityPenalty: 0, diversity: 0 }
    await inference.answer({ kind: 'rank', taste: { kind: 'history', history }, k: 1, ...nothing })
  } catch (error) {
    inference.dispose()
    throw error
  }
  return { manifest, items, popularity, highestRating: ratingRange[1], inference }
}

/** The same for one who may have gone when the turn of what is asked comes. */
export function askedUnless(isAbandoned: () => boolean, model: ServedModel): ServedModel {
  const { manifest, items, popularity, highestRating, inference } = model
  const { abilities, isLost } = inference
  return {
    manifest,
    items,
    popularity,
    highestRating,
    inference: {
      abilities,
      isLost,
      answer: (question) => inference.answer(question, isAbandoned),
      dispose: () => inference.dispose(),
    },
  }
}
