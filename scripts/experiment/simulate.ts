import { setImmediate } from 'node:timers/promises'
import {
  type FalsePositives,
  simulateFalsePositives,
} from '../../src/experiments/simulation/false-positives.ts'
import { type PlantedLift, simulatePlantedLift } from '../../src/experiments/simulation/planted-lift.ts'
import { createProgress } from '../terminal/progress.ts'

export interface SimulateOptions {
  readonly aa?: true
  readonly lift?: number
  readonly runs: number
  readonly seed: number
}

/** Runs simulated experiments against a truth that is known; gives what they found, as a document and as text. */
export async function simulate({
  lift,
  ...options
}: SimulateOptions): Promise<{ document: object; text: string }> {
  const progress = createProgress({ label: 'Simulation', unit: 'experiments', total: options.runs })
  const onRun = async (done: number) => {
    progress.update(done)
    await setImmediate()
  }
  try {
    if (lift === undefined) {
      const document = await simulateFalsePositives(options, onRun)
      return { document, text: describeFalsePositives(document) }
    }
    const document = await simulatePlantedLift({ ...options, lift }, onRun)
    return { document, text: describeLift(document) }
  } finally {
    progress.finish()
  }
}

function describeFalsePositives({ runs, falsePositiveRate, sampleRatioAlarms }: FalsePositives): string {
  return [
    `Of ${runs} A/A tests, in which nothing differs, a difference was claimed by`,
    `  the fixed test, looked at once        ${percent(falsePositiveRate.fixed)}`,
    `  the fixed test, looked at daily       ${percent(falsePositiveRate.naivePeeking)}`,
    `  the confidence sequence, daily        ${percent(falsePositiveRate.sequential)}`,
    `A wrong split was suspected in          ${percent(sampleRatioAlarms)}`,
  ].join('\n')
}

function describeLift({ interleaving, ...found }: PlantedLift): string {
  const factor = interleaving.abSessions / interleaving.sessions
  return [
    `A lift of ${percent(found.lift)} was there in ${found.runs} experiments of ${found.users} users. It was found by`,
    `  the fixed test                        ${percent(found.power)}, promised ${percent(found.promisedPower)}`,
    `  the fixed test with CUPED             ${percent(found.cupedPower)}`,
    `  the confidence sequence, daily        ${percent(found.sequentialPower)}`,
    `CUPED left of the variance              ${percent(found.cupedVarianceRatio)}, in theory ${percent(found.cupedVarianceRatioInTheory)}`,
    `Interleaving took                       ${interleaving.sessions} visits for a power of ${percent(interleaving.power)}`,
    `where the split took                    ${interleaving.abSessions}: ${factor.toFixed(1)} times as many`,
  ].join('\n')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
