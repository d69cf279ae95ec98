// npm run bench -- serve

import { cpus } from 'node:os'
import { join } from 'node:path'
import { median } from 'd3-array'
import { useBackend } from '../../src/compute/backend.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { createBenchDatabase } from './serve/bench-database.ts'
import { type MemoryOverTime, measureMemory } from './serve/memory.ts'
import { measureOverload, type Overload } from './serve/overload.ts'
import { type Program, serveCommand, startProgram } from './serve/program.ts'
import { failuresOf, type LoadResult, responsesOf, runLoad } from './serve/run-load.ts'
import { untilResponds } from './serve/until-responds.ts'
import { createWorld, type World } from './serve/world.ts'

export interface ServeBenchOptions {
  readonly items: number
  readonly model: string
  readonly connections: number
  /** Of each measurement. */
  readonly seconds: number
  readonly rounds: number
  /** A Python with PyTorch, FastAPI, uvicorn with uvloop and httptools, and orjson; not compared with where absent. */
  readonly python: string | undefined
  /** Another service with that many processes is compared with; 1 for none. */
  readonly processes: number
  /** How long memory is watched under load; 0 for not at all. */
  readonly minutes: number
  readonly report: (line: string) => void
}

/** Latencies in milliseconds. */
export interface ServeBenchResult {
  readonly items: number
  readonly model: string
  readonly processor: string
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly errors: number
  /** Computing time of all threads; less affected by other work on the machine than the rate is. */
  readonly cpuMicrosecondsPerRequest: number
  readonly rssBytes: number
  readonly against: readonly {
    readonly name: string
    readonly requestsPerSecond: number
    readonly ratio: number
  }[]
  readonly halfOfPeak: {
    readonly rate: number
    readonly p50: number
    readonly p99: number
    readonly errors: number
  }
  readonly overload: Overload
  readonly memory?: MemoryOverTime
}

/**
 * Starts the real service with a random model of that size, on a real Postgres with made-up users, and asks it from
 * another process, in turn with a bare Hono route, with several processes and with the same by FastAPI and PyTorch.
 * Medians of the rounds.
 */
export async function benchServing(options: ServeBenchOptions): Promise<ServeBenchResult> {
  const { items, model, report } = options
  await useBackend('wasm')
  const { database, url, home, remove } = await createBenchDatabase(loadConfig())
  const programs: Program[] = []
  try {
    report(`Making up users, and a ${model} of ${items} items`)
    const registry = openRegistry(database, { home })
    const world = await createWorld(database, registry, home, { model, items })
    const artifact = join(home, 'artifacts', (await registry.versions())[0]!.artifact.key)
    const start = async (name: string, command: string[], environment?: Record<string, string>) => {
      report(`Starting ${name}`)
      const program = await startProgram(command, join(home, `${programs.length}.log`), environment)
      programs.push(program)
      return { name, program }
    }
    const environment = { DATABASE_URL: url, PALATE_HOME: home, ARTIFACTS_URL: '' }
    const palate = await start('palate', [...serveCommand(), '--port', '0'], environment)
    await untilResponds(`${palate.program.url}/health/ready`)
    const bytes = (await (await fetch(`${palate.program.url}${world.requests[5]!.path}`)).text()).length
    const hono = [process.execPath, '--import', 'tsx', join(folder, 'bare-hono.ts'), String(bytes)]
    const others = [await start('hono', hono)]
    if (options.processes > 1) {
      const name = `palate --processes ${options.processes}`
      const command = [...serveCommand(), '--port', '0', '--processes', String(options.processes)]
      const several = await start(name, command, environment)
      await untilResponds(`${several.program.url}/health/ready`)
      others.push(several)
    }
    if (options.python !== undefined) {
      const script = [options.python, join(folder, 'fastapi-service.py'), artifact, world.historiesPath]
      others.push(await start('fastapi+pytorch', [...script, String(cpus().length)]))
    }
    return await measure(options, world, palate.program, others)
  } finally {
    await Promise.all(programs.map((program) => program.stop()))
    await remove()
  }
}

const folder = join(import.meta.dirname, 'serve')

interface Named {
  readonly name: string
  readonly program: Program
}

async function measure(
  { items, model, connections, seconds, rounds, minutes, report }: ServeBenchOptions,
  { requests }: World,
  palate: Program,
  others: readonly Named[],
): Promise<ServeBenchResult> {
  const gets = requests.filter(({ body }) => body === undefined)
  const ask = (name: string, program: Program, rate?: number) => {
    const mix = name === 'hono' ? gets : requests
    return runLoad({ url: program.url, requests: mix, connections, seconds, seed: 1, ...(rate && { rate }) })
  }
  const own: LoadResult[] = []
  const cpuMicroseconds: number[] = []
  const theirs = others.map((): LoadResult[] => [])
  for (let round = -1; round < rounds; round++) {
    report(round < 0 ? 'Warming up' : `Round ${round + 1} of ${rounds}`)
    const cpuSeconds = palate.cpuSeconds()
    const result = await ask('palate', palate)
    if (round >= 0) {
      own.push(result)
      cpuMicroseconds.push((1e6 * (palate.cpuSeconds() - cpuSeconds)) / responsesOf(result))
    }
    for (const [n, { name, program }] of others.entries()) {
      const other = await ask(name, program)
      if (round >= 0) theirs[n]!.push(other)
    }
  }
  const peak = median(own.map((result) => result.requestsPerSecond))!
  report('Half of the peak')
  const half: LoadResult[] = []
  for (let round = 0; round < rounds; round++) half.push(await ask('palate', palate, Math.round(peak / 2)))
  report('Three times the peak')
  const overload = await measureOverload(palate.url, requests, { rate: Math.round(3 * peak), seconds })
  if (minutes > 0) report(`Memory over ${minutes} minutes`)
  const memory =
    minutes > 0 ? await measureMemory(palate, { requests, connections, minutes, rate: peak / 2 }) : undefined
  return {
    items,
    model,
    processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    requestsPerSecond: peak,
    ...latencies(own),
    errors: own.reduce((sum, result) => sum + failuresOf(result), 0),
    cpuMicrosecondsPerRequest: median(cpuMicroseconds)!,
    rssBytes: palate.rssBytes(),
    against: others.map(({ name }, n) => ({
      name,
      requestsPerSecond: median(theirs[n]!.map((result) => result.requestsPerSecond))!,
      ratio: median(
        own.map((result, round) => result.requestsPerSecond / theirs[n]![round]!.requestsPerSecond),
      )!,
    })),
    halfOfPeak: {
      rate: Math.round(peak / 2),
      p50: latencies(half).p50,
      p99: latencies(half).p99,
      errors: half.reduce((sum, result) => sum + failuresOf(result), 0),
    },
    overload,
    ...(memory && { memory }),
  }
}

function latencies(results: readonly LoadResult[]) {
  const of = (name: 'p50' | 'p90' | 'p99' | 'p999') => median(results.map((result) => result[name]))!
  return { p50: of('p50'), p90: of('p90'), p99: of('p99'), p999: of('p999') }
}
