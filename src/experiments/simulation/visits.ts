// A simulated experiment: users with different activity see the lists of their variant and click.
import { createRandom, type Random } from '../../random/random.ts'
import type { PairedSample } from '../../statistics/paired-sample.ts'
import { createAssigner } from '../assignment.ts'
import type { Audience, Recommender } from './audience.ts'
import { createRunningOutcome, type RunningOutcome } from './running-outcome.ts'

export interface Course {
  readonly users: number
  readonly days: number
  /** Days before the start with recorded clicks. */
  readonly daysBefore: number
  /** Mean visits per user and day. */
  readonly visitsPerDay: number
}

/** Both variants at the end of each day: x clicks before the start, y clicks since, per user. */
export interface DailyOutcome {
  readonly control: readonly PairedSample[]
  readonly treatment: readonly PairedSample[]
}

/** Simulates one experiment; `run` numbers the repetitions, each with new users. */
export function simulateExperiment(audience: Audience, course: Course, run: number): DailyOutcome {
  const random = createRandom('simulated experiment', run)
  const assign = createAssigner({ ...evenSplit, name: `simulation-${run}` })
  const outcomes = {
    control: createRunningOutcome(course.days),
    treatment: createRunningOutcome(course.days),
  }
  for (let user = 0; user < course.users; user++) {
    const variant = assign(`u${user}`, 0)!.variant as keyof typeof outcomes
    const kind = random.integer(audience.control.length)
    const activity = course.visitsPerDay * activityAt(random.normal())
    const before = countClicks(audience.control, kind, poisson(activity * course.daysBefore, random), random)
    visit(outcomes[variant], audience[variant][kind]!.clicks, before, activity, course.days, random)
  }
  return { control: outcomes.control.daily(), treatment: outcomes.treatment.daily() }
}

/** Activity relative to the mean: log-normal with mean 1, from a standard normal deviate. */
export function activityAt(deviate: number): number {
  return Math.exp(activitySpread * deviate - activitySpread ** 2 / 2)
}

const activitySpread = 0.7

const evenSplit = {
  segment: { from: 0, to: 1 },
  eligibility: {},
  testers: {},
  variants: [
    { name: 'control', weight: 1 },
    { name: 'treatment', weight: 1 },
  ],
}

function visit(
  outcome: RunningOutcome,
  clicks: Float64Array,
  before: number,
  activity: number,
  days: number,
  random: Random,
): void {
  const visits = poisson(activity * days, random)
  if (visits === 0) return
  const visited = Int32Array.from({ length: visits }, () => random.integer(days)).sort()
  let total = 0
  outcome.enter(visited[0]!, before)
  for (const day of visited) {
    const now = total + drawFrom(clicks, random)
    outcome.change(day, before, total, now)
    total = now
  }
}

function countClicks(recommender: Recommender, kind: number, visits: number, random: Random): number {
  let total = 0
  for (let n = 0; n < visits; n++) total += drawFrom(recommender[kind]!.clicks, random)
  return total
}

function drawFrom(distribution: Float64Array, random: Random): number {
  let left = random.uniform()
  for (let value = 0; value < distribution.length; value++) {
    left -= distribution[value]!
    if (left < 0) return value
  }
  return distribution.length - 1
}

/** Knuth's multiplication method, for means up to several hundred. */
function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean)
  let [count, product] = [0, random.uniform()]
  while (product > limit) {
    product *= random.uniform()
    count++
  }
  return count
}
