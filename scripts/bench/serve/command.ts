import { type Command, Option } from 'commander'
import { benchServing, type ServeBenchResult } from '../serve.ts'

const sizes = ['3706', '20108', '100000']

/** `npm run bench -- serve` */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description(
      'The real service under load, in turn with a bare Hono route and with FastAPI and PyTorch doing the same.',
    )
    .addOption(new Option('--items <count>', 'items of the model').choices(sizes).default('3706'))
    .addOption(
      new Option('--model <model>', 'the model that answers, with random weights')
        .choices(['mult-vae', 'u-autorec'])
        .default('mult-vae'),
    )
    .option('--connections <count>', 'that ask at the same time', whole, 64)
    .option('--seconds <count>', 'of each measurement', whole, 8)
    .option('--rounds <count>', 'to take the median of', whole, 3)
    .option(
      '--python <program>',
      'a Python with torch, fastapi, uvicorn[standard] and orjson, to compare with as well',
    )
    .option('--minutes <count>', 'watch the memory so long under load as well', whole, 0)
    .option('--json', 'print one JSON document on stdout')
    .option('--markdown', 'print a row for a table in Markdown, under its head')
    .addHelpText('after', help)
    .action(async ({ items, ...options }: ServeCommand) => {
      const result = await benchServing({
        ...options,
        items: Number(items),
        report: (line) => console.error(line),
      })
      if (options.markdown) console.log(markdown(result))
      else console.log(options.json ? JSON.stringify(result) : describe(result))
    })
}

const help = `
The users, 2,000 with 144 ratings on the average, live in a database of their own beside the configured one while this
runs. Of twenty requests seventeen are for a known user, one is for a new one and two bring a history along. Every
answer is computed when it is asked for.

Exit codes: 0 measured, 1 the service, the database or Python cannot be used.

Examples:
  npm run bench -- serve
  npm run bench -- serve --items 20108 --python .venv/bin/python --json
  npm run bench -- serve --items 100000 --minutes 5`

interface ServeCommand {
  readonly items: string
  readonly model: string
  readonly connections: number
  readonly seconds: number
  readonly rounds: number
  readonly python: string | undefined
  readonly minutes: number
  readonly json?: boolean
  readonly markdown?: boolean
}

function describe(result: ServeBenchResult): string {
  const { against, halfOfPeak, overload, memory } = result
  return [
    `${result.model}, ${count(result.items)} items, ${result.processor}`,
    `${count(result.requestsPerSecond)} requests a second; p50 ${ms(result.p50)}, p90 ${ms(result.p90)}, p99 ${ms(result.p99)}, p99.9 ${ms(result.p999)} ms; ${result.errors} errors; ${mib(result.rssBytes)} MiB`,
    ...against.map(
      (one) => `${one.name}: ${count(one.requestsPerSecond)} a second, ratio ${one.ratio.toFixed(2)}`,
    ),
    `at half of the peak, ${count(halfOfPeak.rate)} a second: p50 ${ms(halfOfPeak.p50)}, p99 ${ms(halfOfPeak.p99)} ms; ${halfOfPeak.errors} errors`,
    `asked ${count(overload.rate)} times a second: ${count(overload.answersPerSecond)} answers a second, statuses ${JSON.stringify(overload.statuses)}, ${overload.brokenConnections} broken connections; as usual again after ${Math.round(overload.recoveredAfterMs)} ms`,
    ...(memory ? [`memory every ${memory.everySeconds} s: ${memory.rssBytes.map(mib).join(', ')} MiB`] : []),
  ].join('\n')
}

function markdown({ against, halfOfPeak, ...result }: ServeBenchResult): string {
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  const head = [
    ...['items', 'model', 'requests a second', 'p50 ms', 'p99 ms', 'errors'],
    ...against.map(({ name }) => `${name}, requests a second (Palate to it)`),
    ...['p99 ms at half of the peak', 'memory'],
  ]
  const cells = [
    ...[count(result.items), result.model, count(result.requestsPerSecond), ms(result.p50), ms(result.p99)],
    String(result.errors),
    ...against.map((one) => `${count(one.requestsPerSecond)} (${one.ratio.toFixed(2)}×)`),
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
