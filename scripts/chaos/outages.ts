/** When the service was killed or stopped, until it listened again: only then may a connection be lost. */
export interface Outages {
  begin(): void
  end(): void
  /** Whether there was one at any time since `from`, a time of `performance.now()`. */
  since(from: number): boolean
}

export function createOutages(): Outages {
  let isDown = true
  let endedAt = 0
  return {
    begin: () => {
      isDown = true
    },
    end: () => {
      isDown = false
      endedAt = performance.now()
    },
    since: (from) => isDown || endedAt >= from,
  }
}
