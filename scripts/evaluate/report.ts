import type { BeyondAccuracy } from '../../src/evaluation/beyond-accuracy.ts'
import type { Evaluation } from '../../src/evaluation/evaluate.ts'
import { formatSeconds } from '../../src/pages/numbers.ts'
import type { Protocol, Rule } from '../../src/splits/protocol.ts'
import type { Split } from '../../src/splits/split.ts'
import { formatMetrics } from '../terminal/metrics-table.ts'
import { type Diagnostics, describeDiagnostics } from './diagnose.ts'

/** What `npm run evaluate -- --json` prints. */
export interface EvaluateReport extends Judged {
  readonly protocol: Protocol
  /** The same metrics of simple models on the same split. */
  readonly baselines: Readonly<Record<string, Evaluation['metrics']>>
  readonly backend: string
  /** Of the split and of the training. */
  readonly seed: number
  readonly positiveThreshold: number
  readonly split: SplitSizes & { readonly rule: Rule }
  readonly seconds: number
}

/** A model, trained here or stored, and what it was measured to do. */
export interface Judged extends Pick<Evaluation, 'metrics'>, Diagnostics {
  readonly model: string
  /** Of a stored model. */
  readonly version?: number
  /** The number of epochs chosen on the validation part; null for a stored model. */
  readonly epochs: number | null
  readonly epochSeconds: number | null
  /** What the first 20 places of the users' lists are like; absent where no ranking metric was asked for. */
  readonly beyondAccuracy?: BeyondAccuracy
  readonly hyperparameters: object
}

export interface SplitSizes {
  /** Users and items in training. */
  readonly users: number
  readonly items: number
  readonly trainRatings: number
  /** Ratings to be foretold. */
  readonly validationRatings: number
  readonly testRatings: number
}

export function sizesOf({ train, validation, test }: Split): SplitSizes {
  return {
    users: train.rows,
    items: train.columns,
    trainRatings: train.values.length,
    validationRatings: validation.targets.values.length,
    testRatings: test.targets.values.length,
  }
}

/** The report as a few lines and a table. */
export function describe(report: EvaluateReport): string {
  const { protocol, metrics, baselines, split, backend, seed, positiveThreshold, seconds } = report
  const count = (value: number) => value.toLocaleString('en-US')
  const name = report.version === undefined ? report.model : `${report.model}@${report.version}`
  return [
    `${name} by ${protocol}, split by ${split.rule === 'hash' ? 'hash' : `seed ${seed}`}`,
    `${count(split.users)} users, ${count(split.items)} items; ${count(split.trainRatings)} ratings to train on, ` +
      `${count(split.validationRatings)} to tune by, ${count(split.testRatings)} to judge by`,
    `${describeTraining(report)} on ${backend}, ${formatSeconds(seconds)} in all; liked from ${positiveThreshold}`,
    '',
    formatMetrics({ [name]: metrics, ...baselines }),
    ...(report.beyondAccuracy ? ['', describeLists(report.beyondAccuracy)] : []),
    ...describeDiagnostics(report),
  ].join('\n')
}

function describeTraining({ epochs, epochSeconds }: Judged): string {
  if (epochs === null || epochSeconds === null) return 'as stored'
  return epochs === 0 ? 'computed at once' : `${epochs} epochs of ${formatSeconds(epochSeconds)}`
}

function describeLists(beyond: BeyondAccuracy): string {
  const { coverage, novelty, diversity, popularityLift, miscalibration } = beyond
  return [
    `Lists of 20: ${(100 * coverage).toFixed(1)} % of the items are shown to somebody; novelty ${novelty.toFixed(2)} bits,`,
    `diversity ${diversity.toFixed(3)}, popularity lift ${(100 * popularityLift).toFixed(1)} %, miscalibration ${miscalibration.toFixed(3)} bits`,
  ].join(' ')
}
