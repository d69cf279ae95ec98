// Metrics of a run as a textfile for Prometheus' node_exporter, for runs that are started by cron and not scraped.
import { Gauge, Registry } from 'prom-client'
import { writeAtomically } from '../../registry/write-atomically.ts'
import type { RetrainingConfig } from '../config.ts'
import type { RetrainingResult } from '../result.ts'
import type { RunEnds } from '../run/runs.ts'
import { evaluatedModels } from './evaluated-models.ts'

/** The values to export. */
export interface RunFigures {
  /** Undefined if the run failed. */
  readonly result?: RetrainingResult | undefined
  /** Of all runs so far, to alert if the last success is too long ago. */
  readonly ends: RunEnds
  /** The expected interval between runs; undefined if the configuration failed. */
  readonly schedule?: RetrainingConfig['schedule'] | undefined
}

/** Replaces the file atomically. node_exporter only reads names that end in `.prom`. */
export async function writePrometheusTextfile(path: string, figures: RunFigures): Promise<void> {
  await writeAtomically(path, [Buffer.from(await render(figures))])
}

async function render({ result, ends, schedule }: RunFigures): Promise<string> {
  const registry = new Registry()
  const ended = gauge(
    registry,
    'palate_retraining_last_end_timestamp_seconds',
    'Time of the last run with this outcome',
    ['outcome'],
  )
  for (const [outcome, at] of Object.entries(ends)) ended.set({ outcome }, at.getTime() / 1000)
  gauge(registry, 'palate_retraining_failed', 'Whether the last run failed').set(result ? 0 : 1)
  if (schedule) {
    const seconds = gauge(registry, 'palate_retraining_schedule_seconds', 'Expected interval between runs')
    seconds.set(schedule.days * daySeconds)
  }
  if (result) {
    addData(registry, result)
    addModels(registry, result)
  }
  return registry.metrics()
}

const daySeconds = 24 * 3600

function addData(registry: Registry, { snapshot, timings }: RetrainingResult): void {
  const size = gauge(registry, 'palate_retraining_snapshot', 'Size of the data of the last run', ['of'])
  for (const of of ['ratings', 'users', 'items'] as const) size.set({ of }, snapshot[of])
  const { drift } = snapshot
  if (drift) {
    const psi = gauge(
      registry,
      'palate_retraining_drift_psi',
      'Population stability index against the previous run',
      ['of'],
    )
    psi.set({ of: 'values' }, drift.valuesPsi)
    psi.set({ of: 'popularity' }, drift.popularityPsi)
  }
  const seconds = gauge(registry, 'palate_retraining_step_seconds', 'Duration of the steps of the last run', [
    'step',
  ])
  for (const { step, seconds: spent } of timings) seconds.inc({ step }, spent)
}

function addModels(registry: Registry, result: RetrainingResult): void {
  const metric = gauge(
    registry,
    'palate_retraining_metric',
    'Mean metrics over the test users of the last run',
    ['model', 'role', 'metric'],
  )
  for (const { name, role, figures } of evaluatedModels(result))
    for (const [measured, { mean }] of Object.entries(figures.metrics))
      metric.set({ model: name, role, metric: measured }, mean)
  const untrained = result.candidates.filter(({ error }) => error !== null).length
  gauge(
    registry,
    'palate_retraining_untrained_variants',
    'Variants whose training failed in the last run',
  ).set(untrained)
  const { defaultChoice } = result
  if (defaultChoice) {
    gauge(registry, 'palate_retraining_default', 'The default model after the last run', ['model']).set(
      { model: defaultChoice.model },
      1,
    )
    gauge(
      registry,
      'palate_retraining_baseline_is_better',
      'Whether a baseline was significantly better than every champion in the last run',
    ).set(defaultChoice.warning === null ? 0 : 1)
  }
  const passed = gauge(registry, 'palate_retraining_gate_passed', 'Whether the candidate passed the gate', [
    'variant',
  ])
  for (const { variant, gate } of result.candidates) passed.set({ variant }, gate?.passed ? 1 : 0)
}

function gauge<T extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly T[] = [],
): Gauge<T> {
  return new Gauge({ name, help, labelNames, registers: [registry] })
}
