import { type DestinationStream, type Logger, pino } from 'pino'

/**
 * A log of JSON lines. They never contain user ids or ratings.
 *
 * @param destination by default stdout, written in blocks so that requests do not wait for it
 */
export function createLog(
  level: string,
  destination: DestinationStream = pino.destination({ sync: false, minLength: 4096, periodicFlush: 100 }),
): Logger {
  return pino({ level, base: null, serializers: { err: serializeError } }, destination)
}

/**
 * An error without the values it concerns: Drizzle's errors contain the parameters of a query in message, stack and
 * properties, and PostgreSQL quotes values that it rejects.
 */
function serializeError(error: Error): object {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if ('query' in error && cause instanceof Error) return serializeError(cause)
  const quotesValues = typeof code === 'string' && /^2[23]\d/.test(code)
  return {
    type: error.name,
    code,
    message: quotesValues ? 'PostgreSQL rejected a value' : error.message,
    stack: error.stack?.slice(error.stack.indexOf('\n    at ')),
    cause: cause instanceof Error ? serializeError(cause) : undefined,
  }
}
