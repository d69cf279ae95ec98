// Answers that come down to one list of scores, whoever's taste it is.
import type { Found, Search } from '../../compute/inner-product-search.ts'
import type { AnsweringModel } from './answering-model.ts'
import { meanOf, productOf } from './blend-embeddings.ts'
import type { Answer, Taste } from './question.ts'
import type { Task } from './task.ts'

/**
 * Gives `reduce` the scores of all items for a taste; what it keeps of them it must copy. Where the answer is what a
 * `search` would find, it may come without them.
 */
export function overScores(
  { scorer, popularity }: AnsweringModel,
  taste: Taste,
  reduce: (scores: Float32Array) => Answer | Promise<Answer>,
  search?: Search,
): Task {
  if (taste.kind === 'popularity') return { histories: [], answer: () => reduce(popularity) }
  if (taste.kind === 'group' && scoresApart(taste.blend, 'embed' in scorer)) return overGroup(taste, reduce)
  let answer: Answer | Promise<Answer>
  const common = {
    see: (scores: Float32Array) => {
      answer = reduce(scores)
    },
    ...(search && {
      search,
      find: (found: Found) => {
        answer = found
      },
    }),
    answer: () => answer,
  }
  if (taste.kind === 'history') return { ...common, histories: [taste.history] }
  if (taste.kind === 'embedding') return { ...common, histories: [], points: () => [taste.embedding] }
  const { members, blend } = taste
  return {
    ...common,
    histories: members,
    std: blend === 'product-of-experts',
    points: (encoded) => [blend === 'mean' ? meanOf(encoded) : productOf(encoded)],
  }
}

type Group = Extract<Taste, { kind: 'group' }>

function scoresApart(blend: Group['blend'], hasEmbeddings: boolean): boolean {
  return blend === 'least-misery' || (blend === 'mean' && !hasEmbeddings)
}

/** Each member's scores, brought together item by item. */
function overGroup(
  { members, blend }: Group,
  reduce: (scores: Float32Array) => Answer | Promise<Answer>,
): Task {
  let together: Float32Array | undefined
  return {
    histories: members,
    see: (scores) => {
      const own = blend === 'mean' ? scores.map((score) => score / members.length) : shortfall(scores)
      if (together === undefined) together = own
      else for (const [item, score] of own.entries()) together[item] = merge(together[item]!, score, blend)
    },
    answer: () => reduce(together ?? new Float32Array(0)),
  }
}

function merge(so: number, score: number, blend: Group['blend']): number {
  return blend === 'mean' ? so + score : Math.min(so, score)
}

/** How far below the best each item is: of logarithms of probabilities, that of the ratio. */
function shortfall(scores: Float32Array): Float32Array {
  let best = Number.NEGATIVE_INFINITY
  for (const score of scores) if (score > best) best = score
  return scores.map((score) => score - best)
}
