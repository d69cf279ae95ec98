/** Retries after a user is erased while their ratings are written, and when PostgreSQL ends one of two writers. */
export async function retryingConflicts<T>(attempt: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (attempts === 1 || !conflicts.has(sqlState(error))) throw error
    return retryingConflicts(attempt, attempts - 1)
  }
}

/** foreign_key_violation, deadlock_detected, serialization_failure */
const conflicts = new Set<unknown>(['23503', '40P01', '40001'])

/** Drizzle wraps the driver's error, which has the code. */
function sqlState(error: unknown): unknown {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return code ?? (cause === undefined ? undefined : sqlState(cause))
}
