import { setImmediate } from 'node:timers/promises'
import {
  type FalsePositives,
  simulateFalsePositives,
} from '../../src/experiments/simulation/false-positives.ts'
import { type PlantedLift, simulatePlantedLift } from '../../src/experiments/simulation/planted-lift.ts'
import type { Result } from '../terminal/print-result.ts'
import { createProgress } from '../terminal/progress.ts'

export interface SimulateOptions {
  readonly aa?: true
  readonly lift?: number
  readonly runs: number
  readonly seed: number
}

/** Simulates experiments with a known effect and summarizes what the statistics found. */
export async function simulate({ lift, ...options }: SimulateOptions): Promise<Result> {
  const progress = createProgress({ label: 'Simulation', unit: 'experiments', total: options.runs })
  const onRun = async (done: number) => {
    progress.update(done)
    await setImmediate()
  }
  try {
    if (lift === undefined) {
      const document = await simulateFalsePositives(options, onRun)
      return { document, text: formatFalsePositives(document) }
    }
    const document = await simulatePlantedLift({ ...options, lift }, onRun)
    return { document, text: formatLift(document) }
  } finally {
    progress.finish()
  }
}

function formatFalsePositives({ runs, falsePositiveRate, sampleRatioAlarms }: FalsePositives): string {
  return [
    `${runs} A/A tests, whose variants do not differ. A difference was reported by`,
    `  the fixed-horizon test, once          ${percent(falsePositiveRate.fixed)}`,
    `  the fixed-horizon test, every day     ${percent(falsePositiveRate.naivePeeking)}`,
    `  the confidence sequence, every day    ${percent(falsePositiveRate.sequential)}`,
    `Sample-ratio mismatch alarms            ${percent(sampleRatioAlarms)}`,
  ].join('\n')
}

function formatLift({ interleaving, ...found }: PlantedLift): string {
  const factor = interleaving.abSessions / interleaving.sessions
  return [
    `${found.runs} experiments with ${found.users} users and a lift of ${percent(found.lift)}. The lift was detected by`,
    `  the fixed-horizon test                ${percent(found.power)}, planned power ${percent(found.promisedPower)}`,
    `  the fixed-horizon test with CUPED     ${percent(found.cupedPower)}`,
    `  the confidence sequence, every day    ${percent(found.sequentialPower)}`,
    `Variance with CUPED                     ${percent(found.cupedVarianceRatio)}, in theory ${percent(found.cupedVarianceRatioInTheory)}`,
    `Interleaving needs                      ${interleaving.sessions} visits for a power of ${percent(interleaving.power)}`,
    `A split needs                           ${interleaving.abSessions} visits, ${factor.toFixed(1)} times as many`,
  ].join('\n')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
