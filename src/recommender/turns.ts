// Long computations on the event loop, in slices between which everything else runs.

/** A computation that yields at least every few thousand operations. */
export type Sliced<T> = Generator<undefined, T>

/**
 * Runs a computation in slices of a few milliseconds. Each turn of the event loop runs one slice of one computation,
 * however many are in progress, so that they do not add up for other requests.
 *
 * @throws what `checkpoint` throws, which is called before each slice
 */
export async function inTurns<T>(computation: Sliced<T>, checkpoint?: () => void): Promise<T> {
  for (;;) {
    await nextTurn()
    checkpoint?.()
    const end = performance.now() + maxSliceMs
    do {
      const { done, value } = computation.next()
      if (done) return value
    } while (performance.now() < end)
  }
}

const maxSliceMs = 4

/** There is one event loop, therefore one queue. */
const waiting: (() => void)[] = []

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(startTurn)
  })
}

function startTurn(): void {
  waiting.shift()!()
  if (waiting.length > 0) setImmediate(startTurn)
}
