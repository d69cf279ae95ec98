import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { starWeights } from '../../src/config/event-kinds.ts'
import { createPostgresFeedback } from '../../src/experiments/postgres-feedback.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { type ConsumeOptions, consume } from '../../src/streams/consume.ts'
import type { EventStream, StreamedEvent } from '../../src/streams/event-stream.ts'
import { createLineStream } from '../../src/streams/line-stream.ts'
import { parseNatsAddress } from '../../src/streams/nats-address.ts'
import { openRejectedEvents, type RejectedEvents } from '../../src/streams/rejected-events.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { runCommandHere } from '../run-command-here.ts'

const database = await createTestDatabase()
const { sql, url } = database
const folder = await mkdtemp(join(tmpdir(), 'palate-consume-'))

beforeEach(() => sql`truncate users, items, rating_history, feedback cascade`)

const run = (lines: readonly string[], args: readonly string[] = []) =>
  runCommandHere('consume', [...args, '--json'], {
    env: { DATABASE_URL: url, PALATE_HOME: folder },
    input: lines.join('\n'),
  })

const ratings = () =>
  sql`select user_id as "userId", item_id as "itemId", value, kind from ratings order by user_id, item_id`
const rating = (userId: string, itemId: string, value: number, time = 1e9) =>
  JSON.stringify({ userId, itemId, value, time })

