/** One user's rating of one item. */
export interface Rating {
  readonly userId: string
  readonly itemId: string
  readonly value: number
  /** Seconds since 1970; absent where the source gives none. */
  readonly time?: number
}

/** What is known of an item besides its ratings. */
export interface Item {
  readonly itemId: string
  readonly title: string | null
  readonly attributes: Readonly<Record<string, unknown>>
}
