// npm run promote -- <version>
import { Command } from 'commander'
import { parseVersionName } from '../src/registry/version-name.ts'
import { describeExitCodesOfModels } from '../src/retraining/exit-code.ts'
import { type ChangeOptions, printChange, withRegistry } from './models/with-registry.ts'
import { endWhereMisused, endWithError } from './terminal/end-process.ts'
import { whoAsks } from './terminal/who.ts'

const program = endWhereMisused(new Command('npm run promote --'))
  .description('Lets a version answer for its model. Running services follow within seconds.')
  .argument('<version>', 'as in mult-vae@3')
  .option('--reason <text>', 'why, for the record', 'asked for by hand')
  .option('--by <name>', 'who asks, for the record', whoAsks())
  .option('--default', 'let its model also answer where none is named')
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Its weights are read first: a version that could not answer is not promoted.

--json prints { model, version, from }: what answers now, and the version that did before or null.

Exit codes:
${describeExitCodesOfModels()}

Examples:
  npm run promote -- mult-vae@3 --reason 'the experiment of May'
  npm run promote -- i-autorec@7 --default --json`,
  )
  .parse()

try {
  const { reason, by, json, default: makeDefault } = program.opts<ChangeOptions & { default?: true }>()
  const name = parseVersionName(program.args[0]!)
  await withRegistry(async (registry) => {
    await registry.load(name)
    const before = (await registry.champions()).find(({ model }) => model === name.model)
    await registry.promote(name, { by, reason })
    if (makeDefault) await registry.makeDefault(name.model)
    printChange({ ...name, from: before?.version ?? null }, json)
  })
} catch (error) {
  endWithError(error)
}
