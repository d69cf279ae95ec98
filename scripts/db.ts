// npm run db
import { Command } from 'commander'
import { type Config, loadConfig } from '../src/config/config.ts'
import { explainConnectionError } from '../src/db/connection-errors.ts'
import { connect, openDatabase } from '../src/db/database.ts'
import {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from '../src/db/embedded-postgres.ts'

interface Outcome {
  readonly line: string
  readonly document: object
  readonly exitCode?: number
}

const program = new Command('npm run db --')
  .description('Looks after the database: the server that DATABASE_URL names, else the embedded one.')
  .addHelpText(
    'after',
    `
The embedded PostgreSQL is started by whatever needs it and runs until it is stopped. Its data lie in
.palate/postgres, or in the folder postgres of PALATE_HOME.

Exit codes: 0 done, or running; 1 it could not be done (the message says why); 3 status: not running.

Examples:
  npm run db -- start
  npm run db -- status --json
  psql "$(npm run --silent db -- url)"
  DATABASE_URL=postgres://ada:secret@db.example/palate npm run db -- migrate
  npm run db -- stop`,
  )

addCommand('start', 'start the embedded server', async ({ home }) =>
  describe(await startEmbeddedPostgres(home, report)),
)

addCommand('stop', 'stop the embedded server', async ({ home }) => {
  const stopped = await stopEmbeddedPostgres(home)
  return { line: stopped ? 'PostgreSQL is stopped.' : 'PostgreSQL did not run.', document: { stopped } }
})

addCommand('status', 'say whether the database is there', async ({ databaseUrl, home }) => {
  if (databaseUrl) return probe(databaseUrl)
  const server = await findEmbeddedPostgres(home)
  return server ? describe(server) : away('PostgreSQL does not run.')
})

addCommand('url', 'print the address of the database, with its password', async ({ databaseUrl, home }) => {
  const url = databaseUrl ?? (await startEmbeddedPostgres(home, report)).url
  return { line: url, document: { url } }
})

addCommand('migrate', 'bring the schema up to date', async (config) => {
  const database = await openDatabase(config, report)
  await database.close()
  return { line: 'The schema is up to date.', document: { migrated: true } }
})

await program.parseAsync()

function addCommand(name: string, description: string, act: (config: Config) => Promise<Outcome>): void {
  const run = async ({ json }: { json?: boolean }) => {
    const { line, document, exitCode = 0 } = await act(loadConfig())
    console.log(json ? JSON.stringify(document) : line)
    process.exitCode = exitCode
  }
  program
    .command(name)
    .description(description)
    .option('--json', 'print one JSON document on stdout')
    .action((options) => run(options).catch((error: Error) => program.error(error.message)))
}

function report(line: string): void {
  console.error(line)
}

function describe({ pid, port, folder }: EmbeddedPostgres): Outcome {
  return {
    line: `PostgreSQL runs on port ${port} as process ${pid}, with its data in ${folder}.`,
    document: { running: true, pid, port, folder },
  }
}

function away(reason: string): Outcome {
  return { line: reason, document: { running: false, reason }, exitCode: 3 }
}

async function probe(databaseUrl: string): Promise<Outcome> {
  const { sql, close } = connect(databaseUrl)
  try {
    const [{ version }] = await sql<
      [{ version: string }]
    >`select current_setting('server_version') as version`
    const { host } = new URL(databaseUrl)
    return { line: `PostgreSQL ${version} answers at ${host}.`, document: { running: true, version, host } }
  } catch (error) {
    return away(explainConnectionError(error as Error, databaseUrl))
  } finally {
    await close()
  }
}
