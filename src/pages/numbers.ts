// Numbers as they stand in reports. What was not measured is a dash.
import type { Estimate } from '../statistics/estimate.ts'
import type { Interval } from '../statistics/interval.ts'

export const unmeasured = '–'

export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

export function formatFixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return unmeasured
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `−${text}` : text
}

/** With its sign, for differences. */
export function formatSigned(value: number, digits = 4): string {
  return withPlus(formatFixed(value, digits), value)
}

/** 0.123 as 12.3 %. */
export function formatShare(share: number): string {
  const text = formatFixed(100 * share, 1)
  return Number.isFinite(share) ? `${text} %` : text
}

/** 0.123 as +12.3 %. */
export function formatSignedShare(share: number): string {
  return withPlus(formatShare(share), share)
}

export function formatInterval({ low, high }: Interval, format = (value: number) => formatSigned(value)) {
  return `${format(low)} … ${format(high)}`
}

/** A mean with its 95 % interval. */
export function formatEstimate(estimate: Estimate | undefined, digits = 4): string {
  if (estimate === undefined) return unmeasured
  return `${formatFixed(estimate.mean, digits)} ± ${formatFixed(1.96 * estimate.standardError, digits)}`
}

/** What rounds to nothing has no sign. */
function withPlus(text: string, value: number): string {
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text
}
