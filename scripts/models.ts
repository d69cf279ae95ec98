// npm run models -- <command>
import { parseVersionName } from '../src/registry/version-name.ts'
import { formatComparison, formatHistory, formatManifest, formatVersions } from './models/format.ts'
import { csvOption, printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withRegistry } from './terminal/with-database.ts'

interface Options {
  readonly json?: true
  readonly csv?: true
  readonly model?: string
}

const description = {
  description: 'Show the trained models in the registry.',
  examples: `
npm run models -- list
npm run models -- show mult-vae@3
npm run models -- compare mult-vae@2 mult-vae@3
npm run models -- history --json`,
}

await runCommand(() => {
  const program = createCommand('models', description)
  program
    .command('list', { isDefault: true })
    .description('list all versions, newest first, and mark the champions')
    .option('--model <name>', 'only versions of this model')
    .option('--json', 'print one JSON document on stdout')
    .addOption(csvOption())
    .action(({ json, csv, model }: Options) =>
      withRegistry(async (registry) => {
        const manifests = (await registry.versions()).filter((manifest) => isOf(model, manifest))
        printResult(formatVersions(manifests, await registry.champions()), json, csv)
      }),
    )
  program
    .command('show <version>')
    .description('show how a version was trained, its metrics, and when it was the champion')
    .option('--json', 'print one JSON document on stdout')
    .action((version: string, { json }: Options) =>
      withRegistry(async (registry) => {
        const manifest = await registry.manifest(parseVersionName(version))
        printResult(formatManifest(manifest, await registry.changes()), json)
      }),
    )
  program
    .command('compare <version> <other>')
    .description('compare two versions: hyperparameters, data, metrics')
    .option('--json', 'print one JSON document on stdout')
    .action((version: string, other: string, { json }: Options) =>
      withRegistry(async (registry) => {
        const a = await registry.manifest(parseVersionName(version))
        const b = await registry.manifest(parseVersionName(other))
        printResult(formatComparison(a, b), json)
      }),
    )
  program
    .command('history')
    .description('list all changes of champions, newest first, with user, time and reason')
    .option('--model <name>', 'only changes of this model')
    .option('--json', 'print one JSON document on stdout')
    .addOption(csvOption())
    .action(({ json, csv, model }: Options) =>
      withRegistry(async (registry) => {
        const changes = (await registry.changes()).filter((change) => isOf(model, change))
        printResult(formatHistory(changes), json, csv)
      }),
    )
  return program
})

function isOf(model: string | undefined, entry: { readonly model: string }): boolean {
  return model === undefined || entry.model === model
}
