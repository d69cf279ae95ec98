import type { RetrainingConfig } from '../config.ts'
import type { Drift, Snapshot } from './snapshot.ts'

/** A condition that the ratings must meet before models are trained on them. */
export interface DataCheck {
  readonly name: string
  readonly passed: boolean
  /** The result in one sentence. */
  readonly finding: string
}

/** The first run has no previous snapshot and omits the checks that need one. */
export function checkData(snapshot: Snapshot, { checks }: Pick<RetrainingConfig, 'checks'>): DataCheck[] {
  const { drift } = snapshot
  return [
    checkTimes(snapshot),
    ...(drift ? [checkNewRatings(drift)] : []),
    ...(drift && drift.since.ratings > 0
      ? [checkVolume(drift, checks.volume), checkFlood(drift, checks.flood)]
      : []),
    ...checkRange(snapshot, checks.range ?? drift?.rangeBefore),
  ]
}

/** Whether the period has enough test users. */
export function checkTestUsers(users: number, minUsers: number, since: Date): DataCheck {
  const enough = users >= minUsers
  return {
    name: 'test users',
    passed: enough,
    finding: enough
      ? `The period since ${day(since)} has ${count(users)} test users.`
      : `The period since ${day(since)} has only ${count(users)} test users, and ${minUsers} are required: ` +
        'the champions were trained on nearly all ratings, or few users have given positive ratings since.',
  }
}

function checkTimes({ ratings, byDay }: Snapshot): DataCheck {
  const passed = byDay.some((day) => day.ratings > 0)
  return {
    name: 'times',
    passed,
    finding: passed
      ? `There are ${count(ratings)} ratings, with times.`
      : ratings === 0
        ? 'There are no ratings: import some first.'
        : `None of the ${count(ratings)} ratings has a time within the last 90 days, so new ratings cannot be identified.`,
  }
}

function checkNewRatings({ since, previousInstant }: Drift): DataCheck {
  const passed = since.ratings > 0
  return {
    name: 'new ratings',
    passed,
    finding: passed
      ? `${count(since.ratings)} ratings were given since ${previousInstant}.`
      : `No rating was given since ${previousInstant}, the end of the previous run's data: there is nothing new to train on.`,
  }
}

function checkVolume({ ratingsPerDay: { before, after } }: Drift, min: number): DataCheck {
  const share = before === 0 ? 1 : after / before
  const passed = share >= min
  return {
    name: 'volume',
    passed,
    finding:
      `There were ${figure(after)} ratings per day, and ${figure(before)} in the preceding period of equal length` +
      (passed ? '.' : `: that is ${percent(share)}, below the required ${percent(min)}.`),
  }
}

function checkFlood({ since }: Drift, max: number): DataCheck {
  const passed = since.shareOfMostActive <= max
  const found = `The most active 1 % of ${count(since.users)} users gave ${percent(since.shareOfMostActive)} of the new ratings`
  return {
    name: 'flood',
    passed,
    finding: passed ? `${found}.` : `${found}, above the limit of ${percent(max)}: a few users dominate.`,
  }
}

function checkRange(
  { lowest, highest }: Snapshot,
  range: readonly [number, number] | undefined,
): DataCheck[] {
  if (range === undefined) return []
  const passed = lowest >= range[0] && highest <= range[1]
  const found = `The ratings range from ${lowest} to ${highest}`
  return [
    {
      name: 'range',
      passed,
      finding: passed ? `${found}.` : `${found}; only ${range[0]} to ${range[1]} is allowed.`,
    },
  ]
}

const count = (value: number) => value.toLocaleString('en-US')
const figure = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 })
const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`
const day = (date: Date) => date.toISOString().slice(0, 10)
