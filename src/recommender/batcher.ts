import { type Answer, type AnswerTo, explorationDraws, type Question } from './answering/question.ts'
import { AbandonedError, OverloadedError } from './inference.ts'
import type { ServingObserver } from './serving-observer.ts'

/** Answers questions together, in their order. */
export type AnswerBatch = (questions: readonly Question[]) => Promise<readonly Answer[]>

interface Waiting {
  readonly question: Question
  readonly since: number
  readonly isAbandoned: (() => boolean) | undefined
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/**
 * Puts the questions of many together: a batch forms while others are computed, so nobody waits for company and
 * nobody computes alone under load. When very many wait, the next is refused at once, and who has waited for a second
 * is refused when the turn comes.
 */
export class Batcher {
  readonly #answerBatch: AnswerBatch
  readonly #observer: ServingObserver | undefined
  #waiting: Waiting[] = []
  #rowsWaiting = 0
  #computing = 0
  #isScheduled = false

  constructor(answerBatch: AnswerBatch, observer?: ServingObserver) {
    this.#answerBatch = answerBatch
    this.#observer = observer
  }

  /**
   * @throws OverloadedError
   * @throws AbandonedError when it `isAbandoned` as its turn comes
   */
  answer<Q extends Question>(question: Q, isAbandoned?: () => boolean): Promise<AnswerTo<Q>> {
    if (this.#rowsWaiting >= mostWaiting) return Promise.reject(this.#refusal())
    this.#rowsWaiting += rowsOf(question)
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ question, since: performance.now(), isAbandoned, resolve, reject })
      this.#schedule()
    }) as Promise<AnswerTo<Q>>
  }

  /** After what is just coming in, so that it comes along. */
  #schedule(): void {
    if (this.#isScheduled || this.#computing === mostBatches || this.#waiting.length === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      const batch = this.#take()
      if (batch.length > 0) void this.#compute(batch)
      else this.#schedule()
    })
  }

  #take(): Waiting[] {
    const oldest = performance.now() - longestWait
    const batch: Waiting[] = []
    let rows = 0
    let taken = 0
    for (; taken < this.#waiting.length && rows < mostRows; taken++) {
      const one = this.#waiting[taken]!
      this.#rowsWaiting -= rowsOf(one.question)
      if (one.isAbandoned?.()) one.reject(new AbandonedError('Nobody waits for the answer any more'))
      else if (one.since < oldest) one.reject(this.#refusal())
      else {
        batch.push(one)
        rows += rowsOf(one.question)
      }
    }
    this.#waiting = this.#waiting.slice(taken)
    return batch
  }

  async #compute(batch: readonly Waiting[]): Promise<void> {
    this.#observer?.batchComputed(batch.length, (performance.now() - batch[0]!.since) / 1000)
    this.#computing++
    this.#schedule()
    await this.#settle(batch)
    this.#computing--
    this.#schedule()
  }

  /** A question that cannot be answered must not take those with it that only came along. */
  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#answerBatch(batch.map(({ question }) => question))
      for (const [n, { resolve }] of batch.entries()) resolve(answers[n]!)
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error)
      else for (const one of batch) await this.#settle([one])
    }
  }

  #refusal(): OverloadedError {
    this.#observer?.questionRefused()
    return new OverloadedError('More is asked just now than can be answered in time; ask again in a second')
  }
}

/** One computes, and the next is there when it ends. */
const mostBatches = 2
/** While a batch is computed, the answers to the one before are sent: larger ones would leave too little to do at once. */
const mostRows = 32
const mostWaiting = 1024
const longestWait = 1000 // milliseconds

/** Lists of scores that the answer takes. */
function rowsOf(question: Question): number {
  if (question.kind === 'explain') return question.removed.length + 1
  if (question.kind === 'explore') return explorationDraws
  const isOfGroup = question.kind === 'rank' && question.taste.kind === 'group'
  return isOfGroup ? question.taste.members.length : 1
}
