import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { mean } from '../../statistics/mean.ts'
import type { PairedSample } from '../../statistics/paired-sample.ts'
import type { Recommender } from './audience.ts'
import { activityAt, type Course } from './visits.ts'

/** The expected outcome of users with at least one visit during an experiment. */
export interface ExpectedOutcome {
  /** The share of users with a visit. */
  readonly coming: number
  /** Clicks before and since the start per user with a visit; `size` is the number of these users. */
  readonly outcome: PairedSample
}

const steps = 1000

/**
 * Clicks are a compound Poisson number given a user's kind and activity λ: mean λ days c̄ and variance λ days E[c²],
 * independent before and since. Activities are summed over their quantiles. Before
 * the start all users saw `recommenderBefore`.
 */
export function expectedOutcome(
  recommender: Recommender,
  course: Course,
  recommenderBefore = recommender,
): ExpectedOutcome {
  let [coming, x1, x2, y1, y2, xy] = [0, 0, 0, 0, 0, 0]
  const [c, cc, square] = clickMoments(recommender, recommender)
  const [cBefore, ccBefore, squareBefore] = clickMoments(recommenderBefore, recommenderBefore)
  const [, , product] = clickMoments(recommenderBefore, recommender)
  for (let step = 0; step < steps; step++) {
    const activity = course.visitsPerDay * activityAt(normalQuantile((step + 0.5) / steps, 0, 1))
    const [before, since] = [activity * course.daysBefore, activity * course.days]
    const comes = -Math.expm1(-since)
    coming += comes
    x1 += comes * before * cBefore
    x2 += comes * (before * ccBefore + before ** 2 * squareBefore)
    y1 += since * c
    y2 += since * cc + since ** 2 * square
    xy += before * since * product
  }
  const expect = (sum: number) => sum / coming
  const [meanX, meanY] = [expect(x1), expect(y1)]
  const size = Math.round((course.users * coming) / steps)
  return {
    coming: coming / steps,
    outcome: {
      x: { size, mean: meanX, variance: expect(x2) - meanX ** 2 },
      y: { size, mean: meanY, variance: expect(y2) - meanY ** 2 },
      covariance: expect(xy) - meanX * meanY,
    },
  }
}

/** Over the kinds of user: mean clicks per list of `b`, mean squared clicks, and mean product of the expected clicks. */
function clickMoments(a: Recommender, b: Recommender): [first: number, second: number, product: number] {
  return [
    mean(b.map(({ clicks }) => moment(clicks, 1))),
    mean(b.map(({ clicks }) => moment(clicks, 2))),
    mean(b.map(({ expectedClicks }, kind) => expectedClicks * a[kind]!.expectedClicks)),
  ]
}

function moment(distribution: Float64Array, power: number): number {
  return distribution.reduce((sum, chance, value) => sum + chance * value ** power, 0)
}
