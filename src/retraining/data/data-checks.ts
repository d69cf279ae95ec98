import type { RetrainingConfig } from '../config.ts'
import type { Drift, Snapshot } from './snapshot.ts'

/** Something that must hold of the ratings before anything is trained on them. */
export interface DataCheck {
  readonly name: string
  readonly passed: boolean
  /** What was found, in a plain sentence. */
  readonly finding: string
}

/** Whether these ratings may be trained on. Those checks that need a snapshot before are left out at the first one. */
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

/** Whether enough users of the period can judge. */
export function checkJudges(users: number, fewestUsers: number, since: Date): DataCheck {
  const enough = users >= fewestUsers
  return {
    name: 'judges',
    passed: enough,
    finding: enough
      ? `${count(users)} users of the period since ${day(since)} can judge.`
      : `Only ${count(users)} users of the period since ${day(since)} can judge, and ${fewestUsers} are needed: ` +
        'the champions already know nearly all ratings, or few users liked anything lately.',
  }
}

function checkTimes({ ratings, byDay }: Snapshot): DataCheck {
  const passed = byDay.some((one) => one.ratings > 0)
  return {
    name: 'times',
    passed,
    finding: passed
      ? `${count(ratings)} ratings are there, and it is known when they were given.`
      : ratings === 0
        ? 'There are no ratings: import some first.'
        : `None of ${count(ratings)} ratings says when it was given, so it is not known which are new.`,
  }
}

function checkNewRatings({ since, previousInstant }: Drift): DataCheck {
  const passed = since.ratings > 0
  return {
    name: 'new ratings',
    passed,
    finding: passed
      ? `${count(since.ratings)} ratings came since ${previousInstant}.`
      : `No rating came since the last run saw those up to ${previousInstant}: there is nothing new to learn.`,
  }
}

function checkVolume({ ratingsADay: { before, after } }: Drift, least: number): DataCheck {
  const share = before === 0 ? 1 : after / before
  const passed = share >= least
  return {
    name: 'volume',
    passed,
    finding:
      `${figure(after)} ratings came a day, ${figure(before)} in as long a time before` +
      (passed ? '.' : `: that is ${percent(share)}, less than the ${percent(least)} that must come.`),
  }
}

function checkFlood({ since }: Drift, most: number): DataCheck {
  const passed = since.shareOfMostActive <= most
  const found = `The most active hundredth of ${count(since.users)} users gave ${percent(since.shareOfMostActive)} of the new ratings`
  return {
    name: 'flood',
    passed,
    finding: passed
      ? `${found}.`
      : `${found}, more than the ${percent(most)} that may be: a few users flood the others.`,
  }
}

function checkRange(
  { lowest, highest }: Snapshot,
  range: readonly [number, number] | undefined,
): DataCheck[] {
  if (range === undefined) return []
  const passed = lowest >= range[0] && highest <= range[1]
  const found = `The ratings reach from ${lowest} to ${highest}`
  return [
    {
      name: 'range',
      passed,
      finding: passed ? `${found}.` : `${found}, and may only reach from ${range[0]} to ${range[1]}.`,
    },
  ]
}

const count = (value: number) => value.toLocaleString('en-US')
const figure = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 })
const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`
const day = (date: Date) => date.toISOString().slice(0, 10)
