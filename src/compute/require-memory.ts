import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'

/**
 * To be called before an allocation that may not fit, which would end the process without a message.
 *
 * @param remedy what to do instead, to end the message
 * @throws RangeError when `bytes` for `purpose` are more than is free on this machine, or in this container.
 */
export function requireMemory(
  bytes: number,
  purpose: string,
  remedy: string,
  available = availableMemory(),
): void {
  if (bytes > available)
    throw new RangeError(
      `${purpose} needs ${gigabytes(bytes)} of memory, and ${gigabytes(available)} are free: ${remedy}`,
    )
}

/** Bytes that a process can still allocate; files that are cached in memory count as free. */
export function availableMemory(): number {
  const limit = process.constrainedMemory()
  const free = freemem()
  return limit > 0 && limit < totalmem() ? Math.min(free, limit - usedInContainer()) : free
}

/** Without the cached files, which the kernel drops when memory is needed. Files of cgroup v2, then v1. */
function usedInContainer(): number {
  for (const [usage, statistics, cached] of [
    ['memory.current', 'memory.stat', 'inactive_file'],
    ['memory/memory.usage_in_bytes', 'memory/memory.stat', 'total_inactive_file'],
  ] as const) {
    try {
      const lines = readFileSync(`/sys/fs/cgroup/${statistics}`, 'utf8').split('\n')
      const files = lines.find((line) => line.startsWith(`${cached} `))?.split(' ')[1]
      return Number(readFileSync(`/sys/fs/cgroup/${usage}`, 'utf8')) - Number(files ?? 0)
    } catch {
      // another version of cgroup
    }
  }
  return process.memoryUsage.rss()
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
