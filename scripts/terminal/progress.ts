// Progress of one long step, on stderr: a bar on a terminal, a line now and then elsewhere.

import { type GenericFormatter, SingleBar } from 'cli-progress'
import { formatSeconds } from '../../src/pages/numbers.ts'

export interface ProgressOptions {
  /** What is being done, as it stands before the bar: "Import". */
  readonly label: string
  /** What `value` and `total` count: "bytes" are shown as MB, anything else as it is. */
  readonly unit: string
  /** How much there is to do; undefined where nobody knows, as with a pipe. */
  readonly total: number | undefined
  /** Shows nothing at all. */
  readonly silent?: boolean
  readonly stream?: NodeJS.WriteStream
}

export interface Progress {
  /** `value` done so far; `detail` ends the line, such as the loss of the last epoch. */
  update(value: number, detail?: string): void
  /** Shows where it ended. Call it in a `finally`: until then the process stays alive. */
  finish(): void
}

/** Starts to show the progress of one step, with its rate and the time that is left. */
export function createProgress({ stream = process.stderr, ...options }: ProgressOptions): Progress {
  if (options.silent) return { update: () => {}, finish: () => {} }
  return stream.isTTY ? createBar(options, stream) : createLines(options, stream)
}

type Step = Pick<ProgressOptions, 'label' | 'unit' | 'total'>

function createBar(step: Step, stream: NodeJS.WriteStream): Progress {
  const format: GenericFormatter = (_, { value, startTime }, { detail }) =>
    `${step.label} ${step.total === undefined ? '' : `${barOf(value / step.total)} `}` +
    describe(step, value, (Date.now() - startTime) / 1000, detail)
  const bar = new SingleBar({ format, stream, hideCursor: true })
  bar.start(step.total ?? 0, 0, { detail: '' })
  return { update: (value, detail = '') => bar.update(value, { detail }), finish: () => bar.stop() }
}

/** Milliseconds until the first line; later ones come ever more rarely, so that hours do not fill a log. */
const firstLineAfter = 3000

function createLines(step: Step, stream: NodeJS.WriteStream): Progress {
  const start = Date.now()
  let value = 0
  let detail = ''
  const write = () =>
    stream.write(`${step.label} ${describe(step, value, (Date.now() - start) / 1000, detail)}\n`)
  let timer = setTimeout(tick, firstLineAfter)
  function tick(): void {
    write()
    timer = setTimeout(tick, Math.max(firstLineAfter, (Date.now() - start) / 20))
  }
  return {
    update: (now, text = '') => {
      value = now
      detail = text
    },
    finish: () => {
      clearTimeout(timer)
      write()
    },
  }
}

function barOf(share: number): string {
  const width = 24
  const done = Math.round(Math.min(Math.max(share, 0), 1) * width)
  return `[${'█'.repeat(done)}${'·'.repeat(width - done)}]`
}

function describe(step: Step, value: number, seconds: number, detail: string): string {
  const rate = value / seconds
  const known = step.total !== undefined
  const left = known && value > 0 && value < step.total ? (step.total - value) / rate : undefined
  return [
    known ? `${Math.floor((100 * value) / Math.max(step.total, 1))} %` : '',
    known
      ? `${number(value, step.unit)} of ${amount(step.total, step.unit)}`
      : value > 0
        ? amount(value, step.unit)
        : '',
    seconds > 0 && value > 0 ? `${amount(rate, step.unit)}/s` : '',
    left === undefined ? `${formatSeconds(seconds)}` : `ETA ${formatSeconds(left)}`,
    detail,
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

function amount(value: number, unit: string): string {
  return `${number(value, unit)} ${unit === 'bytes' ? 'MB' : unit}`
}

function number(value: number, unit: string): string {
  if (unit === 'bytes') return (value / 1e6).toFixed(1)
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)))
}
