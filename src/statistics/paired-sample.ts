import { type Sample, sampleOf } from './sample.ts'

/** Two measurements on the same units, reduced to the moments that linear statistics need. */
export interface PairedSample {
  readonly x: Sample
  readonly y: Sample
  /** The unbiased covariance between units. */
  readonly covariance: number
}

/** @throws RangeError when the two differ in length. */
export function pairedSampleOf(x: ArrayLike<number>, y: ArrayLike<number>): PairedSample {
  if (x.length !== y.length)
    throw new RangeError(`Paired values need two lists of one length, not ${x.length} and ${y.length} values`)
  const [sampleX, sampleY] = [sampleOf(x), sampleOf(y)]
  let products = 0
  for (let n = 0; n < x.length; n++) products += (x[n]! - sampleX.mean) * (y[n]! - sampleY.mean)
  return { x: sampleX, y: sampleY, covariance: products / (x.length - 1) }
}

/** The sums over units of x, y and their products. */
export interface PairedSums {
  readonly size: number
  readonly x: number
  readonly xx: number
  readonly y: number
  readonly yy: number
  readonly xy: number
}

/** The same from sums, which a database can take. Exact while the spread is not tiny against the mean, as in counts. */
export function pairedSampleFromSums({ size, x, xx, y, yy, xy }: PairedSums): PairedSample {
  const deviation = (product: number, a: number, b: number) => (product - (a * b) / size) / (size - 1)
  return {
    x: { size, mean: x / size, variance: deviation(xx, x, x) },
    y: { size, mean: y / size, variance: deviation(yy, y, y) },
    covariance: deviation(xy, x, y),
  }
}
