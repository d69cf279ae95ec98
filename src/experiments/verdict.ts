// The verdict on an experiment in one sentence.
import { sum } from 'd3-array'
import { formatSignedShare } from '../pages/numbers.ts'
import { excludesZero } from '../statistics/interval.ts'
import { requiredStandardError } from '../statistics/power.ts'
import type { Definition } from './definition.ts'
import type { ExperimentReport, MetricReport, TreatmentReport, Verdict } from './report.ts'

type Evidence = Pick<ExperimentReport, 'flow' | 'metrics'> & {
  readonly definition: Definition
  readonly aa: boolean
  readonly daysRun: number
}

/** Sanity checks first, then guardrails, then the primary metric by its confidence sequence. */
export function reachVerdict(evidence: Evidence): Verdict {
  return (
    untrusted(evidence) ??
    harmful(evidence) ??
    decided(evidence) ??
    inconclusive(evidence) ??
    notYet(evidence)
  )
}

function untrusted({ flow, definition }: Evidence): Verdict | undefined {
  if (!flow.sampleRatio?.alarm) return undefined
  const counts = definition.variants
    .map(({ name }) => `${usersOf(flow.users, name).toLocaleString('en-US')} to ${name}`)
    .join(' and ')
  return final(
    'untrusted',
    `No verdict: sample-ratio mismatch, ${counts} (p = ${flow.sampleRatio.pValue.toPrecision(2)}); find the cause before using any result below.`,
  )
}

function harmful({ metrics, definition }: Evidence): Verdict | undefined {
  for (const { metric, treatments, role } of metrics)
    for (const treatment of treatments)
      if (role === 'guardrail' && benefit(metric, treatment) < 0)
        return final(
          'stop',
          `Stop: ${treatment.variant} harms ${metric.name}, ${formatLift(treatment, definition)}.`,
        )
  return undefined
}

function decided({ metrics, definition, aa }: Evidence): Verdict | undefined {
  const primary = metrics[0]!
  const claims = primary.treatments.filter((treatment) => benefit(primary.metric, treatment) !== 0)
  if (claims.length === 0) return undefined
  const sign = primary.metric.direction === 'up' ? 1 : -1
  const best = claims.reduce((a, b) => (sign * b.comparison.lift > sign * a.comparison.lift ? b : a))
  const better = benefit(primary.metric, best) > 0
  const claim = `${best.variant} is ${better ? 'better' : 'worse'} than ${definition.variants[0]!.name} in ${primary.metric.name}, ${formatLift(best, definition)}`
  return final(
    better ? 'better' : 'worse',
    aa ? `This is an A/A test, yet ${claim}: something treats the variants differently.` : `${claim}.`,
  )
}

/** The planned precision is reached without a significant difference. */
function inconclusive({ metrics, definition, aa }: Evidence): Verdict | undefined {
  const { treatments, metric } = metrics[0]!
  const planned = requiredStandardError(definition.minimumDetectableEffect, definition)
  if (!treatments.every(({ comparison }) => comparison.liftError <= planned)) return undefined
  const between = treatments
    .map((treatment) => `${treatment.variant} ${formatLift(treatment, definition)}`)
    .join('; ')
  return final(
    'no-difference',
    aa
      ? `No difference, as expected in an A/A test: ${between}.`
      : `No relevant difference in ${metric.name} with the planned number of users: ${between}.`,
  )
}

function notYet({ metrics, definition, daysRun }: Evidence): Verdict {
  const planned = requiredStandardError(definition.minimumDetectableEffect, definition)
  const errors = metrics[0]!.treatments.map(({ comparison }) => comparison.liftError)
  const remaining = Math.ceil(daysRun * (Math.max(...errors) / planned) ** 2 - daysRun)
  if (!Number.isFinite(remaining) || daysRun <= 0)
    return {
      decision: 'not-yet',
      text: 'Not yet: too little data to estimate the remaining time.',
      remainingDays: null,
    }
  const days = Math.max(1, remaining)
  const soFar = metrics[0]!.treatments
    .map((treatment) => `${treatment.variant} ${formatLift(treatment, definition)}`)
    .join('; ')
  return {
    decision: 'not-yet',
    text: `Not yet: about ${days.toLocaleString('en-US')} more ${days === 1 ? 'day' : 'days'}; so far ${soFar}.`,
    remainingDays: days,
  }
}

/** 1 if the confidence sequence shows an improvement, −1 if it shows harm, 0 if it includes zero. */
function benefit({ direction }: MetricReport['metric'], { comparison }: TreatmentReport): number {
  if (!excludesZero(comparison.sequential)) return 0
  return Math.sign(comparison.lift) * (direction === 'up' ? 1 : -1)
}

function formatLift({ comparison }: TreatmentReport, { confidence, mode }: Definition): string {
  const { lift, sequential } = comparison
  const level = `${Number((100 * confidence).toFixed(1))} % confidence`
  const what = mode === 'interleaving' ? 'a preference of' : 'by'
  return `${what} ${formatSignedShare(lift)} (between ${formatSignedShare(sequential.low)} and ${formatSignedShare(sequential.high)} with ${level} at any number of looks)`
}

function usersOf(users: Evidence['flow']['users'], name: string): number {
  return sum(users, (row) => (row.variant === name ? row.users : 0))
}

function final(decision: Verdict['decision'], text: string): Verdict {
  return { decision, text, remainingDays: null }
}
