// How each kind of question is answered.
import type { History } from '../history.ts'
import type { AnsweringModel } from './answering-model.ts'
import type { Answer, Embedding, ExplainQuestion, Question, Taste } from './question.ts'
import { countBefore, selectBest } from './select-best.ts'
import type { Task } from './task.ts'

export function planAnswer({ popularity }: AnsweringModel, question: Question): Task {
  switch (question.kind) {
    case 'rank':
      return overScores(popularity, question.taste, (scores) => selectBest(scores, popularity, question))
    case 'score':
      return overScores(popularity, question.taste, (scores) =>
        Float32Array.from(question.items, (item) => scores[item]!),
      )
    case 'embed':
      return planEmbed(question.history)
    case 'explain':
      return planExplain(question)
  }
}

/** A task that comes down to one list of scores. */
function overScores(popularity: Float32Array, taste: Taste, reduce: (scores: Float32Array) => Answer): Task {
  if (taste.kind === 'popularity') return { histories: [], answer: () => reduce(popularity) }
  let answer: Answer
  const common = {
    see: (scores: Float32Array) => {
      answer = reduce(scores)
    },
    answer: () => answer,
  }
  if (taste.kind === 'history') return { ...common, histories: [taste.history] }
  return { ...common, histories: [], points: () => [taste.embedding] }
}

function planEmbed(history: History): Task {
  let embedding: Embedding
  return {
    histories: [history],
    points: ([encoded]) => {
      embedding = encoded!
      return []
    },
    answer: () => embedding,
  }
}

/** One list of scores for the history, and one for each that lacks an item of it. */
function planExplain({ history, item, ...eligible }: ExplainQuestion): Task {
  const scores: number[] = []
  let before = 0
  return {
    histories: [history, ...Array.from(history.items, (_, n) => without(history, n))],
    see: (all) => {
      if (scores.length === 0) before = countBefore(all, item, eligible)
      scores.push(all[item]!)
    },
    answer: () => {
      const [score = 0, ...others] = scores
      return { score, contributions: Float32Array.from(others, (other) => score - other), before }
    },
  }
}

function without({ items, values }: History, n: number): History {
  return { items: items.filter((_, place) => place !== n), values: values.filter((_, place) => place !== n) }
}
