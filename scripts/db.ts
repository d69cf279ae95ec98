// npm run db -- <command>
import { type Config, loadConfig } from '../src/config/config.ts'
import { type DatabaseState, migrate, probe, start, stop, urlOf } from './db/commands.ts'
import { distributeTables } from './db/distribute-command.ts'
import { prune } from './db/prune-command.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { parseDuration } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description: 'Manage the database: the server in DATABASE_URL, else the embedded PostgreSQL server.',
  notes: `
Commands that need the embedded server start it, and it runs until it is stopped. Its data are in .palate/postgres, or
in the folder postgres of PALATE_HOME. If status finds no running server, it exits with 6.`,
  examples: `
npm run db -- start
npm run db -- status --json
psql "$(npm run --silent db -- url)"
DATABASE_URL=postgres://ada:secret@db.example/palate npm run db -- migrate
npm run db -- prune --older-than 365d
npm run db -- distribute
npm run db -- stop`,
}

await runCommand(() => {
  const program = createCommand('db', description)
  const add = (name: string, summary: string, act: (config: Config) => Promise<DatabaseState>) =>
    program
      .command(name)
      .description(summary)
      .option('--json', 'print one JSON document on stdout')
      .action(async ({ json }: { readonly json?: true }) => {
        const { isAway, ...result } = await act(loadConfig())
        printResult(result, json)
        if (isAway) exitWith('database')
      })
  add('start', 'start the embedded server', start)
  add('stop', 'stop the embedded server', stop)
  add('status', 'show whether the database is available', probe)
  add('url', 'print the connection URL of the database, with its password', urlOf)
  add('migrate', 'migrate the schema to the current version', migrate)
  program
    .command('prune')
    .description(
      'delete exposures of experiments that were stopped long ago, and feedback that no experiment uses',
    )
    .requiredOption('--older-than <duration>', 'such as 365d', parseDuration)
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ olderThan, json }: { readonly olderThan: number; readonly json?: true }) =>
      printResult(await prune(loadConfig(), olderThan), json),
    )
  program
    .command('distribute')
    .description('show how a Citus cluster would distribute the tables by user')
    .option('--apply', 'distribute them')
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ apply, json }: { readonly apply?: true; readonly json?: true }) =>
      printResult(await distributeTables(loadConfig(), apply ?? false), json),
    )
  return program
})
