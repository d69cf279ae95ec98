/** Waits for a query, and cancels it on the server once the signal aborts. */
export async function cancellable<T>(
  query: PromiseLike<T> & { cancel(): void },
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  const cancel = () => query.cancel()
  signal?.addEventListener('abort', cancel)
  try {
    return await query
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}
