import { setTimeout as sleep } from 'node:timers/promises'
import type { Disk } from './disk.ts'
import type { Outages } from './outages.ts'
import type { KeptPostgres } from './postgres.ts'
import type { Fault } from './schedule.ts'
import type { RunningPrograms } from './start-programs.ts'

export interface Targets {
  readonly running: RunningPrograms
  readonly postgres: KeptPostgres
  readonly disk: Disk | undefined
  readonly outages: Outages
}

export type Injected = Fault & {
  /** Whether there was a process to signal, or a disk to fill. */
  readonly hit: boolean
}

/** Injects the faults at their times, until all are over or the signal is aborted. */
export async function injectFaults(
  faults: readonly Fault[],
  targets: Targets,
  signal: AbortSignal,
  onFault: (fault: Injected) => void,
  onFailure: (fault: Fault, error: Error) => void,
): Promise<void> {
  const startedAt = performance.now()
  const injected: Promise<void>[] = []
  for (const fault of faults) {
    await sleep(startedAt + fault.at - performance.now(), undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    injected.push(
      inject(fault, targets).then(
        (hit) => onFault({ ...fault, hit }),
        (error: Error) => onFailure(fault, error),
      ),
    )
  }
  await Promise.all(injected)
}

async function inject({ kind, target, duration }: Fault, targets: Targets): Promise<boolean> {
  const { running, postgres, disk, outages } = targets
  if (target === 'disk') return disk ? fillFor(disk, duration) : false
  if (target === 'postgres')
    return kind === 'pause'
      ? postgres.pause(duration)
      : kind === 'kill'
        ? postgres.kill()
        : postgres.restart()
  const program = running[target]
  if (kind === 'pause') {
    const hit = program.send('SIGSTOP')
    await sleep(duration)
    program.send('SIGCONT')
    return hit
  }
  if (target === 'service') outages.begin()
  return program.send(kind === 'kill' ? 'SIGKILL' : 'SIGTERM')
}

async function fillFor(disk: Disk, duration: number): Promise<boolean> {
  disk.fill()
  await sleep(duration)
  disk.free()
  return true
}
