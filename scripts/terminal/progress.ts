// The progress of a long step on stderr: a bar on a terminal, a line every few seconds elsewhere.
import { type GenericFormatter, SingleBar } from 'cli-progress'
import { formatSeconds } from '../../src/pages/numbers.ts'

export interface ProgressOptions {
  /** Printed before the bar, such as "Import". */
  readonly label: string
  /** The unit of `value` and `total`; "bytes" are shown as MB, and "%" without amounts and rate. */
  readonly unit: string
  /** Undefined if the total is unknown, as for a pipe. */
  readonly total: number | undefined
  /** Shows nothing. */
  readonly silent?: boolean
  readonly stream?: NodeJS.WriteStream
}

export interface Progress {
  /** Writes a line above the bar. */
  note(line: string): void
  /** @param detail ends the line, such as the loss of the last epoch */
  update(value: number, detail?: string): void
  /**
   * Shows the final state; further calls do nothing. Must be called in a `finally`: the process stays alive until then.
   */
  finish(): void
}

/** Starts to show the progress of a step, with its rate and the remaining time. */
export function createProgress({ stream = process.stderr, ...options }: ProgressOptions): Progress {
  if (options.silent) return { note: () => {}, update: () => {}, finish: () => {} }
  return stream.isTTY ? createBar(options, stream) : createLines(options, stream)
}

type Step = Pick<ProgressOptions, 'label' | 'unit' | 'total'>

function createBar(step: Step, stream: NodeJS.WriteStream): Progress {
  const format: GenericFormatter = (_, { value, startTime }, { detail }) =>
    `${step.label} ${step.total === undefined ? '' : `${formatBar(value / step.total)} `}` +
    formatState(step, value, (Date.now() - startTime) / 1000, detail)
  const bar = new SingleBar({ format, stream, hideCursor: true })
  bar.start(step.total ?? 0, 0, { detail: '' })
  return {
    // the bar is drawn again below it
    note: (line) => stream.write(`\r\x1b[K${line}\n`),
    update: (value, detail = '') => bar.update(value, { detail }),
    finish: () => bar.stop(),
  }
}

/** Milliseconds between the first lines; the interval grows, so that hours of training do not fill a log. */
const minInterval = 3000

function createLines(step: Step, stream: NodeJS.WriteStream): Progress {
  const startedAt = Date.now()
  let value = 0
  let detail = ''
  let isFinished = false
  const write = () =>
    stream.write(`${step.label} ${formatState(step, value, (Date.now() - startedAt) / 1000, detail)}\n`)
  let timer = setTimeout(tick, minInterval)
  function tick(): void {
    // the line of 100 % is the last one
    if (step.total === undefined || value < step.total) write()
    timer = setTimeout(tick, Math.max(minInterval, (Date.now() - startedAt) / 20))
  }
  return {
    note: (line) => stream.write(`${line}\n`),
    update: (newValue, newDetail = '') => {
      value = newValue
      detail = newDetail
    },
    finish: () => {
      clearTimeout(timer)
      if (!isFinished) write()
      isFinished = true
    },
  }
}

function formatBar(share: number): string {
  const width = 24
  const done = Math.round(Math.min(Math.max(share, 0), 1) * width)
  return `[${'█'.repeat(done)}${'·'.repeat(width - done)}]`
}

function formatState({ total, unit }: Step, value: number, seconds: number, detail: string): string {
  const rate = value / seconds
  const remaining = total !== undefined && value > 0 && value < total ? (total - value) / rate : undefined
  const isShare = unit === '%'
  return [
    ...(total === undefined ? [] : [`${Math.floor((100 * value) / Math.max(total, 1))} %`]),
    ...(total === undefined || isShare
      ? []
      : [`${formatNumber(value, unit)} of ${formatAmount(total, unit)}`]),
    ...(total === undefined && value > 0 ? [formatAmount(value, unit)] : []),
    ...(seconds > 0 && value > 0 && !isShare ? [`${formatAmount(rate, unit)}/s`] : []),
    remaining === undefined ? formatSeconds(seconds) : `ETA ${formatSeconds(remaining)}`,
    ...(detail === '' ? [] : [detail]),
  ].join(' · ')
}

function formatAmount(value: number, unit: string): string {
  return `${formatNumber(value, unit)} ${unit === 'bytes' ? 'MB' : unit}`
}

function formatNumber(value: number, unit: string): string {
  if (unit === 'bytes') return (value / 1e6).toFixed(1)
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)))
}
