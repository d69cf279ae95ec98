import { excludesZero } from '../../statistics/interval.ts'
import { minimumDetectableEffect } from '../../statistics/power.ts'
import { relativeDifference } from '../../statistics/relative-difference.ts'
import { compareSamples } from '../compare-samples.ts'
import { checkSampleRatio } from '../sample-ratio.ts'
import { createAudience } from './audience.ts'
import { expectedOutcome } from './expected-outcome.ts'
import { type Course, simulateExperiment } from './visits.ts'

export interface FalsePositives {
  readonly runs: number
  /** The share of A/A tests in which a difference was claimed, all at 95 % confidence. */
  readonly falsePositiveRate: {
    /** By Welch's test, evaluated once at the end. */
    readonly fixed: number
    /** By Welch's test, evaluated daily and stopped at the first significant result. */
    readonly naivePeeking: number
    /** By the confidence sequence, evaluated daily. */
    readonly sequential: number
  }
  /** The share with a sample-ratio alarm; 1 % is expected. */
  readonly sampleRatioAlarms: number
}

const course: Course = { users: 3000, days: 28, daysBefore: 0, visitsPerDay: 0.05 }

/** Runs A/A tests, in which every difference is due to chance, and counts the false positives. */
export async function simulateFalsePositives(
  { runs, seed }: { runs: number; seed: number },
  onRun: (done: number) => unknown = () => {},
): Promise<FalsePositives> {
  const audience = createAudience({ lift: 0, seed })
  const { y } = expectedOutcome(audience.control, course).outcome
  const half = { ...y, size: y.size / 2 }
  const plan = { confidence: 0.95, power: 0.8 }
  const effect = minimumDetectableEffect(relativeDifference(half, half).standardError, plan)
  const claims = { fixed: 0, naivePeeking: 0, sequential: 0, sampleRatio: 0 }
  for (let run = 0; run < runs; run++) {
    const { control, treatment } = simulateExperiment(audience, course, seed * 1_000_003 + run)
    const looks = control.map((group, day) =>
      compareSamples(group.y, treatment[day]!.y, { ...plan, minimumDetectableEffect: effect }),
    )
    const significant = looks.map(({ difference }) => difference.pValue < 0.05)
    const users = [control, treatment].map((days) => days.at(-1)!.y.size)
    if (significant.at(-1)) claims.fixed++
    if (significant.some(Boolean)) claims.naivePeeking++
    if (looks.some(({ sequential }) => excludesZero(sequential))) claims.sequential++
    if (checkSampleRatio(users, [1, 1]).alarm) claims.sampleRatio++
    await onRun(run + 1)
  }
  const { sampleRatio, ...claimed } = claims
  return {
    runs,
    falsePositiveRate: {
      fixed: claimed.fixed / runs,
      naivePeeking: claimed.naivePeeking / runs,
      sequential: claimed.sequential / runs,
    },
    sampleRatioAlarms: sampleRatio / runs,
  }
}
