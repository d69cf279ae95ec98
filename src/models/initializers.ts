import type { Random } from '../random/random.ts'
import type { Weight } from './weights.ts'

/** Uniform in ±√(6 / (rows + columns)) (Glorot and Bengio 2010). */
export function xavier(rows: number, columns: number, random: Random): Weight {
  const limit = Math.sqrt(6 / (rows + columns))
  return fill([rows, columns], () => limit * (2 * random.uniform() - 1))
}

/** Normal with a standard deviation of `std`; draws beyond two deviations are repeated. */
export function truncatedNormal(size: number, std: number, random: Random): Weight {
  return fill([size], () => {
    for (;;) {
      const draw = random.normal()
      if (Math.abs(draw) <= 2) return std * draw
    }
  })
}

export function constant(size: number, value: number): Weight {
  return fill([size], () => value)
}

function fill(shape: readonly number[], next: () => number): Weight {
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1))
  for (let n = 0; n < values.length; n++) values[n] = next()
  return { shape, values }
}
