import { once } from 'node:events'
import pretty from 'pino-pretty'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/database.ts'
import { createLog } from '../../src/http/log.ts'
import { startService } from '../../src/http/service.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'

const statementTimeoutMs = 10_000

/**
 * Serves until the signal is aborted and the requests in progress are finished.
 *
 * @param processNumber of several processes that share the port, counted from 1; each also listens on the port that is
 * higher by this number
 */
export async function serve(
  options: Partial<Pick<Config, 'host' | 'port'>>,
  signal: AbortSignal,
  processNumber?: number,
): Promise<void> {
  const config = { ...loadConfig(), ...options }
  const ownPort = ownPortOf(config.port, processNumber)
  const log = createLog(
    config.logLevel,
    process.stdout.isTTY ? pretty({ sync: true, singleLine: true }) : undefined,
  )
  const database = await openDatabase(config, (line) => log.info(line), {
    statementTimeoutMs,
  })
  try {
    const registry = openRegistry(database, config)
    const service = await startService({
      ...config,
      ...(ownPort !== undefined && { ownPort }),
      database,
      registry,
      log,
    })
    log.info(
      processNumber === undefined ? {} : { pid: process.pid },
      `listening on ${[service.url, ...(service.ownUrl ? [service.ownUrl] : [])].join(' and ')}`,
    )
    void service.loaded.then(() => log.info('all models loaded'))
    if (!signal.aborted) await once(signal, 'abort')
    log.info('shutting down: finishing the requests in progress')
    await service.close()
  } finally {
    await database.close()
  }
}

function ownPortOf(port: number, processNumber: number | undefined): number | undefined {
  if (processNumber === undefined) return undefined
  return port === 0 ? 0 : port + processNumber
}
