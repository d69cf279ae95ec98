/** An array of numbers as it is stored and exchanged: row-major, 32-bit floats. */
export interface Weight {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** The weights of a model by name; their order carries no meaning. */
export type Weights = Readonly<Record<string, Weight>>

/** @throws RangeError when there is no weight `name`, listing the weights. */
export function requireWeight(weights: Weights, name: string): Weight {
  const weight = weights[name]
  if (!weight)
    throw new RangeError(`There is no weight '${name}' among ${Object.keys(weights).join(', ') || 'none'}`)
  return weight
}

/** A single number as a weight. */
export function scalarWeight(value: number): Weight {
  return { shape: [1], values: Float32Array.of(value) }
}

/** @throws RangeError when there is no weight `name`, listing the weights. */
export function requireScalar(weights: Weights, name: string): number {
  return requireWeight(weights, name).values[0]!
}
