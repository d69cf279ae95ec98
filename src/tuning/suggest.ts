// The strategies that suggest the next point of a search.
import type { Random } from '../random/random.ts'
import { createParzenEstimator } from './parzen-estimator.ts'
import type { Point, SearchSpace } from './search-space.ts'

export const strategies = ['tpe', 'random'] as const
export type Strategy = (typeof strategies)[number]

export interface Observation {
  readonly point: Point
  /** The lower the better; infinite if the trial failed. */
  readonly loss: number
}

export function suggestRandomly(space: SearchSpace, random: Random): Point {
  return space.map((dimension) =>
    dimension.kind === 'choice' ? random.integer(dimension.choices.length) : random.uniform(),
  )
}

/**
 * A tree-structured Parzen estimator: of candidates drawn from the density l of the better observations, the one with
 * the largest l over g, g the density of the others (Bergstra, Bardenet, Bengio and Kégl, NIPS 2011), both densities
 * over all hyperparameters together (Falkner, Klein and Hutter, BOHB, ICML 2018). Random until there are enough observations.
 */
export function suggestByTpe(
  space: SearchSpace,
  observations: readonly Observation[],
  random: Random,
): Point {
  if (observations.length < minObservations) return suggestRandomly(space, random)
  const ordered = observations.toSorted((a, b) => a.loss - b.loss).map(({ point }) => point)
  const split = Math.min(Math.ceil(betterShare * ordered.length), maxBetter)
  const better = createParzenEstimator(space, ordered.slice(0, split))
  const others = createParzenEstimator(space, ordered.slice(split))
  let [best, gain] = [better.sample(random), Number.NEGATIVE_INFINITY]
  for (let n = 0; n < candidates; n++) {
    const candidate = better.sample(random)
    const ratio = better.logDensity(candidate) - others.logDensity(candidate)
    if (ratio > gain) [best, gain] = [candidate, ratio]
  }
  return best
}

/** With fewer observations suggestions are random. */
export const minObservations = 8
const betterShare = 0.2
const maxBetter = 25
const candidates = 32
