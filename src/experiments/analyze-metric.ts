// The analysis of one metric of an experiment, from daily sums.
import { cuped } from '../statistics/cuped.ts'
import type { PairedSample } from '../statistics/paired-sample.ts'
import { powerOf } from '../statistics/power.ts'
import { ratioSample } from '../statistics/ratio-sample.ts'
import { relativeDifference } from '../statistics/relative-difference.ts'
import type { Sample } from '../statistics/sample.ts'
import { type Comparison, comparePreferences, compareSamples } from './compare-samples.ts'
import { samplesOf, samplesOfDay, samplesOverTime } from './day-samples.ts'
import type { Definition, Metric } from './definition.ts'
import { interleavedVariant } from './exposure.ts'
import type { DaySums } from './outcome-log.ts'
import type { MetricReport, TreatmentReport } from './report.ts'

export type MetricFindings = Omit<MetricReport, 'role' | 'treatments'> & {
  readonly treatments: readonly Omit<TreatmentReport, 'adjustedPValue'>[]
}

export function analyzeMetric(
  rows: readonly DaySums[],
  definition: Definition,
  metric: Metric,
): MetricFindings {
  return definition.mode === 'interleaving'
    ? analyzePreference(rows, definition, metric)
    : analyzeSplit(rows, definition, metric)
}

function analyzeSplit(rows: readonly DaySums[], definition: Definition, metric: Metric): MetricFindings {
  const names = definition.variants.map(({ name }) => name)
  // Bonferroni correction for several treatments.
  const plan = { ...definition, confidence: 1 - (1 - definition.confidence) / (names.length - 1) }
  const adjusted = (groups: readonly PairedSample[]) => adjustSamples(groups, metric)
  const days = samplesOverTime(rows, names).map(({ day, groups }) => ({ day, ...adjusted(groups) }))
  const last = adjusted(samplesOf(rows, names))
  const raw = samplesOf(rows, names).map((group) => plain(group, metric))
  return {
    metric,
    variants: names.map((variant, n) => ({ variant, ...outcomeOf(raw[n]!) })),
    treatments: names.slice(1).map((variant, n) => {
      const compare = (groups: readonly Sample[]) => compareSamples(groups[0]!, groups[n + 1]!, plan)
      return {
        ...withPower(variant, compare(last.groups), definition),
        varianceRatio: last.varianceRatio,
        overTime: days.map(({ day, groups }) => liftAt(day, compare(groups))),
        byDay: days.map(({ day }) => {
          const [control, ...treatments] = samplesOfDay(rows, names, day)
          return { day, ...liftOf(control!, treatments[n]!) }
        }),
        segments: segmentsOf(rows).map((segment) => {
          const samples = samplesOf(segment.rows, names).map((group) => plain(group, metric))
          const users = samples[0]!.size + samples[n + 1]!.size
          return { segment: segment.name, users, ...liftOf(samples[0]!, samples[n + 1]!) }
        }),
      }
    }),
  }
}

/** Both variants share every list, so there is one group, whose mean preference is tested against 0. */
function analyzePreference(rows: readonly DaySums[], definition: Definition, metric: Metric): MetricFindings {
  const preference = (group: PairedSample | undefined) => comparePreferences(ratioSample(group!), definition)
  const of = (some: readonly DaySums[]) => samplesOf(some, [interleavedVariant])[0]
  const all = ratioSample(of(rows)!)
  return {
    metric,
    variants: [{ variant: interleavedVariant, ...outcomeOf(all) }],
    treatments: [
      {
        ...withPower(definition.variants[1]!.name, preference(of(rows)), definition),
        varianceRatio: 1,
        overTime: samplesOverTime(rows, [interleavedVariant]).map(({ day, groups }) =>
          liftAt(day, preference(groups[0])),
        ),
        byDay: [],
        segments: segmentsOf(rows).map((segment) => {
          const { lift, liftError } = preference(of(segment.rows))
          return { segment: segment.name, users: of(segment.rows)!.y.size, lift, liftError }
        }),
      },
    ],
  }
}

/** The samples to compare: CUPED-adjusted by x, or the ratios for a rate, whose x is the number of lists. */
function adjustSamples(groups: readonly PairedSample[], metric: Metric) {
  if (metric.kind !== 'rate') return cuped(groups)
  return { groups: groups.map(ratioSample), varianceRatio: 1 }
}

function plain(group: PairedSample, { kind }: Metric): Sample {
  return kind === 'rate' ? ratioSample(group) : group.y
}

function withPower(variant: string, comparison: Comparison, definition: Definition) {
  const { minimumDetectableEffect, confidence } = definition
  return { variant, comparison, power: powerOf(minimumDetectableEffect, comparison.liftError, confidence) }
}

/** 2 to 19 ratings before 100 and more; a name without a number first. */
function byFirstNumber(a: string, b: string): number {
  const numberIn = (name: string) => Number(/\d+/.exec(name)?.[0] ?? -1)
  return numberIn(a) - numberIn(b) || (a < b ? -1 : 1)
}

function segmentsOf(rows: readonly DaySums[]) {
  const names = [...new Set(rows.map(({ segment }) => segment))].sort(byFirstNumber)
  return names.map((name) => ({ name, rows: rows.filter(({ segment }) => segment === name) }))
}

function outcomeOf({ size, mean, variance }: Sample) {
  return { users: size, value: mean, standardError: Math.sqrt(variance / size) }
}

function liftOf(control: Sample, treatment: Sample) {
  const { mean, standardError } = relativeDifference(control, treatment)
  return { lift: mean, liftError: standardError }
}

function liftAt(day: number, { lift, sequential }: Comparison) {
  return { day, lift, ...sequential }
}
