import type { History } from '../history.ts'
import type { AnsweringModel } from './answering-model.ts'
import type { Eligible, ExplainQuestion } from './question.ts'
import type { Task } from './task.ts'

/** One list of scores for the history, and one for each that lacks an item of it. */
export function planExplain(
  { popularity }: AnsweringModel,
  { taste, item, removed, ...eligible }: ExplainQuestion,
): Task {
  const scores: number[] = []
  let before = 0
  const see = (all: Float32Array) => {
    if (scores.length === 0) before = countBefore(all, item, eligible)
    scores.push(all[item]!)
  }
  if (taste.kind === 'popularity') see(popularity)
  return {
    histories: taste.kind === 'popularity' ? [] : [taste.history, ...lacking(taste.history, removed)],
    see,
    answer: () => {
      const [score = 0, ...others] = scores
      return { score, contributions: Float32Array.from(others, (other) => score - other), before }
    },
  }
}

function lacking(history: History, removed: Int32Array): History[] {
  return Array.from(removed, (place) => without(history, place))
}

function without({ items, values }: History, n: number): History {
  return { items: items.filter((_, place) => place !== n), values: values.filter((_, place) => place !== n) }
}

/** How many of the items that may be shown score higher than `item`, or the same with a lower number. */
function countBefore(scores: Float32Array, item: number, { excluded, allowed }: Eligible): number {
  const own = scores[item]!
  let before = 0
  let next = 0
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other]!
    if (score < own || (score === own && other >= item)) continue
    while (excluded[next]! < other) next++
    if (excluded[next] !== other && (allowed === null || allowed[other] !== 0)) before++
  }
  return before
}
