import { type PairedSample, pairedSampleFromSums } from '../../statistics/paired-sample.ts'

/** Accumulates the sums of a paired sample user by user, for the end of every day. */
export interface RunningOutcome {
  /** Adds a user with covariate `x` and outcome 0. */
  enter(day: number, x: number): void
  /** Changes the outcome of a user with covariate `x` from `before` to `now`. */
  change(day: number, x: number, before: number, now: number): void
  /** One sample for the end of each day. */
  daily(): PairedSample[]
}

export function createRunningOutcome(days: number): RunningOutcome {
  const sums = Array.from({ length: 6 }, () => new Float64Array(days))
  const [users, x1, x2, y1, y2, xy] = sums as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  return {
    enter: (day, x) => {
      users[day]!++
      x1[day]! += x
      x2[day]! += x * x
    },
    change: (day, x, before, now) => {
      y1[day]! += now - before
      y2[day]! += now * now - before * before
      xy[day]! += x * (now - before)
    },
    daily: () => {
      const [n, sx, sxx, sy, syy, sxy] = sums.map(cumulated) as unknown as readonly Float64Array[]
      return Array.from({ length: days }, (_, day) => {
        const at = (sums: Float64Array | undefined) => sums![day]!
        return pairedSampleFromSums({
          size: at(n),
          x: at(sx),
          xx: at(sxx),
          y: at(sy),
          yy: at(syy),
          xy: at(sxy),
        })
      })
    },
  }
}

function cumulated(values: Float64Array): Float64Array {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}
