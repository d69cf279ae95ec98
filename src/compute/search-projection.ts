// Approximate inner products from fewer numbers, for choosing the vectors of which exact ones are computed.

/**
 * Projects queries and vectors to a few dimensions in which inner products differ as little as possible:
 * x·w ≈ (x − m)A · wB + m·w, up to a number that is the same for all vectors w.
 */
export interface SearchProjection {
  readonly inner: number
  readonly dimensions: number
  /** m, the mean of the queries: [inner] */
  readonly mean: Float32Array
  /** A: inner × dimensions */
  readonly ofQueries: Float32Array
  /** B: inner × dimensions */
  readonly ofVectors: Float32Array
}

/** How many of the vectors with the largest approximate inner products have exact ones computed. */
export function shortlistSize(count: number): number {
  return 5 * Math.max(count, 100)
}

/** @throws RangeError when the projection is not of vectors of the length `inner` */
export function requireInner(projection: SearchProjection | undefined, inner: number): void {
  if (projection && projection.inner !== inner)
    throw new RangeError(
      `A projection of vectors of ${projection.inner} numbers does not fit those of ${inner}`,
    )
}
