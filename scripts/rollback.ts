// npm run rollback
import { Command } from 'commander'
import { type Registry, UnknownVersionError } from '../src/registry/registry.ts'
import { describeExitCodesOfModels } from '../src/retraining/exit-code.ts'
import { type ChangeOptions, printChange, withRegistry } from './models/with-registry.ts'
import { endWhereMisused, endWithError } from './terminal/end-process.ts'
import { whoAsks } from './terminal/who.ts'

const program = endWhereMisused(new Command('npm run rollback --'))
  .description(
    'Lets the version answer again that did before the last promotion. Services follow within seconds.',
  )
  .option('--model <name>', 'the model whose champion goes (default: that of the last promotion)')
  .option('--reason <text>', 'why, for the record', 'asked for by hand')
  .option('--by <name>', 'who asks, for the record', whoAsks())
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Rolling back twice goes back twice. The weights of the champion before are kept by the retention rule.

--json prints { model, version, from }: what answers now, and what did before.

Exit codes:
${describeExitCodesOfModels()}

Examples:
  npm run rollback
  npm run rollback -- --model mult-vae --reason 'complaints about repeats'`,
  )
  .parse()

try {
  const { reason, by, json, model: asked } = program.opts<ChangeOptions & { model?: string }>()
  await withRegistry(async (registry) => {
    const model = asked ?? (await lastPromoted(registry))
    const before = (await registry.champions()).find((champion) => champion.model === model)
    const name = await registry.rollback(model, { by, reason })
    printChange({ ...name, from: before?.version ?? null }, json)
  })
} catch (error) {
  endWithError(error)
}

async function lastPromoted(registry: Registry): Promise<string> {
  const last = (await registry.changes()).find(({ kind }) => kind === 'promotion')
  if (!last) throw new UnknownVersionError('Nothing was promoted yet, so there is nothing to go back from')
  return last.model
}
