/** An action of a user. */
export interface FeedbackEvent {
  /** click, view, purchase, rating, or a custom name. */
  readonly type: string
  /** The request whose list led to it. */
  readonly requestId?: string
  readonly userId?: string
  readonly itemId?: string
  /** Its value, for example the price of a purchase; 1 by default. */
  readonly value: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** The client's id for this event, which makes sending it again idempotent. */
  readonly eventId?: string
}

export interface SavedFeedback {
  readonly accepted: number
  /** Events that were received before. */
  readonly duplicates: number
}

export type SaveFeedback = (events: readonly FeedbackEvent[]) => Promise<SavedFeedback>

/**
 * The identity for detecting duplicates: the client's event id; else request, type and item. Without either, every
 * delivery is a new event, since users may click twice.
 */
export function identityOf({ eventId, requestId, type, itemId }: FeedbackEvent): string {
  if (eventId !== undefined) return `event\u001f${eventId}`
  if (requestId !== undefined) return ['request', requestId, type, itemId ?? ''].join('\u001f')
  return `told\u001f${crypto.randomUUID()}`
}
