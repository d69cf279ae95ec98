// A kernel density over a search space: a product kernel at each observed point, and a uniform component.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import type { Random } from '../random/random.ts'
import type { Dimension, Point, SearchSpace } from './search-space.ts'

export interface ParzenEstimator {
  logDensity(point: Point): number
  sample(random: Random): Point
}

/**
 * The mixture of one kernel for each of `points` and the uniform density, all with the same weight. The kernel of numbers
 * is a normal distribution truncated to [0, 1], with the bandwidth of Scott's rule; that of choices is Aitchison and Aitken's.
 */
export function createParzenEstimator(space: SearchSpace, points: readonly Point[]): ParzenEstimator {
  const widths = space.map((dimension) => widthOf(dimension, points.length, space.length))
  const kernels = points.map((point) =>
    space.map((dimension, d) => createLogKernel(dimension, point[d]!, widths[d]!)),
  )
  const flat = -space.reduce(
    (sum, dimension) => sum + (dimension.kind === 'choice' ? Math.log(dimension.choices.length) : 0),
    0,
  )
  return {
    logDensity: (point) =>
      logSumExp([
        flat,
        ...kernels.map((product) => product.reduce((sum, kernel, d) => sum + kernel(point[d]!), 0)),
      ]) - Math.log(points.length + 1),
    sample: (random) => {
      const center = points[random.integer(points.length + 1)]
      return space.map((dimension, d) => draw(dimension, center?.[d], widths[d]!, random))
    },
  }
}

/** The standard deviation of a normal kernel; for a choice, the probability of a choice other than the observed one. */
function widthOf(dimension: Dimension, points: number, dimensions: number): number {
  const shrinking = (points + 1) ** (-1 / (4 + dimensions))
  if (dimension.kind === 'choice') return maxOtherChoice * shrinking * (1 - 1 / dimension.choices.length)
  return maxStd * shrinking
}

const maxStd = 0.2
const maxOtherChoice = 0.5

function createLogKernel(dimension: Dimension, center: number, width: number): (at: number) => number {
  if (dimension.kind === 'choice') {
    const [same, other] = [Math.log(1 - width), Math.log(width / (dimension.choices.length - 1))]
    return (at) => (at === center ? same : other)
  }
  const inside = normalCdf(1, center, width) - normalCdf(0, center, width)
  const logScale = Math.log(width * Math.sqrt(2 * Math.PI) * inside)
  return (at) => -0.5 * ((at - center) / width) ** 2 - logScale
}

function draw(dimension: Dimension, center: number | undefined, width: number, random: Random): number {
  if (dimension.kind === 'choice') {
    const count = dimension.choices.length
    if (center === undefined || count === 1) return random.integer(count)
    const other = random.uniform() < width
    return other ? (center + 1 + random.integer(count - 1)) % count : center
  }
  if (center === undefined) return random.uniform()
  const low = normalCdf(0, center, width)
  const high = normalCdf(1, center, width)
  const drawn = normalQuantile(low + (high - low) * random.uniform(), center, width)
  return Math.min(Math.max(drawn, 0), 1)
}

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values)
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0))
}
