import { setTimeout as sleep } from 'node:timers/promises'
import { rollup } from 'd3-array'
import { connect } from '../../src/db/database.ts'
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { logLine } from '../terminal/with-database.ts'
import { ageFiles, checkLeftovers, checkProcesses } from './check-leftovers.ts'
import { checkPublished } from './check-published.ts'
import { checkStored } from './check-stored.ts'
import { type Clients, startClients } from './clients.ts'
import { type Injected, injectFaults } from './inject-faults.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { keepPostgres } from './postgres.ts'
import { startProgram } from './program.ts'
import { request, type Service } from './request.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { drawSchedule, type Fault } from './schedule.ts'
import { startPrograms } from './start-programs.ts'
import { createWorld, type World, writeFirst } from './world.ts'

export interface ChaosOptions {
  readonly minutes: number
  readonly seed: number
  readonly signal: AbortSignal
  /** Receives the seconds since the first fault could happen. */
  readonly onProgress: (seconds: number, detail: string) => void
}

export interface ChaosResult {
  readonly seed: number
  readonly minutes: number
  /** How often each fault hit, such as "kill service". */
  readonly faults: Readonly<Record<string, number>>
  /** Faults that found no process, or no disk to fill. */
  readonly missed: number
  /** Whether a disk could be filled. */
  readonly fillsDisk: boolean
  readonly acknowledged: { readonly ratings: number; readonly feedback: number; readonly imports: number }
  readonly responses: Ledger['responses']
  /** How often each command ended with each exit code or signal. */
  readonly exits: Readonly<Record<string, number>>
  readonly versionsServed: number
  /** Until the service responded after the last fault. */
  readonly recoverySeconds: number
  readonly violations: readonly string[]
  readonly seconds: number
}

/**
 * Runs service, worker, retraining and imports on a database of their own under load and faults, and checks afterwards
 * that nothing was lost or left.
 *
 * @throws the signal's reason once it is aborted; everything is stopped and removed then
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, minutes, signal } = options
  const startedAt = Date.now()
  const sandbox = await createSandbox('cpu')
  const ledger = createLedger()
  try {
    const world = createWorld(seed)
    await prepare(sandbox, world, signal)
    const observed = await disturb(sandbox, world, ledger, options)
    signal.throwIfAborted()
    logLine('Checking what is stored, published and left')
    ledger.violations.push(...(await check(sandbox, ledger, observed.importsFrom)))
    await stopEmbeddedPostgres(sandbox.home)
    ledger.violations.push(...checkProcesses(sandbox.home))
    return {
      ...{ seed, minutes, ...observed.summary, fillsDisk: sandbox.disk !== undefined },
      acknowledged: {
        ratings: ledger.ratings.size,
        feedback: ledger.feedback.size,
        imports: [...ledger.imports.values()].filter((acknowledged) => acknowledged).length,
      },
      responses: ledger.responses,
      versionsServed: ledger.versions.size,
      violations: ledger.violations,
      seconds: Math.round((Date.now() - startedAt) / 1000),
    }
  } finally {
    await sandbox.remove()
  }
}

/** Imports the first ratings and trains the first champions. */
async function prepare({ inputs, configFile, environment }: Sandbox, world: World, signal: AbortSignal) {
  const file = await writeFirst(world, inputs)
  logLine('Importing ratings and training the first champions')
  for (const [command, args] of [
    ['import', [file]],
    ['retrain', ['--config', configFile]],
  ] as const) {
    const program = startProgram(command, args, environment)
    const interrupt = () => program.send('SIGTERM')
    signal.addEventListener('abort', interrupt, { once: true })
    const { code, output } = await program.ended
    signal.removeEventListener('abort', interrupt)
    signal.throwIfAborted()
    if (code !== 0) throw new Error(`npm run ${command} failed without any fault: ${output}`)
  }
}

