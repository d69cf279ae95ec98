// One JSON line for each thing that happens; never with somebody's id or ratings in it.
import { type DestinationStream, type Logger, pino } from 'pino'

/** A log of the given level, on stdout where no destination is given, in blocks for which no request waits. */
export function createLog(
  level: string,
  destination: DestinationStream = pino.destination({ sync: false, minLength: 4096, periodicFlush: 100 }),
): Logger {
  return pino({ level, base: null, serializers: { err: describe } }, destination)
}

/**
 * An error without what it was about: Drizzle's hold the parameters of a query in message, stack and properties, and
 * PostgreSQL quotes values that it refuses.
 */
function describe(error: Error): object {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if ('query' in error && cause instanceof Error) return describe(cause)
  const quotesValues = typeof code === 'string' && /^2[23]\d/.test(code)
  return {
    type: error.name,
    code,
    message: quotesValues ? 'PostgreSQL refused a value' : error.message,
    stack: error.stack?.slice(error.stack.indexOf('\n    at ')),
    cause: cause instanceof Error ? describe(cause) : undefined,
  }
}
