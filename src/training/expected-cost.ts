// How long a training takes and how much memory it needs, known after its first second.

export interface ExpectedCost {
  /** The model that is trained; a part of a blend is announced by its own name. */
  readonly model: string
  /** From the start of the training to its end; less if it stops early. */
  readonly seconds: number
  /** Of the process, with what the training has allocated so far. */
  readonly bytes: number
}

/** Costs above it are worth an announcement. */
export const minAnnouncedSeconds = 60

/**
 * Returns a function to be called with the share of the training that is done, from 0 to 1, whenever it grows. The first update, which
 * compiles kernels, is not measured; those of the second after it give the rate, and the cost is reported once.
 */
export function expectCost(
  model: string,
  onExpected: (cost: ExpectedCost) => void,
  now = () => performance.now() / 1000,
): (share: number) => void {
  const start = now()
  let first: { readonly share: number; readonly time: number } | undefined
  let isReported = false
  return (share) => {
    if (isReported) return
    const time = now()
    first ??= { share, time }
    const measured = time - first.time
    if (measured < measuredSeconds || share <= first.share) return
    isReported = true
    const remaining = ((1 - share) * measured) / (share - first.share)
    onExpected({ model, seconds: time - start + remaining, bytes: allocatedBytes() })
  }
}

const measuredSeconds = 1

/** Resident or reserved: pages of large arrays become resident when they are written. */
function allocatedBytes(): number {
  const { rss, heapTotal, external } = process.memoryUsage()
  return Math.max(rss, heapTotal + external)
}
