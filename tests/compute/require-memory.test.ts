import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { expect, test } from 'vitest'
import { availableMemory, requireMemory } from '../../src/compute/require-memory.ts'

test('an allocation that does not fit is refused with what it needs, what is free, and the remedy', () => {
  expect(() => requireMemory(3e9, 'A matrix', 'use fewer items', 2e9)).toThrow(
    'A matrix needs 3.0 GB of memory, and 2.0 GB are free: use fewer items',
  )
  expect(() => requireMemory(3e9, 'A matrix', 'use fewer items', 3e9)).not.toThrow()
  expect(() => requireMemory(2 * totalmem(), 'A matrix', 'use fewer items')).toThrow('are free')
})

test.runIf(process.platform === 'linux')('memory in use is not available', () => {
  const [, kilobytes] = /^MemFree: +(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))!
  expect(availableMemory()).toBeLessThan(totalmem())
  expect(availableMemory()).toBeGreaterThan(500 * Number(kilobytes))
})
