import { type Command, Option } from 'commander'
import { benchServing, type ServeBenchResult } from '../serve.ts'

const sizes = ['3706', '20108', '100000', '300000', '1000000']

/** `npm run bench -- serve` */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description(
      'Measure the service under load, alternating with a bare Hono route and with the same service in FastAPI and PyTorch.',
    )
    .addOption(new Option('--items <count>', 'number of items of the model').choices(sizes).default('3706'))
    .addOption(
      new Option('--model <model>', 'the model to serve, with random weights')
        .choices(['mult-vae', 'u-autorec'])
        .default('mult-vae'),
    )
    .option('--connections <count>', 'number of concurrent connections', whole, 64)
    .option('--seconds <count>', 'duration of each measurement', whole, 8)
    .option('--rounds <count>', 'number of measurements, of which the median is reported', whole, 3)
    .option(
      '--python <program>',
      'a Python with torch, fastapi, uvicorn[standard] and orjson, to compare with',
    )
    .option('--processes <count>', 'also compare with that many processes of the service', whole, 1)
    .option('--minutes <count>', 'also record the memory under load for this time', whole, 0)
    .option('--json', 'print one JSON document on stdout')
    .option('--markdown', 'print a Markdown table')
    .addHelpText('after', help)
    .action(async ({ items, ...options }: ServeCommand) => {
      const result = await benchServing({
        ...options,
        items: Number(items),
        report: (line) => console.error(line),
      })
      if (options.markdown) console.log(markdown(result))
      else console.log(options.json ? JSON.stringify(result) : formatResult(result))
    })
}

const help = `
A temporary database holds 2,000 users with 144 ratings on average. Of twenty requests, seventeen are for a known
user, one is for a new user and two send a history. Every response is computed on request.

Examples:
  npm run bench -- serve
  npm run bench -- serve --items 20108 --python .venv/bin/python --json
  npm run bench -- serve --items 100000 --minutes 5
  npm run bench -- serve --processes 2`

interface ServeCommand {
  readonly items: string
  readonly model: string
  readonly connections: number
  readonly seconds: number
  readonly rounds: number
  readonly python: string | undefined
  readonly processes: number
  readonly minutes: number
  readonly json?: boolean
  readonly markdown?: boolean
}

function formatResult(result: ServeBenchResult): string {
  const { against, halfOfPeak, overload, memory } = result
  return [
    `${result.model}, ${count(result.items)} items, ${result.processor}`,
    `${count(result.requestsPerSecond)} requests a second; p50 ${ms(result.p50)}, p90 ${ms(result.p90)}, p99 ${ms(result.p99)}, p99.9 ${ms(result.p999)} ms; ${Math.round(result.cpuMicrosecondsPerRequest)} µs of computing a request; ${result.errors} errors; ${mib(result.rssBytes)} MiB`,
    ...against.map(
      (other) =>
        `${other.name}: ${count(other.requestsPerSecond)} requests a second, ratio ${other.ratio.toFixed(2)}`,
    ),
    `at half of the peak, ${count(halfOfPeak.rate)} a second: p50 ${ms(halfOfPeak.p50)}, p99 ${ms(halfOfPeak.p99)} ms; ${halfOfPeak.errors} errors`,
    `at ${count(overload.rate)} requests a second: ${count(overload.answersPerSecond)} responses a second, statuses ${JSON.stringify(overload.statuses)}, ${overload.brokenConnections} broken connections; recovered after ${Math.round(overload.recoveredAfterMs)} ms`,
    ...(memory ? [`memory every ${memory.everySeconds} s: ${memory.rssBytes.map(mib).join(', ')} MiB`] : []),
  ].join('\n')
}

function markdown({ against, halfOfPeak, ...result }: ServeBenchResult): string {
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  const head = [
    ...['items', 'model', 'requests a second', 'p50 ms', 'p99 ms'],
    ...['CPU µs per request', 'errors'],
    ...against.map(({ name }) => `${name}, requests a second (ratio of Palate)`),
    ...['p99 ms at half of the peak', 'memory'],
  ]
  const cells = [
    ...[count(result.items), result.model, count(result.requestsPerSecond), ms(result.p50), ms(result.p99)],
    ...[count(result.cpuMicrosecondsPerRequest), String(result.errors)],
    ...against.map((other) => `${count(other.requestsPerSecond)} (${other.ratio.toFixed(2)}×)`),
    ...[ms(halfOfPeak.p99), `${mib(result.rssBytes)} MiB`],
  ]
  return [line(head), line(head.map(() => '---')), line(cells)].join('\n')
}

function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`"${text}" is not a whole number`)
  return Number(text)
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function ms(value: number): string {
  return value.toFixed(1)
}

function mib(bytes: number): string {
  return String(Math.round(bytes / 2 ** 20))
}
