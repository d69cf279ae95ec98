import { cuped } from '../../statistics/cuped.ts'
import { excludesZero } from '../../statistics/interval.ts'
import { mean } from '../../statistics/mean.ts'
import { powerOf, requiredSampleSize } from '../../statistics/power.ts'
import { relativeDifference } from '../../statistics/relative-difference.ts'
import { compareSamples } from '../compare-samples.ts'
import { type Audience, createAudience } from './audience.ts'
import { type ExpectedOutcome, expectedOutcome } from './expected-outcome.ts'
import { type InterleavingPower, simulateInterleaving } from './simulated-interleaving.ts'
import { type Course, simulateExperiment } from './visits.ts'

export interface PlantedLift {
  readonly runs: number
  /** The true lift of the treatment. */
  readonly lift: number
  readonly users: number
  /** The share of experiments in which Welch's test found the treatment better at the end. */
  readonly power: number
  /** The power expected by the power calculation. */
  readonly promisedPower: number
  /** The power with CUPED, and of a confidence sequence evaluated daily. */
  readonly cupedPower: number
  readonly sequentialPower: number
  /** Variance of the difference after CUPED as a share of the variance before, simulated and expected. */
  readonly cupedVarianceRatio: number
  readonly cupedVarianceRatioInTheory: number
  /** Number of visits for the same power: by interleaving, and by a split. */
  readonly interleaving: InterleavingPower & { readonly abSessions: number }
}

const pattern = { days: 14, daysBefore: 28, visitsPerDay: 0.25 }
const plan = { confidence: 0.95, power: 0.8 }

/** Plans experiments for the true lift, runs them, and counts how many detect it. */
export async function simulatePlantedLift(
  { lift, runs, seed }: { lift: number; runs: number; seed: number },
  onRun: (done: number) => unknown = () => {},
): Promise<PlantedLift> {
  const audience = createAudience({ lift, seed })
  const course = planCourse(audience, lift)
  const expected = expectedOutcome(audience.control, course)
  const found = { fixed: 0, cuped: 0, sequential: 0 }
  const ratios: number[] = []
  for (let run = 0; run < runs; run++) {
    const { control, treatment } = simulateExperiment(audience, course, seed * 1_000_003 + run)
    const looks = control.map((group, day) =>
      compareSamples(group.y, treatment[day]!.y, { ...plan, minimumDetectableEffect: lift }),
    )
    const adjusted = cuped([control.at(-1)!, treatment.at(-1)!])
    const [a, b] = adjusted.groups
    const adjustedDifference = compareSamples(a!, b!, { ...plan, minimumDetectableEffect: lift }).difference
    const last = looks.at(-1)!.difference
    ratios.push((adjustedDifference.standardError / last.standardError) ** 2)
    if (last.pValue < 0.05 && last.mean > 0) found.fixed++
    if (adjustedDifference.pValue < 0.05 && adjustedDifference.mean > 0) found.cuped++
    const first = looks.find(({ sequential }) => excludesZero(sequential))
    if (first !== undefined && first.lift > 0) found.sequential++
    await onRun(run + 1)
  }
  const better = expectedOutcome(audience.treatment, course, audience.control)
  return {
    runs,
    lift: audience.lift,
    users: course.users,
    power: found.fixed / runs,
    promisedPower: promisedPower(expected, audience.lift),
    cupedPower: found.cuped / runs,
    sequentialPower: found.sequential / runs,
    cupedVarianceRatio: mean(ratios),
    cupedVarianceRatioInTheory: cuped([expected.outcome, better.outcome]).varianceRatio,
    interleaving: {
      ...simulateInterleaving(audience, { runs, seed, plan }),
      abSessions: Math.round(course.users * course.days * course.visitsPerDay),
    },
  }
}

/** Enough users that the number of users with a visit matches the power calculation. */
function planCourse(audience: Audience, lift: number): Course {
  const { coming, outcome } = expectedOutcome(audience.control, { users: 1, ...pattern })
  const needed = requiredSampleSize(lift * outcome.y.mean, outcome.y.variance, [0.5, 0.5], plan)
  return { users: Math.ceil(needed / coming), ...pattern }
}

function promisedPower({ outcome: { y } }: ExpectedOutcome, lift: number): number {
  const half = { ...y, size: y.size / 2 }
  return powerOf(lift, relativeDifference(half, half).standardError, plan.confidence)
}