/** Runs all programs under load and faults, and stops them when they have recovered. */
async function disturb(
  sandbox: Sandbox,
  world: World,
  ledger: Ledger,
  { minutes, seed, signal, onProgress }: ChaosOptions,
) {
  const importsFrom = Math.floor(Date.now() / 1000)
  const { running, outages, exits } = startPrograms(sandbox, ledger, importsFrom)
  const postgres = keepPostgres(sandbox.home)
  const service: Service = { url: sandbox.url, outages, ledger }
  const injected: Injected[] = []
  let clients: Clients | undefined
  let startedAt = performance.now()
  const report = () => {
    const detail = `${injected.length} faults, ${ledger.ratings.size} ratings, ${ledger.violations.length} violations`
    onProgress((performance.now() - startedAt) / 1000, detail)
  }
  let progress: NodeJS.Timeout | undefined
  let recoverySeconds = 0
  try {
    await untilReady(service, signal)
    clients = startClients(service, world.live, world.userIds)
    startedAt = performance.now()
    progress = setInterval(report, 500)
    await injectFaults(
      drawSchedule(seed, minutes * 60_000),
      { running, postgres, disk: sandbox.disk, outages },
      signal,
      (fault) => injected.push(fault),
      (fault, error) => ledger.violations.push(`${formatFault(fault)} failed: ${error.message}`),
    )
    await sleep(startedAt + minutes * 60_000 - performance.now(), undefined, { signal }).catch(() => {})
    clearInterval(progress)
    recoverySeconds = await recover(service, signal)
    await clients.stop()
    await Promise.all([running.retrain.stop('SIGTERM'), running.import.stop('SIGTERM')])
    if (!signal.aborted) await retrainOnce(sandbox, ledger)
  } finally {
    clearInterval(progress)
    await clients?.stop()
    await Promise.all(Object.values(running).map((program) => program.stop('SIGTERM')))
    await postgres.release()
  }
  return { importsFrom, summary: { ...countFaults(injected), exits: sortedCounts(exits), recoverySeconds } }
}

/** @throws Error if the service is not ready in two minutes, before any fault */
async function untilReady({ url }: Service, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + maxRecoveryMs
  while (!signal.aborted && !(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) {
    if (performance.now() > deadline) throw new Error('The service did not become ready, without any fault')
    await sleep(100, undefined, { signal }).catch(() => {})
  }
}

const maxRecoveryMs = 120_000

/** The seconds until the service recommends and saves a rating again. */
async function recover(service: Service, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now()
  const rating = { userId: 'recovered', itemId: 'i1', value: 5, time: Date.now() / 1000 }
  while (!signal.aborted) {
    const isBack =
      (await request(service, '/recommend/recovered')) !== undefined &&
      (await request(service, '/ratings', rating)) !== undefined
    if (isBack) break
    if (performance.now() - startedAt > maxRecoveryMs) {
      service.ledger.violations.push(
        `the service has not recovered ${maxRecoveryMs / 1000} s after the last fault`,
      )
      break
    }
    await sleep(100)
  }
  return Math.round((performance.now() - startedAt) / 1000)
}

/** A last run without faults ends what earlier ones left. */
async function retrainOnce(
  { home, configFile, environment }: Sandbox,
  { violations }: Ledger,
): Promise<void> {
  await ageFiles(home)
  const { code, output } = await startProgram('retrain', ['--config', configFile], environment).ended
  if (code !== exitCodes.done[0] && code !== exitCodes.stopped[0])
    violations.push(`the last retraining ended with exit code ${code}: ${output}`)
}

async function check({ home }: Sandbox, ledger: Ledger, importsFrom: number): Promise<string[]> {
  const database = connect((await startEmbeddedPostgres(home)).url)
  try {
    const registry = openRegistry(database, { home })
    return [
      ...(await checkStored(database.sql, ledger, importsFrom)),
      ...(await checkPublished(database.sql, registry, ledger)),
      ...(await checkLeftovers(database.sql, registry, home)),
    ]
  } finally {
    await database.close()
  }
}

function countFaults(injected: readonly Injected[]) {
  const hits = injected.filter(({ hit }) => hit)
  const counts = rollup(hits, (group) => group.length, formatFault)
  return { faults: sortedCounts(counts), missed: injected.length - hits.length }
}

function formatFault({ kind, target }: Fault): string {
  return `${kind} ${target}`
}

function sortedCounts(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b)))
}
