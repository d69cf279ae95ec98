// npm run consume
import { type ConsumeFromOptions, consumeFrom, parseOrigin } from './consume/consume-from.ts'
import { formatConsumed } from './consume/format.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { parsePort } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description: 'Save ratings and feedback from a stream as they arrive.',
  notes: `
An event is one JSON object, as in the body of POST /ratings or, if it has a "type", of POST /feedback. Events are saved
in batches and then acknowledged, so each is saved at least once, and an event that is delivered again is stored once. An event
that is not valid is added to the file of --rejected, with the reason, and the stream continues.

--from names a stream of NATS JetStream; several processes with the same --durable share its events. Without --from,
events are read from standard input, one a line. While the database or NATS is unavailable the command waits. Ctrl-C saves the
events that were received and ends, with exit code 0 for a stream of NATS and 130 for standard input.

--json prints { ratings, feedback, rejected, seconds, lag } at the end: the numbers of saved events and of rejected ones,
and the { events, seconds } that were waiting, or null if that is not known. --metrics-port serves the same for Prometheus
at /metrics, on HOST.`,
  examples: `
npm run consume -- --from nats://nats.example.com:4222/EVENTS
npm run consume -- --from tls://palate:secret@nats.example.com:4222/EVENTS --durable staging --metrics-port 9102
tail -F events.jsonl | npm run consume -- --rejected rejected.jsonl`,
}

await runCommand((signal) =>
  createCommand('consume', description)
    .option('--from <url>', 'the stream, as nats://host:4222/STREAM (default: standard input)', parseOrigin)
    .option('--durable <name>', 'the durable consumer of the stream', 'palate')
    .option('--rejected <file>', 'the file of rejected events (default: PALATE_HOME/rejected-events.jsonl)')
    .option('--metrics-port <number>', 'serve metrics for Prometheus on this port', parsePort)
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ json, ...options }: ConsumeFromOptions & { readonly json?: true }) => {
      printResult(formatConsumed(await consumeFrom(options, signal)), json)
      if (options.from !== undefined) exitWith('done')
    }),
)
