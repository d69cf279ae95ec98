// The regression of scores on attributes as tensors of an artifact.
import { attributeEncoding, featureCount } from '../attributes/attribute-encoding.ts'
import type { AttributeRegression } from '../attributes/attribute-regression.ts'
import { requireWeight, type Weights } from '../models/weights.ts'

/** The tensors `attributes/…`; the lengths of the rows stand for the offsets, which single precision may not hold. */
export function tensorsOfRegression({ features, inverse }: AttributeRegression): Weights {
  const { rows, columns, offsets, indices, values } = features
  const lengths = Float32Array.from({ length: rows }, (_, item) => offsets[item + 1]! - offsets[item]!)
  return {
    'attributes/lengths': { shape: [rows], values: lengths },
    'attributes/features': { shape: [indices.length], values: Float32Array.from(indices) },
    'attributes/values': { shape: [values.length], values },
    'attributes/inverse': { shape: [columns, columns], values: inverse },
  }
}

/** @throws Error if the tensors do not fit each other, the encoding or the items */
export function regressionOf(tensors: Weights, encodingJson: string, items: number): AttributeRegression {
  const encoding = attributeEncoding.parse(JSON.parse(encodingJson))
  const columns = encoding.reduce((sum, attribute) => sum + featureCount(attribute), 0)
  const [lengths, indices, values, inverse] = ['lengths', 'features', 'values', 'inverse'].map(
    (name) => requireWeight(tensors, `attributes/${name}`).values,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array]
  const offsets = new Int32Array(items + 1)
  for (let item = 0; item < items; item++) offsets[item + 1] = offsets[item]! + (lengths[item] ?? 0)
  if (lengths.length !== items || offsets[items] !== indices.length || indices.length !== values.length)
    throw new RangeError(`The attributes of ${lengths.length} items do not fit an artifact of ${items} items`)
  if (inverse.length !== columns ** 2 || indices.some((feature) => !(feature < columns)))
    throw new RangeError(`The attributes do not have the ${columns} features of their encoding`)
  const features = { rows: items, columns, offsets, indices: Int32Array.from(indices), values }
  return { encoding, features, inverse }
}
