import { formatCount, formatFixed, formatShare } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Synthesis } from './synthesize.ts'

export function formatSynthesis(synthesis: Synthesis): Result {
  const { file, users, ratings, generator, resemblance, copies, evaluation } = synthesis
  const { popularityDistance, coOccurrenceCorrelation, lengthDistance } = resemblance
  return {
    document: synthesis,
    text: [
      `${file}: ${formatCount(ratings)} ratings of ${formatCount(users)} new users, by ${generator.model} trained on ${formatCount(generator.trainingUsers)} users for ${generator.epochs} epochs`,
      ...(generator.leftOut > 0
        ? [
            `${formatCount(generator.leftOut)} real users with fewer than five positive ratings are left out, so the new users do not resemble them`,
          ]
        : []),
      `Popularity: the shares of the items in all interactions differ by ${formatShare(popularityDistance)} (total variation)`,
      `Co-occurrence: correlation ${formatFixed(coOccurrenceCorrelation, 3)} over the pairs of the 200 most popular items`,
      `History lengths: the distribution functions differ by at most ${formatFixed(lengthDistance, 3)}`,
      `Copies: of the item pairs of a new user, at most ${formatShare(copies.synthetic)} are shared with one real user alone; ` +
        `between real users, at most ${formatShare(copies.real)}; new users drawn again as they were above that: ${formatCount(copies.redrawn)}`,
      ...(evaluation
        ? [
            `${evaluation.model} trained on new users: NDCG@100 ${formatFixed(evaluation.synthetic, 4)} on real users, ` +
              `${formatShare(evaluation.share)} of the ${formatFixed(evaluation.real, 4)} after training on real users`,
          ]
        : []),
    ].join('\n'),
  }
}
