import { describe, expect, test, vi } from 'vitest'
import type { Answer, Question } from '../../src/recommender/answering/question.ts'
import { Batcher } from '../../src/recommender/batcher.ts'
import { AbandonedError, OverloadedError } from '../../src/recommender/inference.ts'

const question = (n: number): Question => ({
  kind: 'score',
  taste: { kind: 'popularity' },
  items: Int32Array.of(n),
})
const numberOf = (asked: Question) => (asked as { items: Int32Array }).items[0]!

/** Computes only when told to. */
function createComputer() {
  const batches: { numbers: number[]; finish(): void; fail(error: Error): void }[] = []
  const answerBatch = (questions: readonly Question[]) =>
    new Promise<Answer[]>((resolve, reject) => {
      const numbers = questions.map(numberOf)
      const finish = () => resolve(numbers.map((n) => Float32Array.of(n)))
      batches.push({ numbers, finish, fail: reject })
    })
  return { batches, answerBatch, sizes: () => batches.map(({ numbers }) => numbers.length) }
}

const turn = () => new Promise(setImmediate)

test('what comes while others are computed is computed together, each with its own answer', async () => {
  const { batches, answerBatch, sizes } = createComputer()
  const batcher = new Batcher(answerBatch)
  const ask = (n: number) => batcher.answer(question(n))
  const early = [1, 2, 3].map(ask)
  await turn()
  const second = ask(4)
  await turn()
  const later = [5, 6, 7, 8].map(ask)
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

test('one that cannot be answered fails alone', async () => {
  const batcher = new Batcher(async (questions) => {
    if (questions.some((asked) => numberOf(asked) === 2)) throw new RangeError('two')
    return questions.map((asked) => Float32Array.of(numberOf(asked)))
  })
  const answers = await Promise.allSettled([1, 2, 3].map((n) => batcher.answer(question(n))))
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('who has gone takes no place, however many they are, and is told apart from the refused', async () => {
  const { batches, answerBatch, sizes } = createComputer()
  const batcher = new Batcher(answerBatch)
  const first = batcher.answer(question(1))
  await turn()
  const second = batcher.answer(question(2))
  await turn()
  let areGone = false
  const abandoned = Promise.allSettled(
    Array.from({ length: 500 }, () => batcher.answer(question(3), () => areGone)),
  )
  const waiting = batcher.answer(question(4), () => false)
  areGone = true
  for (const batch of batches) batch.finish()
  await Promise.all([first, second])
  for (const settled of await abandoned)
    expect(settled).toEqual({ status: 'rejected', reason: expect.any(AbandonedError) })
  batches.at(-1)!.finish()
  expect(await waiting).toEqual(Float32Array.of(4))
  expect(sizes()).toEqual([1, 1, 1])
})

describe('more than can be answered', () => {
  test('is refused at once, counted, and taken again when there is room', async () => {
    const { batches, answerBatch } = createComputer()
    const refused = vi.fn()
    const batcher = new Batcher(answerBatch, {
      batchComputed: () => {},
      historyAsked: () => {},
      questionRefused: refused,
    })
    const answers = Array.from({ length: 2000 }, (_, n) => batcher.answer(question(n)))
    const outcomes = Promise.allSettled(answers)
    expect(refused).toHaveBeenCalledTimes(2000 - 1024)
    await expect(batcher.answer(question(0))).rejects.toThrow(OverloadedError)
    for (let n = 0; n < 40; n++) {
      await turn()
      for (const batch of batches) batch.finish()
    }
    const settled = await outcomes
    expect(settled.filter(({ status }) => status === 'fulfilled').length).toBe(1024)
    const next = batcher.answer(question(1))
    await turn()
    batches.at(-1)!.finish()
    expect(await next).toEqual(Float32Array.of(1))
  })

  test('is refused when its turn comes, where something else took long', async () => {
    const { batches, answerBatch, sizes } = createComputer()
    const batcher = new Batcher(answerBatch)
    const first = batcher.answer(question(1))
    await turn()
    const other = batcher.answer(question(2))
    await turn()
    const waiting = batcher.answer(question(3))
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
