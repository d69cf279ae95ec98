// Runs one suite over every backend that works here; the others are skipped, saying why.
import { beforeAll, describe } from 'vitest'
import { backendNames, useBackend } from '../../src/compute/backend.ts'

const reasons = new Map<string, string>()
for (const name of backendNames)
  await useBackend(name).catch((cause: Error) => reasons.set(name, cause.message))

export function describeEachBackend(title: string, suite: (name: string) => void): void {
  for (const name of backendNames) {
    const reason = reasons.get(name)
    describe.skipIf(reason)(`${title} on ${name}${reason ? ` (skipped: ${reason})` : ''}`, () => {
      beforeAll(async () => {
        await useBackend(name)
      })
      suite(name)
    })
  }
}
