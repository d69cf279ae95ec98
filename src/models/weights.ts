/** A named array of numbers as it is stored and exchanged: row-major, 32-bit floats. */
export interface Weight {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** The weights of a model by name; their order carries no meaning. */
export type Weights = Readonly<Record<string, Weight>>
