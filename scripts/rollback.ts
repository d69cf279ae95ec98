// npm run rollback
import { rollBack } from '../src/registry/change-champion.ts'
import { formatChange } from './models/format.ts'
import { currentUser } from './terminal/current-user.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withRegistry } from './terminal/with-database.ts'

interface Options {
  readonly model?: string
  readonly reason: string
  readonly by: string
  readonly json?: true
}

const description = {
  description: 'Undo the last promotion. Running services follow within seconds.',
  notes: `
A second rollback undoes the promotion before it. The retention rule keeps the weights of the previous champion.

--json prints { model, version, from }: the new champion, and the previous champion's version.`,
  examples: `
npm run rollback
npm run rollback -- --model mult-vae --reason 'complaints about repeats'`,
}

await runCommand(() =>
  createCommand('rollback', description)
    .option('--model <name>', 'the model (default: that of the last promotion that was not rolled back)')
    .option('--reason <text>', 'the reason, for the record', 'requested by hand')
    .option('--by <name>', 'the user, for the record', currentUser())
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ model, json, ...change }: Options) => {
      const changed = await withRegistry((registry) => rollBack(registry, model, change))
      printResult(formatChange(changed), json)
    }),
)
