// npm run serve
import { Command } from 'commander'
import pretty from 'pino-pretty'
import { loadConfig } from '../src/config/config.ts'
import { openDatabase } from '../src/db/database.ts'
import { createLog } from '../src/http/log.ts'
import { startService } from '../src/http/service.ts'
import { openRegistry } from '../src/registry/open-registry.ts'
import { parsePort } from './terminal/option-values.ts'

// milliseconds: no answer waits for longer
const longestStatement = 10_000

const program = new Command('npm run serve --')
  .description('Answers recommendations over HTTP from the models that were trained last.')
  .option('--port <number>', 'where to listen, 0 for any free port (default: PORT, else 3000)', parsePort)
  .option('--host <address>', 'the address to listen on (default: HOST, else 127.0.0.1)')
  .addHelpText(
    'after',
    `
A newly promoted model answers within seconds, without a restart. Ctrl-C or SIGTERM lets the requests under way end.
Logs are JSON lines on stdout, made readable on a terminal; LOG_LEVEL sets how many. PALATE_BACKEND names the compute
backend, DATABASE_URL the database. On an address that other machines can reach it asks for API keys (npm run keys).

Exit codes: 0 ended by a signal, 1 it could not start (the message says why).

Examples:
  npm run serve
  npm run serve -- --host 0.0.0.0 --port 8080
  curl 'http://127.0.0.1:3000/recommend/42?k=5'
  curl -X POST http://127.0.0.1:3000/ratings -H 'Content-Type: application/json' \\
    -d '{"userId": "42", "itemId": "50", "value": 5}'`,
  )
  .parse()

try {
  await serve()
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error((error as Error).message)
  process.exitCode = 1
}

async function serve(): Promise<void> {
  const config = { ...loadConfig(), ...program.opts<{ port?: number; host?: string }>() }
  const log = createLog(
    config.logLevel,
    process.stdout.isTTY ? pretty({ sync: true, singleLine: true }) : undefined,
  )
  const database = await openDatabase(config, (line) => log.info(line), { longestStatement })
  try {
    const service = await startService({
      ...config,
      database,
      registry: openRegistry(database, config),
      log,
    })
    log.info(`listening on ${service.url}`)
    const signal = await terminated()
    log.info(`${signal}: letting the requests under way end`)
    await service.close()
  } finally {
    await database.close()
  }
}

/** Resolves with the first signal that asks for the end; a second one then ends at once. */
function terminated(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}
