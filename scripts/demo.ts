// npm run demo
import { Command } from 'commander'
import { loadConfig } from '../src/config/config.ts'
import { formatSeconds } from '../src/pages/numbers.ts'
import { type Demo, runDemo } from './demo/run-demo.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'
import { formatMetrics } from './terminal/metrics-table.ts'
import { parsePort } from './terminal/option-values.ts'

interface Options extends BackendOptions {
  readonly ratings?: string
  readonly port?: number
  readonly once?: boolean
  readonly json?: boolean
}

const program = addBackendOptions(new Command('npm run demo --'))
  .description(
    'Shows the whole of Palate: ratings into Postgres, three autoencoders trained, recommendations served.',
  )
  .option('--ratings <path>', 'your own ratings (default: MovieLens 100K; a made-up world without a network)')
  .option('--port <number>', 'where to listen, 0 for any free port (default: PORT, else 3000)', parsePort)
  .option('--once', 'exit after the first recommendations instead of serving on')
  .option('--json', 'print one JSON document on stdout, and nothing else there')
  .addHelpText(
    'after',
    `
The database is the one in DATABASE_URL, else the checkout's own. One that holds other ratings is left alone: the demo
then uses a database of its own on the same server.

--json prints { dataset: { name, users, items, ratings }, models: [{ model, version, seconds, metrics }], baselines,
recommendations: [{ userId, model, items }], backend, seconds }.

Exit codes: 0 done, 1 it could not go on (the message says why), 130 interrupted.

Examples:
  npm run demo
  npm run demo -- --ratings ml-1m --port 8080
  npm run --silent demo -- --once --json > demo.json`,
  )
  .parse()

const options = program.opts<Options>()
const started = performance.now()
const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort())

try {
  const config = loadConfig()
  const demo = await runDemo({
    ratings: options.ratings,
    backend: (await openBackend(options)).name,
    config: { ...config, port: options.port ?? (options.once ? 0 : config.port) },
    say: (line) => console.error(line),
    signal: abort.signal,
  })
  const seconds = Math.round(performance.now() - started) / 1000
  console.log(options.json ? JSON.stringify(toJson(demo, seconds)) : describe(demo, seconds))
  if (!options.once) await untilEnded(demo)
  await demo.close()
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(abort.signal.aborted ? 'Interrupted' : (error as Error).message)
  process.exitCode = abort.signal.aborted ? 130 : 1
}

async function untilEnded({ url, ownDatabase, recommendations }: Demo): Promise<void> {
  if (!options.json) console.log(invitation(url, ownDatabase, recommendations[0]!.userId))
  if (!abort.signal.aborted)
    await new Promise((resolve) => abort.signal.addEventListener('abort', resolve, { once: true }))
}

function toJson({ dataset, models, baselines, recommendations, backend }: Demo, seconds: number) {
  const trained = models.map(({ manifest, metrics, ...model }) => ({
    model: manifest.model,
    version: manifest.version,
    seconds: model.seconds,
    metrics,
  }))
  return { dataset, models: trained, baselines, recommendations, backend, seconds }
}

function describe({ dataset, models, baselines, recommendations }: Demo, seconds: number): string {
  const trained = Object.fromEntries(models.map(({ manifest, metrics }) => [manifest.model, metrics]))
  const lists = recommendations.map(({ userId, model, items }) =>
    [`For user ${userId}, ${model}:`, ...items.map(({ title, itemId }) => `  ${title ?? itemId}`)].join('\n'),
  )
  return [
    '',
    `Foretelling a held-out tenth of ${dataset.name} (mean ± standard error over users):`,
    formatMetrics({ ...trained, ...baselines }),
    '',
    ...lists,
    '',
    `All of it took ${formatSeconds(seconds)}.`,
  ].join('\n')
}

function invitation(url: string, ownDatabase: string | undefined, userId: string): string {
  const elsewhere = ownDatabase === undefined ? '' : ` with DATABASE_URL naming ${ownDatabase}`
  return `
The service listens on ${url}; Ctrl-C ends it. Try:
  curl '${url}/recommend/${encodeURIComponent(userId)}?k=5'
  curl '${url}/recommend/nobody?k=5'
  curl '${url}/users/${encodeURIComponent(userId)}/embedding'
  curl '${url}/models'
and, later${elsewhere}: npm run serve`
}
