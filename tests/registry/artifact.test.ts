import { expect, test } from 'vitest'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { artifactOf, decodeArtifact, encodeArtifact } from '../../src/registry/artifact.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/registry/safetensors.ts'
import { projectionArtifact } from './projection-model.ts'

const none = new Int32Array(0)
const written = Buffer.concat(encodeArtifact(projectionArtifact(0.25)))

test('an artifact is read back as it was written', () => {
  const { items, ...read } = decodeArtifact(written)
  const { items: expected, ...artifact } = projectionArtifact(0.25)
  expect(read).toEqual(artifact)
  expect(items.ids).toEqual(expected.ids)
})

test('a map is read back, in memory of its own', () => {
  const map = {
    items: {
      positions: Float32Array.of(-1, 0, -0.5, 0, 1, 0, 0.5, 0.25),
      quality: { map: 0.75, components: 0.5 },
    },
    users: {
      projection: { mean: Float32Array.of(2, 3), components: Float32Array.of(1, 0, 0, 1) },
      anchors: {
        dimensions: 2,
        points: Float32Array.of(1, 0, 0, 1, 1, 1),
        positions: Float32Array.of(1, 0, 0, 1, -1, -1),
      },
      activity: Float32Array.of(4, 5, 6),
      quality: { map: Number.NaN, components: Number.NaN },
    },
  }
  const read = decodeArtifact(Buffer.concat(encodeArtifact({ ...projectionArtifact(), map })))
  expect(read.map).toEqual(map)
  expect(read.map!.items!.positions.buffer).not.toBe(read.weights.projection!.values.buffer)
  expect(decodeArtifact(written).map).toBeUndefined()
})

test('the map of other items is refused', () => {
  const quality = { map: 1, components: 1 }
  const map = { items: { positions: new Float32Array(6), quality } }
  const bytes = Buffer.concat(encodeArtifact({ ...projectionArtifact(), map }))
  expect(() => decodeArtifact(bytes)).toThrow('The tensor map/items has the shape [3,2] instead of [4,2]')
})

test('an approximate search is read back, and refused if its parts do not fit', () => {
  const projection = {
    ...{ inner: 3, dimensions: 2, mean: Float32Array.of(1, 2, 3) },
    ofQueries: Float32Array.of(1, 0, 0, 1, 1, 1),
    ofVectors: Float32Array.of(0, 1, 1, 0, 2, 2),
  }
  const retrieval = { projection, recall: { recall: 0.9921875, users: 256 } }
  const read = decodeArtifact(Buffer.concat(encodeArtifact({ ...projectionArtifact(), retrieval })))
  expect(read.retrieval).toEqual(retrieval)
  const { metadata, tensors } = decodeSafetensors(
    Buffer.concat(encodeArtifact({ ...projectionArtifact(), retrieval })),
  )
  const damaged = { ...tensors, 'retrieval/mean': { shape: [2], values: Float32Array.of(1, 2) } }
  const stored = Buffer.concat(encodeSafetensors({ metadata, tensors: damaged }))
  expect(() => decodeArtifact(stored)).toThrow(
    'The tensor retrieval/queries has the shape [3,2] instead of [2,2]',
  )
})

test('the artifact of a training knows how often items were rated, and from what to what', () => {
  const entries = {
    row: Int32Array.of(0, 1, 1),
    column: Int32Array.of(2, 0, 2),
    values: Float32Array.of(3, 4.5, 2),
  }
  const { items, model, hyperparameters, weights } = projectionArtifact()
  const artifact = artifactOf(
    { model, hyperparameters, weights },
    { matrix: csrFromEntries(2, 4, entries), items },
  )
  expect(artifact).toEqual({
    model,
    hyperparameters,
    weights,
    items,
    popularity: Float32Array.of(1, 0, 2, 0),
    ratingRange: [2, 4.5],
  })
  const nothing = {
    matrix: csrFromEntries(0, 4, { row: none, column: none, values: new Float32Array(0) }),
    items,
  }
  expect(() => artifactOf({ model, hyperparameters, weights }, nothing)).toThrow(RangeError)
})

test('item ids come back whatever characters they have', () => {
  const ids = ['"', '\\', '\u0000', '💿', 'a,b', '', '__proto__', 'é']
  const artifact = { ...projectionArtifact(), items: createIdMap(ids), popularity: new Float32Array(8) }
  expect(decodeArtifact(Buffer.concat(encodeArtifact(artifact))).items.ids).toEqual(ids)
})

test('a weight may have any name', () => {
  const weights = { popularity: { shape: [1], values: Float32Array.of(7) } }
  const artifact = { ...projectionArtifact(), weights }
  const read = decodeArtifact(Buffer.concat(encodeArtifact(artifact)))
  expect(read.weights).toEqual(weights)
  expect(read.popularity).toEqual(artifact.popularity)
})

test('popularity must be of as many items as there are ids, written or read', () => {
  const artifact = { ...projectionArtifact(), popularity: new Float32Array(3) }
  expect(() => encodeArtifact(artifact)).toThrow('An artifact of 4 items has the popularity of 3')
  const { metadata, tensors } = decodeSafetensors(written)
  const { popularity: _, ...others } = tensors
  const without = Buffer.concat(encodeSafetensors({ metadata, tensors: others }))
  expect(() => decodeArtifact(without)).toThrow('An artifact of 4 items has the popularity of 0')
})

test('a file of tensors that is no artifact is refused, naming what it lacks', () => {
  const foreign = Buffer.concat(encodeSafetensors({ metadata: { model: 'bert' }, tensors: {} }))
  expect(() => decodeArtifact(foreign)).toThrow(/hyperparameters[\s\S]*items[\s\S]*ratingRange/)
})
