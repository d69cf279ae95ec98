// npm run serve
import cluster from 'node:cluster'
import { environmentOfProcess } from '../src/config/config.ts'
import { processNumberVariable, serveInProcesses } from './serve/serve-in-processes.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { parseCount, parsePort } from './terminal/option-values.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

interface Options {
  readonly port?: number
  readonly host?: string
  readonly processes: number
}

const description = {
  description: 'Serve recommendations over HTTP with the champions of all models.',
  notes: `
A newly promoted version serves requests within seconds, without a restart. Ctrl-C or SIGTERM finishes the requests in
progress and exits with 0. Logs are JSON lines on stdout, formatted for reading on a terminal; LOG_LEVEL sets their
level. PALATE_BACKEND names the compute backend, DATABASE_URL the database. On an address that other machines can reach,
requests need an API key (npm run keys).

--processes starts several processes that share the port, and replaces one that ends by itself. /metrics has the sums of
all; each also listens on a port of its own, the next ones after the shared port, for its own /metrics.`,
  examples: `
npm run serve
npm run serve -- --host 0.0.0.0 --port 8080
npm run serve -- --processes 4
curl 'http://127.0.0.1:3000/recommend/42?k=5'
curl -X POST http://127.0.0.1:3000/ratings -H 'Content-Type: application/json' \\
  -d '{"userId": "42", "itemId": "50", "value": 5}'`,
}

await runCommand((signal) =>
  createCommand('serve', description)
    .option(
      '--port <number>',
      'the port to listen on, 0 for any free port (default: PORT, else 3000)',
      parsePort,
    )
    .option('--host <address>', 'the address to listen on (default: HOST, else 127.0.0.1)')
    .option('--processes <number>', 'how many processes share the port', parseCount, 1)
    .action(async ({ processes, ...options }: Options) => {
      if (cluster.isPrimary && processes > 1) {
        process.exitCode = await serveInProcesses(processes, signal)
        return
      }
      // the primary process serves nothing itself
      const { serve } = await import('./serve/serve.ts')
      await serve(options, signal, processNumber())
      exitWith('done')
    }),
)

// the channel to the primary process would keep this one alive
cluster.worker?.disconnect()

/** Of a process that shares the port with others. */
function processNumber(): number | undefined {
  return cluster.isWorker ? Number(environmentOfProcess()[processNumberVariable]) : undefined
}
