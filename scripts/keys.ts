// npm run keys
import { Command, InvalidArgumentError } from 'commander'
import { loadConfig } from '../src/config/config.ts'
import { openDatabase } from '../src/db/database.ts'
import type { ApiKeys } from '../src/http/access/api-keys.ts'
import { createPostgresApiKeys } from '../src/http/access/postgres-api-keys.ts'
import { type Scope, scopes } from '../src/http/access/scopes.ts'
import { describeIssued, describeKeys, type PrintedKeys } from './keys/describe.ts'
import { parseCount, parseDuration } from './terminal/option-values.ts'

const program = new Command('npm run keys --')
  .description('Makes, lists, rotates and revokes the API keys of the service.')
  .addHelpText(
    'after',
    `
A key is shown once, when it is made: the database holds only its SHA-256. Scopes: read asks for recommendations,
embeddings and metrics; write sends ratings and feedback and erases users; admin may do all, and alone runs
experiments. Running services follow within about a second.

To rotate without downtime: rotate makes the new key while the old one still opens, so that there is time to change
over; the old one then expires by itself.

Exit codes: 0 done, 1 it could not be done (the message says why).

Examples:
  npm run keys -- create --scope read --name shop
  npm run keys -- create --scope read --scope write --name nightly-import --expires-in 90d --requests-per-minute 600
  npm run keys -- list
  npm run keys -- rotate 3 --overlap 2h
  npm run keys -- revoke 3 --json`,
  )

program
  .command('create')
  .description('make a key and show it')
  .requiredOption('--name <name>', 'whose it is')
  .requiredOption(
    '--scope <scope>',
    `what it may do, one of ${scopes.join(', ')}; may be given again`,
    collectScope,
  )
  .option('--expires-in <duration>', 'as in 12h or 90d (default: never)', parseDuration)
  .option('--requests-per-minute <number>', 'at each replica (default: RATE_LIMIT)', parseCount)
  .option('--json', 'print one JSON document on stdout')
  .action((options: CreateOptions) =>
    run(options, async (keys) => {
      const { name, scope, expiresIn, requestsPerMinute = null } = options
      const expiresAt = expiresIn === undefined ? null : new Date(Date.now() + expiresIn * 1000)
      return describeIssued(await keys.create({ name, scopes: scope, expiresAt, requestsPerMinute }))
    }),
  )

program
  .command('list')
  .description('all keys that ever were, newest first')
  .option('--json', 'print one JSON document on stdout')
  .action((options: Printing) => run(options, async (keys) => describeKeys(await keys.list())))

program
  .command('rotate <id>')
  .description('make a new key for whom this one belongs to, and let this one expire')
  .option('--overlap <duration>', 'how long the old one still opens', parseDuration, 24 * 3600)
  .option('--json', 'print one JSON document on stdout')
  .action((id: string, options: Printing & { overlap: number }) =>
    run(options, async (keys) => describeIssued(await keys.rotate(parseId(id), options.overlap))),
  )

program
  .command('revoke <id>')
  .description('let a key open nothing any more')
  .option('--json', 'print one JSON document on stdout')
  .action((id: string, options: Printing) =>
    run(options, async (keys) => describeKeys([await keys.revoke(parseId(id))])),
  )

await program.parseAsync()

interface Printing {
  readonly json?: true
}

interface CreateOptions extends Printing {
  readonly name: string
  readonly scope: Scope[]
  readonly expiresIn?: number
  readonly requestsPerMinute?: number
}

async function run({ json }: Printing, act: (keys: ApiKeys) => Promise<PrintedKeys>): Promise<void> {
  try {
    const database = await openDatabase(loadConfig(), (line) => console.error(line))
    try {
      const { document, text } = await act(createPostgresApiKeys(database))
      console.log(json ? JSON.stringify(document) : text)
    } finally {
      await database.close()
    }
  } catch (error) {
    program.error((error as Error).message)
  }
}

function collectScope(given: string, before: readonly Scope[] = []): Scope[] {
  const scope = scopes.find((known) => known === given)
  if (scope === undefined) throw new InvalidArgumentError(`It must be one of ${scopes.join(', ')}.`)
  return [...new Set([...before, scope])]
}

function parseId(given: string): number {
  if (!/^\d{1,15}$/.test(given))
    throw new Error(`"${given}" is no number of a key; npm run keys -- list shows them.`)
  return Number(given)
}
