import { describe, expect, test, vi } from 'vitest'
import { Batcher } from '../../../src/recommender/inference/batcher.ts'
import { AbortError, OverloadedError } from '../../../src/recommender/inference/inference.ts'
import type { InferenceRequest, InferenceResult } from '../../../src/recommender/inference/requests.ts'

const request = (n: number): InferenceRequest => ({
  kind: 'score',
  query: { kind: 'popularity' },
  items: Int32Array.of(n),
})
const numberOf = (scored: InferenceRequest) => (scored as { items: Int32Array }).items[0]!

/** A computation whose batches finish when the test says so. */
function createComputation() {
  const batches: { numbers: number[]; finish(): void; fail(error: Error): void }[] = []
  const inferBatch = (requests: readonly InferenceRequest[]) =>
    new Promise<InferenceResult[]>((resolve, reject) => {
      const numbers = requests.map(numberOf)
      const finish = () => resolve(numbers.map((n) => Float32Array.of(n)))
      batches.push({ numbers, finish, fail: reject })
    })
  return { batches, inferBatch, sizes: () => batches.map(({ numbers }) => numbers.length) }
}

const turn = () => new Promise(setImmediate)

test('requests that arrive during a computation are computed together, each with its own result', async () => {
  const { batches, inferBatch, sizes } = createComputation()
  const batcher = new Batcher(inferBatch)
  const infer = (n: number) => batcher.infer(request(n))
  const early = [1, 2, 3].map(infer)
  await turn()
  const second = infer(4)
  await turn()
  const later = [5, 6, 7, 8].map(infer)
  await turn()
  expect(sizes()).toEqual([3, 1])
  batches[0]!.finish()
  expect(await Promise.all(early)).toEqual([1, 2, 3].map((n) => Float32Array.of(n)))
  await turn()
  expect(sizes()).toEqual([3, 1, 4])
  batches[2]!.finish()
  batches[1]!.finish()
  expect(await Promise.all([second, ...later])).toEqual([4, 5, 6, 7, 8].map((n) => Float32Array.of(n)))
})

test('one explanation at a time is computed, while lists continue', async () => {
  const explanation: InferenceRequest = {
    kind: 'contributions',
    history: { items: new Int32Array(0), values: new Float32Array(0) },
    item: 0,
  }
  const started: { readonly kind: string; finish(): void }[] = []
  const batcher = new Batcher(
    (requests) =>
      new Promise((resolve) => {
        const finish = () => resolve(requests.map(() => new Float32Array(0)))
        started.push({ kind: requests[0]!.kind, finish })
      }),
  )
  const explanations = [1, 2].map(() => batcher.infer(explanation))
  await turn()
  const lists = Array.from({ length: 32 * 3 }, (_, n) => batcher.infer(request(n)))
  await turn()
  await turn()
  const kinds = () => started.map(({ kind }) => kind)
  expect(kinds()).toEqual(['contributions', 'score', 'score'])
  for (const { finish } of started.slice(1)) finish()
  await turn()
  await turn()
  started[3]!.finish()
  await Promise.all(lists)
  expect(kinds()).toEqual(['contributions', 'score', 'score', 'score'])
  started[0]!.finish()
  await explanations[0]
  await turn()
  await turn()
  expect(kinds()).toEqual(['contributions', 'score', 'score', 'score', 'contributions'])
  started[4]!.finish()
  await explanations[1]
})

test('a request that cannot be computed fails alone', async () => {
  const batcher = new Batcher(async (requests) => {
    if (requests.some((scored) => numberOf(scored) === 2)) throw new RangeError('two')
    return requests.map((scored) => Float32Array.of(numberOf(scored)))
  })
  const results = await Promise.allSettled([1, 2, 3].map((n) => batcher.infer(request(n))))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('canceled requests take no place in a batch and are distinguished from rejected ones', async () => {
  const { batches, inferBatch, sizes } = createComputation()
  const batcher = new Batcher(inferBatch)
  const first = batcher.infer(request(1))
  await turn()
  const second = batcher.infer(request(2))
  await turn()
  const client = new AbortController()
  const canceled = Promise.allSettled(Array.from({ length: 500 }, () => batcher.infer(request(3), client)))
  const waiting = batcher.infer(request(4), { signal: new AbortController().signal })
  client.abort()
  for (const batch of batches) batch.finish()
  await Promise.all([first, second])
  for (const settled of await canceled)
    expect(settled).toEqual({ status: 'rejected', reason: expect.any(AbortError) })
  batches.at(-1)!.finish()
  expect(await waiting).toEqual(Float32Array.of(4))
  expect(sizes()).toEqual([1, 1, 1])
})

describe('requests beyond the capacity', () => {
  test('are rejected at once and counted, and accepted again when there is room', async () => {
    const { batches, inferBatch } = createComputation()
    const rejected = vi.fn()
    const batcher = new Batcher(inferBatch, {
      batchComputed: () => {},
      requestRejected: rejected,
    })
    const results = Array.from({ length: 2000 }, (_, n) => batcher.infer(request(n)))
    const outcomes = Promise.allSettled(results)
    expect(rejected).toHaveBeenCalledTimes(2000 - 1024)
    await expect(batcher.infer(request(0))).rejects.toThrow(OverloadedError)
    for (let n = 0; n < 40; n++) {
      await turn()
      for (const batch of batches) batch.finish()
    }
    const settled = await outcomes
    expect(settled.filter(({ status }) => status === 'fulfilled').length).toBe(1024)
    const next = batcher.infer(request(1))
    await turn()
    batches.at(-1)!.finish()
    expect(await next).toEqual(Float32Array.of(1))
  })

  test.each([
    { waitedMs: 2900, expected: 'fulfilled' },
    { waitedMs: 3100, expected: 'rejected' },
  ])('wait longer for an explanation: after $waitedMs ms it is $expected', async ({ waitedMs, expected }) => {
    const finish: (() => void)[] = []
    const batcher = new Batcher(
      (requests) =>
        new Promise((resolve) => finish.push(() => resolve(requests.map(() => new Float32Array(0))))),
    )
    const history = { items: new Int32Array(0), values: new Float32Array(0) }
    const [first, second] = [1, 2].map((item) => batcher.infer({ kind: 'contributions', history, item }))
    const outcome = Promise.allSettled([second])
    await turn()
    const now = performance.now()
    const later = vi.spyOn(performance, 'now').mockReturnValue(now + waitedMs)
    finish[0]!()
    await first
    await turn()
    await turn()
    finish[1]?.()
    expect(await outcome).toMatchObject([{ status: expected }])
    later.mockRestore()
  })

  test('are rejected when they leave the queue after waiting too long', async () => {
    const { batches, inferBatch, sizes } = createComputation()
    const batcher = new Batcher(inferBatch)
    const first = batcher.infer(request(1))
    await turn()
    const other = batcher.infer(request(2))
    await turn()
    const waiting = batcher.infer(request(3))
    waiting.catch(() => {})
    const now = performance.now()
    const later = vi.spyOn(performance, 'now').mockReturnValue(now + 1100)
    batches[0]!.finish()
    batches[1]!.finish()
    await Promise.all([first, other])
    await turn()
    later.mockRestore()
    await expect(waiting).rejects.toThrow(OverloadedError)
    expect(sizes()).toEqual([1, 1])
  })
})
