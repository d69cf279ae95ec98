import type { Result } from '../terminal/print-result.ts'
import type { ChaosResult } from './run-chaos.ts'

export function formatChaos(result: ChaosResult): Result {
  const { seed, minutes, faults, missed, fillsDisk, acknowledged, responses, exits, violations } = result
  const hits = Object.values(faults).reduce((sum, count) => sum + count, 0)
  const disk = fillsDisk
    ? []
    : ['The disk was not filled: that needs root on Linux, to mount a small file system']
  const text = [
    `${hits} faults in ${minutes} minutes: ${list(faults)}; ${missed} found nothing to disturb`,
    ...disk,
    `Acknowledged: ${acknowledged.ratings} ratings, ${acknowledged.feedback} events, ${acknowledged.imports} imports`,
    `Responses: ${responses.ok} with 200, ${responses.unavailable} with 503, ${responses.lost} lost while the service was down; ${result.versionsServed} versions served; recovered after ${result.recoverySeconds} s`,
    `Ends: ${list(exits)}`,
    ...(violations.length === 0 ? ['No violations'] : [`${violations.length} violations:`, ...violations]),
    `The same faults again: npm run chaos -- --minutes ${minutes} --seed ${seed}`,
  ].join('\n')
  return { document: result, text }
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}×`)
    .join(', ')
}
