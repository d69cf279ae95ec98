// npm run demo
import { once } from 'node:events'
import { loadConfig } from '../src/config/config.ts'
import { urlOf } from '../src/http/server.ts'
import { formatDemo, formatNextSteps, formatService } from './demo/format.ts'
import { runDemo } from './demo/run-demo.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { parsePort } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { logLine } from './terminal/with-database.ts'

interface Options extends BackendOptions {
  readonly ratings?: string
  readonly port?: number
  readonly once?: boolean
  readonly json?: boolean
}

const description = {
  description:
    'Run everything once: import ratings into Postgres, train three autoencoders, serve recommendations.',
  notes: `
The database is the one in DATABASE_URL, else the embedded one. If it holds other ratings, they are not changed: the demo
then uses a separate database on the same server.

--json prints { dataset: { name, users, items, ratings }, models: [{ model, version, seconds, metrics }], baselines,
default, recommendations: [{ userId, model, items }], backend, seconds }.`,
  examples: `
npm run demo
npm run demo -- --ratings ml-1m --port 8080
npm run --silent demo -- --once --json > demo.json`,
}

await runCommand((signal) =>
  addBackendOptions(createCommand('demo', description))
    .option(
      '--ratings <path>',
      'your ratings (default: MovieLens 100K, or synthetic ratings if it cannot be downloaded)',
    )
    .option(
      '--port <number>',
      'the port to listen on, 0 for any free port (default: PORT, else 3000)',
      parsePort,
    )
    .option('--once', 'exit after the first recommendations instead of serving until Ctrl-C')
    .option('--json', 'print one JSON document on stdout, and nothing else there')
    .action(async (options: Options) => {
      const startedAt = performance.now()
      const config = loadConfig()
      const demo = await runDemo({
        ratings: options.ratings,
        backend: (await openBackend(options)).name,
        config: { ...config, port: options.port ?? (options.once ? 0 : config.port) },
        log: logLine,
        signal,
      })
      printResult(formatDemo(demo, Math.round(performance.now() - startedAt) / 1000), options.json)
      if (options.once && !options.json) console.log(formatNextSteps(urlOf(config.host, config.port), demo))
      if (!options.once) {
        if (!options.json) console.log(formatService(demo))
        if (!signal.aborted) await once(signal, 'abort')
        exitWith('done')
      }
      await demo.close()
    }),
)
