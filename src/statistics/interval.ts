/** The values from `low` to `high`; infinite where the data do not bound a side. */
export interface Interval {
  readonly low: number
  readonly high: number
}

export function excludesZero({ low, high }: Interval): boolean {
  return low > 0 || high < 0
}
