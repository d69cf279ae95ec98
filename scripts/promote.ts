// npm run promote -- <version>
import { promote } from '../src/registry/change-champion.ts'
import { parseVersionName } from '../src/registry/version-name.ts'
import { loadRetrainingConfig } from '../src/retraining/load-config.ts'
import { formatChange } from './models/format.ts'
import { currentUser } from './terminal/current-user.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withRegistry } from './terminal/with-database.ts'

interface Options {
  readonly reason: string
  readonly by: string
  readonly default?: boolean
  readonly json?: true
}

const description = {
  description: 'Make a version the champion of its model. Running services follow within seconds.',
  notes: `
The weights are loaded first: a version that cannot serve requests is not promoted. The default model changes only with
--default; with default: 'auto' in palate.config.ts, a later npm run train or npm run retrain may change it again.

--json prints { model, version, from }: the new champion, and the previous champion's version or null.`,
  examples: `
npm run promote -- mult-vae@3 --reason 'the experiment of May'
npm run promote -- i-autorec@7 --default --json`,
}

await runCommand(() =>
  createCommand('promote', description)
    .argument('<version>', 'such as mult-vae@3')
    .option('--reason <text>', 'the reason, for the record', 'requested by hand')
    .option('--by <name>', 'the user, for the record', currentUser())
    .option('--default', 'also make its model the default, which serves requests that name no model')
    .option('--json', 'print one JSON document on stdout')
    .action(async (version: string, { json, default: makeDefault = false, ...change }: Options) => {
      const name = parseVersionName(version)
      const configured = (await loadRetrainingConfig()).default
      const changed = await withRegistry((registry) =>
        promote(registry, name, change, { makeDefault, configured }),
      )
      printResult(formatChange(changed), json)
    }),
)
