// How each kind of question is answered.
import type { History } from '../history.ts'
import type { AnsweringModel } from './answering-model.ts'
import { itemVector, similarItems } from './item-geometry.ts'
import { planExplain } from './plan-explain.ts'
import { planExplore } from './plan-explore.ts'
import { overScores } from './plan-scores.ts'
import type { Embedding, Question, RankQuestion } from './question.ts'
import { selectBest } from './select-best.ts'
import { selectDiverse } from './select-diverse.ts'
import type { Task } from './task.ts'

export function planAnswer(model: AnsweringModel, question: Question): Task {
  switch (question.kind) {
    case 'rank':
      return planRank(model, question)
    case 'explore':
      return planExplore(model, question)
    case 'score':
      return overScores(model, question.taste, (scores) =>
        Float32Array.from(question.items, (item) => scores[item]!),
      )
    case 'embed':
      return planEmbed(question.history)
    case 'explain':
      return planExplain(model, question)
    case 'item-vector':
      return { histories: [], answer: () => itemVector(model, question.item) }
    case 'similar-items':
      return { histories: [], answer: () => similarItems(model, question) }
  }
}

function planRank(model: AnsweringModel, question: RankQuestion): Task {
  const { taste, k, excluded, allowed, popularityPenalty, diversity } = question
  if (diversity > 0) return overScores(model, taste, (scores) => selectDiverse(model, scores, question))
  const search = popularityPenalty === 0 ? { count: k, excluded, allowed } : undefined
  return overScores(model, taste, (scores) => selectBest(model, scores, question), search)
}

function planEmbed(history: History): Task {
  let embedding: Embedding
  return {
    histories: [history],
    std: true,
    points: ([encoded]) => {
      embedding = encoded!
      return []
    },
    answer: () => embedding,
  }
}
