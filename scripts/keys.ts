// npm run keys -- <command>
import { InvalidArgumentError } from 'commander'
import type { ApiKeys } from '../src/http/access/api-keys.ts'
import { createPostgresApiKeys } from '../src/http/access/postgres-api-keys.ts'
import { type Scope, scopes } from '../src/http/access/scopes.ts'
import { formatIssued, formatKeys } from './keys/format.ts'
import { parseCount, parseDuration } from './terminal/option-values.ts'
import { printResult, type Result } from './terminal/print-result.ts'
import { RepeatableOption } from './terminal/repeatable-option.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withDatabase } from './terminal/with-database.ts'

interface JsonOption {
  readonly json?: true
}

interface CreateOptions extends JsonOption {
  readonly name: string
  readonly scope: Scope[]
  readonly expiresIn?: number
  readonly requestsPerMinute?: number
}

const description = {
  description: 'Create, list, rotate and revoke the API keys of the service.',
  notes: `
A key is shown only once, when it is created: the database stores only its SHA-256. Scopes: read allows recommendations,
embeddings and metrics; write allows sending ratings and feedback and erasing users; admin allows everything, including
experiments. Running services follow within about a second.

To change a key without downtime, use rotate: it creates a new key, and the old one stays valid for a while and then
expires.`,
  examples: `
npm run keys -- create --scope read --name shop
npm run keys -- create --scope read --scope write --name nightly-import --expires-in 90d --requests-per-minute 600
npm run keys -- list
npm run keys -- rotate 3 --overlap 2h
npm run keys -- revoke 3 --json`,
}

await runCommand(() => {
  const program = createCommand('keys', description)
  program
    .command('create')
    .description('create a key and show it')
    .requiredOption('--name <name>', 'the client that uses it')
    .addOption(
      new RepeatableOption('--scope <scope>', `one of ${scopes.join(', ')}`)
        .argParser(collectScope)
        .makeOptionMandatory(),
    )
    .option('--expires-in <duration>', 'such as 12h or 90d (default: never)', parseDuration)
    .option('--requests-per-minute <number>', 'limit of the key (default: RATE_LIMIT)', parseCount)
    .option('--json', 'print one JSON document on stdout')
    .action(({ name, scope, expiresIn, requestsPerMinute, json }: CreateOptions) => {
      const expiresAt = expiresIn === undefined ? null : new Date(Date.now() + expiresIn * 1000)
      const key = { name, scopes: scope, expiresAt, requestsPerMinute: requestsPerMinute ?? null }
      return print(json, async (keys) => formatIssued(await keys.create(key)))
    })
  program
    .command('list')
    .description('list all keys, newest first, revoked ones included')
    .option('--json', 'print one JSON document on stdout')
    .action(({ json }: JsonOption) => print(json, async (keys) => formatKeys(await keys.list())))
  program
    .command('rotate')
    .argument('<id>', 'the number of the key', parseId)
    .description('create a new key with the same name and scopes, and let the old one expire')
    .option('--overlap <duration>', 'how long the old one stays valid', parseDuration, 24 * 3600)
    .option('--json', 'print one JSON document on stdout')
    .action((id: number, { overlap, json }: JsonOption & { readonly overlap: number }) =>
      print(json, async (keys) => formatIssued(await keys.rotate(id, overlap))),
    )
  program
    .command('revoke')
    .argument('<id>', 'the number of the key', parseId)
    .description('make a key invalid at once')
    .option('--json', 'print one JSON document on stdout')
    .action((id: number, { json }: JsonOption) =>
      print(json, async (keys) => formatKeys([await keys.revoke(id)])),
    )
  return program
})

async function print(json: true | undefined, act: (keys: ApiKeys) => Promise<Result>): Promise<void> {
  printResult(await withDatabase((database) => act(createPostgresApiKeys(database))), json)
}

function collectScope(text: string, previous: readonly Scope[] = []): Scope[] {
  const scope = scopes.find((known) => known === text)
  if (scope === undefined) throw new InvalidArgumentError(`It must be one of ${scopes.join(', ')}.`)
  return [...new Set([...previous, scope])]
}

function parseId(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new InvalidArgumentError('It must be the number of a key; npm run keys -- list shows them.')
  return Number(text)
}
