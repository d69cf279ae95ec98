/** Is told what happens behind the answers, to count it. Whatever it does must be quick and must not throw. */
export interface ServingObserver {
  /** Questions were computed together; the oldest of them had waited so long. */
  batchComputed(questions: number, waitedSeconds: number): void
  /** A question was turned away, for too many waited already. */
  questionRefused(): void
  /** Somebody's history was asked for, and was in the cache or was not. */
  historyAsked(isCached: boolean): void
}
