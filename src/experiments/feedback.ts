/** Something that somebody did. */
export interface FeedbackEvent {
  /** click, view, purchase, rating, or a name of the sender's own. */
  readonly type: string
  /** The answer it came of. */
  readonly requestId?: string
  readonly userId?: string
  readonly itemId?: string
  /** What it was worth, as the price of a purchase; 1 where nothing is said. */
  readonly value: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** The sender's own name for this event, by which it is told twice without harm. */
  readonly eventId?: string
}

export interface SavedFeedback {
  readonly accepted: number
  /** Told before. */
  readonly duplicates: number
}

export type SaveFeedback = (events: readonly FeedbackEvent[]) => Promise<SavedFeedback>

/**
 * What makes an event the same event: the sender's name for it; else, of one answer, its type and item. Without
 * either, every telling is an event of its own, for people do click twice.
 */
export function identityOf({ eventId, requestId, type, itemId }: FeedbackEvent): string {
  if (eventId !== undefined) return `event\u001f${eventId}`
  if (requestId !== undefined) return ['request', requestId, type, itemId ?? ''].join('\u001f')
  return `told\u001f${crypto.randomUUID()}`
}
