// npm run chaos
import { randomInt } from 'node:crypto'
import { InvalidArgumentError } from 'commander'
import { formatChaos } from './chaos/format.ts'
import { runChaos } from './chaos/run-chaos.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { parseCountFromZero } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { createProgress, type Progress } from './terminal/progress.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { logLine } from './terminal/with-database.ts'

interface Options {
  readonly minutes: number
  readonly seed?: number
  readonly json?: true
}

const description = {
  description: 'Kill, pause and restart everything under load, and check that nothing is lost.',
  notes: `
A service, a worker, one retraining after the other and one import after the other run on an embedded database in a
temporary folder, while clients rate items, report feedback and request recommendations. Meanwhile the processes and the
database are killed, paused and restarted, and the disk is filled, at times drawn from the seed. Your own data are not
touched. Only root on Linux can fill the disk, since that needs a small file system to be mounted.

Afterwards everything acknowledged must be stored, once; imports must be stored as a whole or not at all; every version
must open; no file, lock, running record or process may be left. While the service was up, it must have responded with 200,
or with 503 and Retry-After. Otherwise the exit code is 1.

--json prints { seed, minutes, faults, missed, fillsDisk, acknowledged: { ratings, feedback, imports }, responses: { ok,
unavailable, lost }, exits, versionsServed, recoverySeconds, violations, seconds }.`,
  examples: `
npm run chaos
npm run chaos -- --minutes 60
npm run --silent chaos -- --minutes 1 --seed 7 --json`,
}

await runCommand((signal) =>
  createCommand('chaos', description)
    .option('--minutes <number>', 'how long faults happen', parseMinutes, 10)
    .option('--seed <number>', 'draws the faults and the ratings (default: random)', parseCountFromZero)
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ minutes, seed = randomInt(1_000_000), json }: Options) => {
      logLine(`Seed ${seed}; the same faults again: npm run chaos -- --minutes ${minutes} --seed ${seed}`)
      let progress: Progress | undefined
      const onProgress = (seconds: number, detail: string) => {
        progress ??= createProgress({ label: 'Chaos', unit: '%', total: minutes * 60 })
        progress.update(seconds, detail)
      }
      try {
        const result = await runChaos({ minutes, seed, signal, onProgress })
        printResult(formatChaos(result), json)
        if (result.violations.length > 0) exitWith('failed')
      } finally {
        progress?.finish()
      }
    }),
)

function parseMinutes(text: string): number {
  const minutes = Number(text)
  if (!(minutes > 0 && minutes <= 1440))
    throw new InvalidArgumentError('It must be a number above 0, such as 10.')
  return minutes
}
