/** An item with its positive interactions in a window of time and in the window of the same length before. */
export interface TrendingItem {
  readonly itemId: string
  readonly score: number
  /** The number of users whose current rating is a positive one from the window. */
  readonly count: number
  /** The same for the window before. */
  readonly countBefore: number
}

export interface Trend {
  /** Highest score first, only items with a positive interaction in the window; at most 50,000. */
  readonly items: readonly TrendingItem[]
  /** The end of the window. */
  readonly until: Date
}

export interface TrendQuery {
  readonly windowSeconds: number
  /** The lowest value of a positive interaction; undefined if every rating counts. */
  readonly positiveThreshold: number | undefined
}

export interface Trends {
  /**
   * The items whose positive interactions have increased most. The score is (n − m) / √(n + m) for the counts n in the window
   * and m in the window before: if the rate is the same in both, it has a standard normal distribution approximately
   * (Przyborowski and Wilenski, 1940). At most five seconds old.
   */
  of(query: TrendQuery): Promise<Trend>
}
