import { formatCount, formatSeconds } from '../../src/pages/numbers.ts'
import type { Lag } from '../../src/streams/event-stream.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Consumed } from './consume-from.ts'

export function formatConsumed({ rejectedFile, ...document }: Consumed): Result {
  const { ratings, feedback, rejected, seconds, lag } = document
  const saved = `${formatCount(ratings)} ratings and ${formatCount(feedback)} feedback events saved in ${formatSeconds(seconds)}`
  const lines = [
    ...(rejected === 0
      ? []
      : [`${formatCount(rejected)} events rejected; the reasons are in ${rejectedFile}`]),
    ...(lag === null ? [] : [formatLag(lag)]),
  ]
  return { document, text: [saved, ...lines].join('\n') }
}

/** `lag 12 events, 0.4 s` */
export function formatLag({ events, seconds }: Lag): string {
  return `lag ${formatCount(events)} events, ${formatSeconds(seconds)}`
}
