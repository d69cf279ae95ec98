// What the clients sent, and what was acknowledged: the reference for what must be stored.

export interface Ledger {
  /** By user and item, the value that was acknowledged last. */
  readonly ratings: Map<string, number>
  /** The ids of acknowledged feedback. */
  readonly feedback: Set<string>
  /** Imports by their number: whether they were acknowledged. */
  readonly imports: Map<number, boolean>
  /** The versions that recommended, such as mult-vae@3. */
  readonly versions: Set<string>
  readonly responses: {
    ok: number
    /** 503 with Retry-After. */
    unavailable: number
    /** Lost while the service was killed or restarted. */
    lost: number
  }
  /** What must not happen. */
  readonly violations: string[]
}

export function createLedger(): Ledger {
  return {
    ratings: new Map(),
    feedback: new Set(),
    imports: new Map(),
    versions: new Set(),
    responses: { ok: 0, unavailable: 0, lost: 0 },
    violations: [],
  }
}

export const pairOf = (userId: string, itemId: string) => `${userId} ${itemId}`
