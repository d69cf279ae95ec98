// What an experiment says, in one sentence.
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

/** Checks come first, guardrails next, and only then the primary metric, by its confidence sequence. */
export function reachVerdict(evidence: Evidence): Verdict {
  return (
    untrusted(evidence) ?? harmful(evidence) ?? decided(evidence) ?? settled(evidence) ?? notYet(evidence)
  )
}

function untrusted({ flow, definition }: Evidence): Verdict | undefined {
  if (!flow.sampleRatio?.alarm) return undefined
  const came = definition.variants
    .map(({ name }) => `${usersOf(flow.users, name).toLocaleString('en-US')} to ${name}`)
    .join(' and ')
  return final(
    'untrusted',
    `No verdict: ${came} is not the split that was meant (p = ${flow.sampleRatio.pValue.toPrecision(2)}); find out why before believing any number below.`,
  )
}

function harmful({ metrics, definition }: Evidence): Verdict | undefined {
  for (const { metric, treatments, role } of metrics)
    for (const treatment of treatments)
      if (role === 'guardrail' && benefit(metric, treatment) < 0)
        return final(
          'stop',
          `Stop: ${treatment.variant} harms ${metric.name}, ${describeLift(treatment, definition)}.`,
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
  const claim = `${best.variant} is ${better ? 'better' : 'worse'} than ${definition.variants[0]!.name} in ${primary.metric.name}, ${describeLift(best, definition)}`
  return final(
    better ? 'better' : 'worse',
    aa ? `This is an A/A test, and yet ${claim}: something on the way treats users unlike.` : `${claim}.`,
  )
}

/** As many users as were planned have come, and no difference has shown. */
function settled({ metrics, definition, aa }: Evidence): Verdict | undefined {
  const { treatments, metric } = metrics[0]!
  const planned = requiredStandardError(definition.minimumDetectableEffect, definition)
  if (!treatments.every(({ comparison }) => comparison.liftError <= planned)) return undefined
  const between = treatments
    .map((treatment) => `${treatment.variant} ${describeLift(treatment, definition)}`)
    .join('; ')
  return final(
    'no-difference',
    aa
      ? `No difference, as it should be in an A/A test: ${between}.`
      : `No difference worth having was found in ${metric.name} with the users planned: ${between}.`,
  )
}

function notYet({ metrics, definition, daysRun }: Evidence): Verdict {
  const planned = requiredStandardError(definition.minimumDetectableEffect, definition)
  const errors = metrics[0]!.treatments.map(({ comparison }) => comparison.liftError)
  const remaining = Math.ceil(daysRun * (Math.max(...errors) / planned) ** 2 - daysRun)
  if (!Number.isFinite(remaining) || daysRun <= 0)
    return {
      decision: 'not-yet',
      text: 'Not yet: too little has happened to say how long it takes.',
      remainingDays: null,
    }
  const days = Math.max(1, remaining)
  const soFar = metrics[0]!.treatments
    .map((treatment) => `${treatment.variant} ${describeLift(treatment, definition)}`)
    .join('; ')
  return {
    decision: 'not-yet',
    text: `Not yet: about ${days.toLocaleString('en-US')} more ${days === 1 ? 'day' : 'days'}; so far ${soFar}.`,
    remainingDays: days,
  }
}

/** 1 where the confidence sequence says better, −1 where it says worse, 0 where it says nothing. */
function benefit({ direction }: MetricReport['metric'], { comparison }: TreatmentReport): number {
  if (!excludesZero(comparison.sequential)) return 0
  return Math.sign(comparison.lift) * (direction === 'up' ? 1 : -1)
}

function describeLift({ comparison }: TreatmentReport, { confidence, mode }: Definition): string {
  const { lift, sequential } = comparison
  const certainty = `${Number((100 * confidence).toFixed(1))} % certainty`
  const what = mode === 'interleaving' ? 'a preference of' : 'by'
  return `${what} ${formatSignedShare(lift)} (between ${formatSignedShare(sequential.low)} and ${formatSignedShare(sequential.high)} with ${certainty}, however often one looks)`
}

function usersOf(users: Evidence['flow']['users'], name: string): number {
  return users.reduce((sum, row) => sum + (row.variant === name ? row.users : 0), 0)
}

function final(decision: Verdict['decision'], text: string): Verdict {
  return { decision, text, remainingDays: null }
}
