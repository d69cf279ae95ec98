// npm run imports -- <command>
import { InvalidArgumentError } from 'commander'
import type { Batches } from '../src/ratings/batches.ts'
import { createPostgresBatches } from '../src/ratings/postgres-batches.ts'
import { formatBatch, formatBatches, formatChange } from './imports/format.ts'
import { currentUser } from './terminal/current-user.ts'
import { csvOption, printResult, type Result } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withDatabase } from './terminal/with-database.ts'

interface Options {
  readonly json?: true
  readonly csv?: true
  readonly reason?: string
}

const description = {
  description: 'List the batches of ratings, and quarantine, release or undo a batch.',
  notes: `
Every import is a batch; the ratings posted to the service form one batch per day. The ratings of a quarantined batch are
stored, but no training, evaluation or recommendation uses them, and the ratings that they had replaced are current again.
release makes the batch active again; undo deletes its ratings. Running services follow at once.

--json prints the batches as { id, source, day, status, reason, receivedAt, changedAt, counts, current, inHistory }, and a
change as { id, status, inserted, replaced, removed }: the numbers of user-item pairs that have a rating again, whose
rating was replaced, and that have no rating now.`,
  examples: `
npm run imports -- list
npm run imports -- show 7
npm run imports -- quarantine 7 --reason 'shuffled by the export'
npm run imports -- release 7
npm run imports -- undo 7 --json`,
}

await runCommand(() => {
  const program = createCommand('imports', description)
  program
    .command('list', { isDefault: true })
    .description('list all batches, newest first')
    .option('--json', 'print one JSON document on stdout')
    .addOption(csvOption())
    .action(({ json, csv }: Options) =>
      print(json, async (batches) => formatBatches(await batches.list()), csv),
    )
  program
    .command('show')
    .argument('<id>', 'the number of the batch', parseId)
    .description('show a batch with its users, items, values and times')
    .option('--json', 'print one JSON document on stdout')
    .action((id: number, { json }: Options) =>
      print(json, async (batches) => formatBatch(await batches.find(id))),
    )
  program
    .command('quarantine')
    .argument('<id>', 'the number of the batch', parseId)
    .description('stop using the ratings of a batch until it is released')
    .option('--reason <text>', 'why, for the record', `by ${currentUser()}`)
    .option('--json', 'print one JSON document on stdout')
    .action((id: number, { json, reason }: Required<Options>) =>
      print(json, async (batches) => formatChange(await batches.quarantine(id, reason))),
    )
  program
    .command('release')
    .argument('<id>', 'the number of the batch', parseId)
    .description('use the ratings of a quarantined batch again')
    .option('--json', 'print one JSON document on stdout')
    .action((id: number, { json }: Options) =>
      print(json, async (batches) => formatChange(await batches.release(id))),
    )
  program
    .command('undo')
    .argument('<id>', 'the number of the batch', parseId)
    .description('delete the ratings of a batch for good')
    .option('--reason <text>', 'why, for the record', `by ${currentUser()}`)
    .option('--json', 'print one JSON document on stdout')
    .action((id: number, { json, reason }: Required<Options>) =>
      print(json, async (batches) => formatChange(await batches.undo(id, reason))),
    )
  return program
})

async function print(
  json: true | undefined,
  act: (batches: Batches) => Promise<Result>,
  csv?: true,
): Promise<void> {
  printResult(await withDatabase((database) => act(createPostgresBatches(database))), json, csv)
}

function parseId(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new InvalidArgumentError('It must be the number of a batch; npm run imports -- list shows them.')
  return Number(text)
}
