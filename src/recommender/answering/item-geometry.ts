// How items lie to each other: by the directions of their vectors from the mean of all, for what all vectors share
// tells no two items apart.

import { topItems } from '../../compute/top-items.ts'
import { hasItemSpace, type ItemSpace, type Scorer } from '../../models/scorer.ts'
import type { AnsweringModel } from './answering-model.ts'
import type { RankedItems, SimilarItemsQuestion } from './question.ts'

export async function itemVector({ scorer }: AnsweringModel, item: number): Promise<Float32Array> {
  return requireItemSpace(scorer).itemVectors(Int32Array.of(item))
}

/** items.length × size: each vector less the mean of all, of length 1. */
export async function directionsOf({ scorer }: AnsweringModel, items: Int32Array): Promise<Float32Array> {
  const { mean, lengths } = await geometryOf(scorer)
  const vectors = await requireItemSpace(scorer).itemVectors(items)
  for (const [n, item] of items.entries())
    for (let at = 0; at < mean.length; at++) {
      const place = n * mean.length + at
      vectors[place] = (vectors[place]! - mean[at]!) / lengths[item]!
    }
  return vectors
}

/** The items whose directions have the highest cosines with that of `item`, which is not among them. */
export async function similarItems(
  model: AnsweringModel,
  { item, k, excluded, allowed }: SimilarItemsQuestion,
): Promise<RankedItems> {
  const { scorer } = model
  const { mean, lengths } = await geometryOf(scorer)
  const direction = await directionsOf(model, Int32Array.of(item))
  const cosines = await requireItemSpace(scorer).itemProducts(direction)
  let shared = 0
  for (let at = 0; at < mean.length; at++) shared += direction[at]! * mean[at]!
  for (let other = 0; other < cosines.length; other++)
    cosines[other] = (cosines[other]! - shared) / lengths[other]!
  cosines[item] = Number.NEGATIVE_INFINITY
  const nearest = topItems(cosines, excluded, k, allowed)
  const items = nearest.filter((other) => other !== item)
  return { items, scores: Float32Array.from(items, (other) => cosines[other]!) }
}

interface Geometry {
  readonly mean: Float64Array
  /** Of each item's vector less the mean; infinite for one that is the mean, which has no direction. */
  readonly lengths: Float32Array
}

/** Computed once for each model. */
function geometryOf(scorer: Scorer): Promise<Geometry> {
  const known = geometries.get(scorer)
  if (known) return known
  const geometry = measure(requireItemSpace(scorer), scorer.itemCount)
  geometries.set(scorer, geometry)
  return geometry
}

const geometries = new WeakMap<Scorer, Promise<Geometry>>()

async function measure(space: ItemSpace, itemCount: number): Promise<Geometry> {
  const size = space.itemVectorSize
  const sum = new Float64Array(size)
  await eachVector(space, itemCount, (vector) => {
    for (let at = 0; at < size; at++) sum[at]! += vector[at]!
  })
  const mean = sum.map((total) => total / itemCount)
  const lengths = new Float32Array(itemCount)
  await eachVector(space, itemCount, (vector, item) => {
    let squares = 0
    for (let at = 0; at < size; at++) squares += (vector[at]! - mean[at]!) ** 2
    lengths[item] = squares > 0 ? Math.sqrt(squares) : Number.POSITIVE_INFINITY
  })
  return { mean, lengths }
}

async function eachVector(
  space: ItemSpace,
  itemCount: number,
  visit: (vector: Float32Array, item: number) => void,
): Promise<void> {
  for (let start = 0; start < itemCount; start += itemsAtOnce) {
    const items = Int32Array.from({ length: Math.min(itemsAtOnce, itemCount - start) }, (_, n) => start + n)
    const vectors = await space.itemVectors(items)
    for (const [n, item] of items.entries())
      visit(vectors.subarray(n * space.itemVectorSize, (n + 1) * space.itemVectorSize), item)
  }
}

const itemsAtOnce = 4096

function requireItemSpace(scorer: Scorer): ItemSpace {
  if (!hasItemSpace(scorer)) throw new Error('This model has no vectors of items')
  return scorer
}
