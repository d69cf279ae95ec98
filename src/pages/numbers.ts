// Number formats of reports. A missing value is a dash.
import type { Estimate } from '../statistics/estimate.ts'
import type { Interval } from '../statistics/interval.ts'

export const unmeasured = '–'

export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** 1 epoch, 1,200 epochs. */
export function formatNumber(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** For axes: 1,200,000 as 1.2M. */
export function formatCompact(count: number): string {
  return count.toLocaleString('en-US', { notation: 'compact' })
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

/** A duration in its largest units: 250 ms, 12 s, 3 min 20 s, 2 h 5 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** A value that rounds to zero has no sign. */
function withPlus(text: string, value: number): string {
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text
}
