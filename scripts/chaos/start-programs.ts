// The service, the worker, and one retraining and one import after the other.

import { exitViolation } from './exit-violation.ts'
import type { Ledger } from './ledger.ts'
import { createOutages, type Outages } from './outages.ts'
import { type Ended, startProgram } from './program.ts'
import { type RepeatedProgram, repeatProgram } from './repeated-program.ts'
import type { Sandbox } from './sandbox.ts'
import type { ProgramName } from './schedule.ts'
import { writeImport } from './world.ts'

export type RunningPrograms = Readonly<Record<Exclude<ProgramName, 'postgres'>, RepeatedProgram>>

export interface Programs {
  readonly running: RunningPrograms
  readonly outages: Outages
  /** How often each command ended with each exit code or signal. */
  readonly exits: Map<string, number>
}

const restartPauseMs = 300
const nextRunPauseMs = 1500

export function startPrograms(sandbox: Sandbox, ledger: Ledger, startedAt: number): Programs {
  const { environment, configFile, inputs } = sandbox
  const outages = createOutages()
  const exits = new Map<string, number>()
  const onEnd = (ended: Ended) => {
    const key = `${ended.command} ${ended.signal ?? ended.code}`
    exits.set(key, (exits.get(key) ?? 0) + 1)
    const violation = exitViolation(ended)
    if (violation !== undefined) ledger.violations.push(violation)
  }
  let runs = 0
  let imports = 0
  const running = {
    service: repeatProgram(
      () => startProgram('serve', [], environment, outages.end),
      restartPauseMs,
      (ended) => {
        outages.begin()
        onEnd(ended)
      },
    ),
    worker: repeatProgram(() => startProgram('worker', [], environment), restartPauseMs, onEnd),
    retrain: repeatProgram(
      (previous) => {
        const workers = runs++ % 2 === 0 ? ['--workers'] : []
        const resume = previous && canResume(previous) ? ['--resume'] : ['--config', configFile]
        return startProgram('retrain', [...resume, ...workers], environment)
      },
      nextRunPauseMs,
      onEnd,
    ),
    import: repeatProgram(
      async () => {
        const number = ++imports
        const file = await writeImport(number, startedAt, inputs)
        ledger.imports.set(number, false)
        return startProgram('import', [file], environment)
      },
      nextRunPauseMs,
      (ended) => {
        if (ended.code === 0) ledger.imports.set(imports, true)
        onEnd(ended)
      },
    ),
  }
  return { running, outages, exits }
}

/** As `npm run retrain -- --help` says; and after a kill. */
function canResume({ code }: Ended): boolean {
  return code === null || [6, 7, 130].includes(code)
}
