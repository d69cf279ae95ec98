// What a run was like, as a file that Prometheus' node_exporter reads: for runs that cron starts and nobody scrapes.
import { Gauge, Registry } from 'prom-client'
import { writeWhole } from '../../registry/write-whole.ts'
import type { RetrainingConfig } from '../config.ts'
import type { RetrainingResult } from '../result.ts'
import type { RunEnds } from '../run-ends.ts'
import { modelsJudged } from './evaluated-models.ts'

/** What there is to tell after a run. */
export interface RunFigures {
  /** Undefined where it failed. */
  readonly result?: RetrainingResult | undefined
  /** Of all runs so far: an alarm wants to know for how long none has gone well. */
  readonly ends: RunEnds
  /** How long that may be; undefined where the configuration is what failed. */
  readonly schedule?: RetrainingConfig['schedule'] | undefined
}

/** Writes the file anew, whole or not at all. Its name must end in `.prom` for node_exporter to read it. */
export async function writePrometheusTextfile(path: string, figures: RunFigures): Promise<void> {
  await writeWhole(path, [Buffer.from(await render(figures))])
}

async function render({ result, ends, schedule }: RunFigures): Promise<string> {
  const registry = new Registry()
  const ended = gauge(registry, 'palate_retraining_last_end_timestamp_seconds', 'When a run last ended so', [
    'outcome',
  ])
  for (const [outcome, at] of Object.entries(ends)) ended.set({ outcome }, at.getTime() / 1000)
  gauge(registry, 'palate_retraining_failed', 'Whether the last run failed').set(result ? 0 : 1)
  if (schedule) {
    const seconds = gauge(
      registry,
      'palate_retraining_schedule_seconds',
      'How often a run is expected to train',
    )
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
  const size = gauge(registry, 'palate_retraining_snapshot', 'What the last run saw', ['of'])
  for (const of of ['ratings', 'users', 'items'] as const) size.set({ of }, snapshot[of])
  const { drift } = snapshot
  if (drift) {
    const psi = gauge(
      registry,
      'palate_retraining_drift_psi',
      'Population stability index against the run before',
      ['of'],
    )
    psi.set({ of: 'values' }, drift.valuesPsi)
    psi.set({ of: 'popularity' }, drift.popularityPsi)
  }
  const seconds = gauge(registry, 'palate_retraining_step_seconds', 'What the last run spent', ['step'])
  for (const { step, seconds: spent } of timings) seconds.inc({ step }, spent)
}

function addModels(registry: Registry, result: RetrainingResult): void {
  const metric = gauge(registry, 'palate_retraining_metric', 'Means over the judging users of the last run', [
    'model',
    'role',
    'metric',
  ])
  for (const { name, role, figures } of modelsJudged(result))
    for (const [measured, { mean }] of Object.entries(figures.metrics))
      metric.set({ model: name, role, metric: measured }, mean)
  const untrained = result.candidates.filter(({ error }) => error !== null).length
  gauge(
    registry,
    'palate_retraining_untrained_variants',
    'Variants whose training failed in the last run',
  ).set(untrained)
  const passed = gauge(registry, 'palate_retraining_gate_passed', 'Whether a candidate passed the gate', [
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