async function rejectedIn(path: string): Promise<Record<string, string>[]> {
  const text = await readFile(path, 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('npm run consume', () => {
  test('saves ratings, other events and feedback of standard input, and sets aside the others', async () => {
    const rejected = join(folder, 'first.jsonl')
    const lines = [
      rating('a', 'x', 4),
      '{"userId": "a", "itemId": "y", "kind": "purchase"}',
      '',
      '{"userId": "a", "itemId": "z"',
      rating('a', 'z', 2e6),
      '{"userId": "a", "itemId": "z", "kind": "constructor"}',
      '{"type": "click"}',
      '{"type": "click", "userId": "a", "itemId": "x", "time": 1000000000}',
      '[]',
    ]
    const { code, stdout } = await run(lines, ['--rejected', rejected])
    expect(JSON.parse(stdout)).toEqual({
      ratings: 2,
      feedback: 1,
      rejected: 5,
      seconds: expect.any(Number),
      lag: null,
    })
    expect(code).toBe(0)
    expect(await ratings()).toEqual([
      { userId: 'a', itemId: 'x', value: 4, kind: 'rating' },
      { userId: 'a', itemId: 'y', value: starWeights.purchase, kind: 'purchase' },
    ])
    const records = await rejectedIn(rejected)
    expect(records.map(({ position, event, reason }) => [position, event, reason])).toEqual([
      ['line 4', lines[3], 'The event is not valid JSON in UTF-8.'],
      ['line 5', lines[4], '/value must be a number from -1000000 to 1000000.'],
      [
        'line 6',
        lines[5],
        '/kind must be one of rating, like, dislike, purchase, cart, view; EVENT_WEIGHTS adds others.',
      ],
      ['line 7', lines[6], 'The event must have a requestId or a userId.'],
      ['line 9', lines[8], expect.stringContaining('expected object')],
    ])
  })

  test('stores what is sent twice once, whatever the order', async () => {
    const lines = [
      rating('a', 'x', 4),
      rating('a', 'x', 5, 1.2e9),
      '{"type": "click", "userId": "a", "itemId": "x", "time": 1000000000}',
      '{"type": "click", "userId": "a", "itemId": "x", "time": 1000000000, "eventId": "e1"}',
    ]
    // each line in a page of its own, so that the first rating is replaced before it comes again
    for (const line of [...lines, ...lines]) expect((await run([line])).code).toBe(0)
    expect(await ratings()).toEqual([{ userId: 'a', itemId: 'x', value: 5, kind: 'rating' }])
    expect(await sql`select value from rating_history`).toEqual([{ value: 4 }])
    expect(await sql`select deliveries from feedback`).toEqual([{ deliveries: 2 }, { deliveries: 2 }])
  })

  test('explains what --from accepts and what it cannot reach', async () => {
    const misused = await run([], ['--from', 'kafka://host/topic'])
    expect(misused.code).toBe(2)
    expect(misused.stderr).toContain('kcat')
    const unreachable = await run([], ['--from', 'nats://127.0.0.1:1/EVENTS'])
    expect(unreachable.code).toBe(11)
    expect(unreachable.stderr).toContain('The NATS server 127.0.0.1:1 cannot be reached')
  })
})

/** A stream of one page. */
function streamOf(lines: readonly string[], redelivers = true): EventStream & { acknowledged: number } {
  const events = lines.map((line, index): StreamedEvent => {
    return { bytes: Buffer.from(line), position: `line ${index + 1}`, time: 1e9, id: `s ${index}` }
  })
  return {
    name: 'events',
    redelivers,
    acknowledged: 0,
    async *pages() {
      yield events
    },
    async acknowledge(page) {
      this.acknowledged += page.length
    },
    lag: async () => undefined,
    close: async () => {},
  }
}

const opened: RejectedEvents[] = []
afterEach(async () => {
  for (const file of opened.splice(0)) await file.close()
})

async function optionsWith(overrides: Partial<ConsumeOptions>, path: string): Promise<ConsumeOptions> {
  const rejected = await openRejectedEvents(path, 'events')
  opened.push(rejected)
  return {
    ratings: createPostgresUserRatings(database),
    saveFeedback: createPostgresFeedback(database),
    rejected,
    eventWeights: starWeights,
    signal: new AbortController().signal,
    ...overrides,
  }
}

describe('consume', () => {
  test('sets aside the single event that the database refuses', async () => {
    const path = join(folder, 'refused.jsonl')
    await sql`alter table ratings add constraint no_seven check (value <> 7)`
    const stream = streamOf([1, 2, 7, 3, 7, 4].map((value, item) => rating('a', String(item), value)))
    try {
      expect(await consume(stream, await optionsWith({}, path))).toEqual({
        ratings: 4,
        feedback: 0,
        rejected: 2,
      })
    } finally {
      await sql`alter table ratings drop constraint no_seven`
    }
    expect(stream.acknowledged).toBe(6)
    expect((await ratings()).map(({ value }) => value)).toEqual([1, 2, 3, 4])
    const records = await rejectedIn(path)
    expect(records.map(({ position }) => position)).toEqual(['line 3', 'line 5'])
    expect(records[0]!.reason).toContain('no_seven')
  })

  test('acknowledges nothing that is not saved, and keeps what is not delivered again', async () => {
    const gone = Object.assign(new Error('the table is gone'), { name: 'PostgresError', code: '42P01' })
    const save = () => Promise.reject(gone)
    for (const redelivers of [true, false]) {
      const path = join(folder, `unsaved-${redelivers}.jsonl`)
      const stream = streamOf([rating('a', 'x', 1)], redelivers)
      await expect(consume(stream, await optionsWith({ ratings: { save } }, path))).rejects.toThrow(gone)
      expect(stream.acknowledged).toBe(0)
      const text = await readFile(path, 'utf8')
      if (redelivers) expect(text).toBe('')
      else
        expect(JSON.parse(text)).toMatchObject({
          event: rating('a', 'x', 1),
          reason: `Not saved: ${gone.message}`,
        })
    }
  })

  test('tries again while the database is unavailable', async () => {
    const away = Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' })
    const { save } = createPostgresUserRatings(database)
    let attempts = 0
    const outages: Error[] = []
    const stream = streamOf([rating('a', 'x', 1)])
    const options = await optionsWith(
      {
        ratings: { save: (events) => (++attempts < 3 ? Promise.reject(away) : save(events)) },
        onOutage: (error) => outages.push(error),
      },
      join(folder, 'outage.jsonl'),
    )
    expect(await consume(stream, options)).toMatchObject({ ratings: 1 })
    expect([attempts, outages, stream.acknowledged]).toEqual([3, [away], 1])
  })
})

test('a line that is not UTF-8 is rejected as it is, with its bytes', async () => {
  const path = join(folder, 'latin1.jsonl')
  const input = new PassThrough()
  const latin1 = Buffer.from('{"userId": "Zo\u00eb", "itemId": "x", "value": 1}', 'latin1')
  input.end(Buffer.concat([latin1, Buffer.from(`\r\n\r\n${rating('b', 'x', 2)}`)]))
  const counts = await consume(createLineStream(input, 'input'), await optionsWith({}, path))
  expect(counts).toEqual({ ratings: 1, feedback: 0, rejected: 1 })
  expect(await ratings()).toEqual([{ userId: 'b', itemId: 'x', value: 2, kind: 'rating' }])
  const [record] = await rejectedIn(path)
  expect(record).toMatchObject({ position: 'line 1', base64: latin1.toString('base64') })
})

test('a stream of lines keeps nothing of what was read, however long it is', async () => {
  const chunk = Buffer.alloc(1 << 16, `${rating('a', 'x', 1)}\n`)
  const collected = new FinalizationRegistry<number>(() => freed++)
  let freed = 0
  const chunks = 300
  const input = Readable.from(
    (function* () {
      for (let n = 0; n < chunks; n++) {
        const copy = Buffer.from(chunk)
        collected.register(copy, n)
        yield copy
      }
    })(),
  )
  const signal = new AbortController().signal
  for await (const _ of createLineStream(input, 'input').pages(signal)) await setImmediate()
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  await expect.poll(() => freed).toBeGreaterThan(chunks / 2)
})

test('an interrupted stream of lines gives what was received, and reads no further', async () => {
  const input = new PassThrough()
  const stopping = new AbortController()
  const pages = createLineStream(input, 'input').pages(stopping.signal)[Symbol.asyncIterator]()
  input.write('{"a": 1}\r\n{"a": 2}\n{"a"')
  const first = await pages.next()
  const rest = pages.next()
  stopping.abort()
  const texts = [first, await rest].flatMap(({ value }) =>
    value.map(({ bytes }: StreamedEvent) => String(bytes)),
  )
  expect(texts).toEqual(['{"a": 1}', '{"a": 2}', '{"a"'])
  expect((await pages.next()).done).toBe(true)
})

test.each([
  ['nats://host/EVENTS', { server: 'host:4222', stream: 'EVENTS', tls: false }],
  ['tls://u:p%40@host:1/E', { server: 'host:1', stream: 'E', tls: true, user: 'u', password: 'p@' }],
  ['nats://t0ken@[::1]/E', { server: '[::1]:4222', stream: 'E', tls: false, token: 't0ken' }],
  ['nats://host', undefined],
  ['nats://host/a.b', undefined],
  ['https://host/EVENTS', undefined],
])('the address %s is parsed', (text, address) => {
  expect(parseNatsAddress(text)).toEqual(address)
})
