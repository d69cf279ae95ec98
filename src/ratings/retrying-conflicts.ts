/** Retries after a user is erased while their ratings are written, and after a deadlock of two writers. */
export async function retryingConflicts<T>(attempt: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (attempts === 1 || !conflicts.has(sqlState(error))) throw error
    return retryingConflicts(attempt, attempts - 1)
  }
}

const conflicts = new Set<unknown>(['23503', '40P01']) // foreign_key_violation, deadlock_detected

/** Drizzle wraps the driver's error, which has the code. */
function sqlState(error: unknown): unknown {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return code ?? (cause === undefined ? undefined : sqlState(cause))
}
