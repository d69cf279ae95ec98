import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { computeMap } from '../../src/map/compute-map.ts'
import { place } from '../../src/map/place.ts'
import { project } from '../../src/map/projection.ts'
import type { ItemSpace, LatentModel, Scorer } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'

beforeAll(() => useBackend('cpu'))

const size = 8
const groups = 3

/** Vectors around the axis of their group, item by item in turn. */
function vectorsAround(count: number, noise: number): Float32Array {
  const random = createRandom('vectors', count)
  return Float32Array.from({ length: count * size }, (_, n) => {
    const [item, axis] = [Math.floor(n / size), n % size]
    return (axis === item % groups ? 1 : 0) + noise * random.normal()
  })
}

function modelOf(vectors: Float32Array): LatentModel & ItemSpace {
  const rowsOf = (rows: Iterable<number>) =>
    Float32Array.from([...rows].flatMap((row) => [...vectors.subarray(row * size, (row + 1) * size)]))
  return {
    itemCount: vectors.length / size,
    latentSize: size,
    itemVectorSize: size,
    itemVectors: async (items) => rowsOf(items),
    // a user has the vector of the first item of the history
    embed: async ({ rows, offsets, indices }) =>
      rowsOf(Array.from({ length: rows }, (_, row) => indices[offsets[row]!]!)),
    score: () => Promise.reject(new Error('not needed')),
    decode: () => Promise.reject(new Error('not needed')),
    itemProducts: () => Promise.reject(new Error('not needed')),
    dispose: () => {},
  }
}

/** A user for each item, and one without ratings. */
function ratingsOf(count: number) {
  const row = Int32Array.from({ length: count }, (_, n) => n)
  return csrFromEntries(count + 1, count, { row, column: row, values: new Float32Array(count).fill(1) })
}

/** The share of the nearest points on the map that have the group of their neighbor. */
function purity(positions: Float32Array): number {
  const count = positions.length / 2
  const distance = (a: number, b: number) =>
    Math.hypot(positions[2 * a]! - positions[2 * b]!, positions[2 * a + 1]! - positions[2 * b + 1]!)
  const items = Array.from({ length: count }, (_, item) => item)
  const same = items.filter((item) => {
    const others = items.filter((other) => other !== item)
    const nearest = others.reduce((best, other) =>
      distance(item, other) < distance(item, best) ? other : best,
    )
    return nearest % groups === item % groups
  })
  return same.length / count
}

describe('the map of a model with three groups', () => {
  const count = 120
  const model = modelOf(vectorsAround(count, 0.15))

  test('keeps the groups apart, within the square from −1 to 1', async () => {
    const { items, users } = (await computeMap(model, ratingsOf(count), 1))!
    expect(purity(items!.positions)).toBe(1)
    expect(purity(users!.anchors.positions)).toBe(1)
    expect(Math.max(...items!.positions.map(Math.abs))).toBe(1)
    expect(items!.quality.map).toBeGreaterThan(0.9)
    expect(items!.quality.map).toBeGreaterThan(items!.quality.components)
    expect(users!.activity).toEqual(new Float32Array(count).fill(1))
  })

  test('places the items that were not laid out, and other users, in their groups', async () => {
    const { items, users } = (await computeMap(model, ratingsOf(count), 1, 60))!
    expect(items!.positions).toHaveLength(2 * count)
    expect(purity(items!.positions)).toBe(1)
    expect(users!.activity).toHaveLength(60)
    const embedding = Float32Array.from({ length: size }, (_, axis) => (axis === 1 ? 1 : 0.05))
    const [x, y] = place(users!.anchors, project(users!.projection, embedding))
    // the users of the sample are those of 60 items, ascending; their groups are those of the points around them
    const alike = project(users!.projection, embedding)
    const { points, dimensions, positions } = users!.anchors
    const cosine = (anchor: number) =>
      alike.reduce((sum, value, d) => sum + value * points[anchor * dimensions + d]!, 0)
    const distances = Array.from({ length: 60 }, (_, anchor) => ({
      isAlike: cosine(anchor) > 0.5,
      distance: Math.hypot(positions[2 * anchor]! - x, positions[2 * anchor + 1]! - y),
    }))
    const farthestAlike = Math.max(...distances.filter(({ isAlike }) => isAlike).map((d) => d.distance))
    const nearestOther = Math.min(...distances.filter(({ isAlike }) => !isAlike).map((d) => d.distance))
    expect(farthestAlike).toBeLessThan(nearestOther)
  })

  test('is the same for the same seed, and leaves no tensors behind', async () => {
    const tensors = tf.memory().numTensors
    const [first, second, other] = [
      await computeMap(model, ratingsOf(count), 1),
      await computeMap(model, ratingsOf(count), 1),
      await computeMap(model, ratingsOf(count), 2),
    ]
    expect(second).toEqual(first)
    expect(other!.items!.positions).not.toEqual(first!.items!.positions)
    expect(tf.memory().numTensors).toBe(tensors)
  })
})

describe('a map of few or equal embeddings', () => {
  test('needs at least four items', async () => {
    const map = await computeMap(modelOf(vectorsAround(4, 0.1)), ratingsOf(4), 1)
    expect(map!.items!.positions).toHaveLength(8)
    expect(map!.items!.positions.every(Number.isFinite)).toBe(true)
    expect(map!.items!.quality).toEqual({ map: Number.NaN, components: Number.NaN })
    expect(await computeMap(modelOf(vectorsAround(3, 0.1)), ratingsOf(3), 1)).toBeUndefined()
  })

  test('is absent if all are the same, and finite if some are', async () => {
    const same = new Float32Array(40 * size).fill(0.5)
    expect(await computeMap(modelOf(same), ratingsOf(40), 1)).toBeUndefined()
    const some = vectorsAround(40, 0.1)
    some.copyWithin(size, 0, size)
    for (let item = 2; item < 30; item++) some.copyWithin(item * size, 0, size)
    const map = await computeMap(modelOf(some), ratingsOf(40), 1)
    expect(map!.items!.positions.every(Number.isFinite)).toBe(true)
  })

  test('is absent for a model without embeddings', async () => {
    const scorer: Scorer = {
      itemCount: 40,
      score: () => Promise.reject(new Error('not needed')),
      dispose: () => {},
    }
    expect(await computeMap(scorer, ratingsOf(40), 1)).toBeUndefined()
  })
})
