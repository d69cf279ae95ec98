import type { Scorer } from '../../models/scorer.ts'
import type { Artifact } from '../../registry/artifact.ts'
import type { AnsweringModel } from './answering-model.ts'

/** @throws RangeError when the weights are of another number of items than the artifact. */
export function openAnsweringModel<A extends Pick<Artifact, 'popularity'>>(
  artifact: A,
  open: (artifact: A) => Scorer,
): AnsweringModel {
  const { popularity } = artifact
  const scorer = open(artifact)
  if (scorer.itemCount === popularity.length) return { scorer, popularity }
  scorer.dispose()
  throw new RangeError(`Its weights are of ${scorer.itemCount} items, its ids of ${popularity.length}`)
}
