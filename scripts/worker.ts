// npm run worker
import { addBackendOptions, type BackendOptions } from './terminal/backend-options.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { formatJobs } from './worker/format.ts'
import { listJobs, work } from './worker/work.ts'

interface Options extends BackendOptions {
  readonly list?: true
  readonly json?: true
}

const description = {
  description:
    'Train for npm run retrain and npm run tune with --workers, alongside any number of other workers.',
  notes: `
Workers on several machines share one database, named by DATABASE_URL, and one folder, named by PALATE_HOME, with ratings,
checkpoints and artifacts. Each job runs on one worker; if a worker dies, another one resumes its job within seconds
from the last checkpoint. Ctrl-C returns the current job to the queue and exits with 0.`,
  examples: `
DATABASE_URL=postgres://palate:secret@db.example.com/palate PALATE_HOME=/mnt/palate npm run worker
npm run worker -- --list`,
}

await runCommand((signal) =>
  addBackendOptions(createCommand('worker', description))
    .option('--list', 'list waiting, running and recent jobs instead of working')
    .option('--json', 'with --list: print one JSON document on stdout')
    .action(async ({ list, json, ...backendOptions }: Options) => {
      if (list) return printResult(formatJobs(await listJobs()), json)
      await work(backendOptions, signal)
      exitWith('done')
    }),
)
