// npm run models -- <command>
import { Command } from 'commander'
import { formatVersionName, parseVersionName } from '../src/registry/version-name.ts'
import { describeExitCodesOfModels } from '../src/retraining/exit-code.ts'
import { compareVersions, describeComparison, describeManifest, listVersions } from './models/describe.ts'
import { withRegistry } from './models/with-registry.ts'
import { endWhereMisused, endWithError } from './terminal/end-process.ts'

interface Options {
  readonly json?: true
  readonly model?: string
}

const program = endWhereMisused(new Command('npm run models --'))
  .description('What the registry knows of trained models.')
  .addHelpText(
    'after',
    `
Exit codes:
${describeExitCodesOfModels()}

Examples:
  npm run models -- list
  npm run models -- show mult-vae@3
  npm run models -- compare mult-vae@2 mult-vae@3
  npm run models -- history --json`,
  )

program
  .command('list', { isDefault: true })
  .description('all versions, newest first, and which of them answer')
  .option('--model <name>', 'of this model alone')
  .option('--json', 'print one JSON document on stdout')
  .action(({ json, model }: Options) =>
    withRegistry(async (registry) => {
      const manifests = (await registry.versions()).filter((one) => !model || one.model === model)
      const champions = new Set((await registry.champions()).map(formatVersionName))
      if (!json) return console.log(listVersions(manifests, champions))
      const isChampion = (one: (typeof manifests)[number]) => champions.has(formatVersionName(one))
      console.log(JSON.stringify(manifests.map((one) => ({ ...one, champion: isChampion(one) }))))
    }),
  )

program
  .command('show <version>')
  .description('how a version came to be, how good it is, and when it answered')
  .option('--json', 'print one JSON document on stdout')
  .action((text: string, { json }: Options) =>
    withRegistry(async (registry) => {
      const name = parseVersionName(text)
      const manifest = await registry.manifest(name)
      const changes = (await registry.changes()).filter(
        ({ model, fromVersion, toVersion }) =>
          model === name.model && [fromVersion, toVersion].includes(name.version),
      )
      console.log(json ? JSON.stringify({ ...manifest, changes }) : describeManifest(manifest, changes))
    }),
  )

program
  .command('compare <version> <other>')
  .description('two versions side by side: hyperparameters, data, figures')
  .option('--json', 'print one JSON document on stdout')
  .action((text: string, other: string, { json }: Options) =>
    withRegistry(async (registry) => {
      const manifests = [
        await registry.manifest(parseVersionName(text)),
        await registry.manifest(parseVersionName(other)),
      ] as const
      console.log(json ? JSON.stringify(compareVersions(...manifests)) : describeComparison(...manifests))
    }),
  )

program
  .command('history')
  .description('every change of champion, newest first: who, when, why')
  .option('--model <name>', 'of this model alone')
  .option('--json', 'print one JSON document on stdout')
  .action(({ json, model }: Options) =>
    withRegistry(async (registry) => {
      const changes = (await registry.changes()).filter((one) => !model || one.model === model)
      if (json) return console.log(JSON.stringify(changes))
      for (const { at, kind, fromVersion, toVersion, by, reason, ...one } of changes)
        console.log(
          `${at.toISOString()}  ${kind} of ${one.model} from ${fromVersion ?? 'none'} to ${toVersion} by ${by}: ${reason}`,
        )
    }),
  )

try {
  await program.parseAsync()
} catch (error) {
  endWithError(error)
}
