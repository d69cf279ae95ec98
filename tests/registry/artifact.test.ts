import { expect, test } from 'vitest'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { decodeArtifact, encodeArtifact } from '../../src/registry/artifact.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/registry/safetensors.ts'
import { projectionArtifact } from './projection-model.ts'

const written = Buffer.concat(encodeArtifact(projectionArtifact(0.25)))

test('an artifact is read back as it was written', () => {
  const { items, ...read } = decodeArtifact(written)
  const { items: expected, ...artifact } = projectionArtifact(0.25)
  expect(read).toEqual(artifact)
  expect(items.ids).toEqual(expected.ids)
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
