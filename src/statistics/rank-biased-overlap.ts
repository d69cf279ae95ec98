/**
 * Agreement of two ranked lists of distinct entries, from 0 (nothing shared) to 1 (the same), with most
 * weight on the top: a reader continues to the next rank with probability `persistence`. Extrapolated beyond the lists' ends:
 * Webber, Moffat and Zobel, A Similarity Measure for Indefinite Rankings (TOIS 2010), equation 32.
 *
 * @throws RangeError when a list is empty or `persistence` lies outside (0, 1).
 */
export function rankBiasedOverlap(a: ArrayLike<unknown>, b: ArrayLike<unknown>, persistence = 0.9): number {
  if (a.length === 0 || b.length === 0 || !(persistence > 0 && persistence < 1))
    throw new RangeError(
      `Two lists with entries and a persistence between 0 and 1 are needed, not ${a.length} and ${b.length} entries and ${persistence}`,
    )
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  const overlap = overlapByDepth(short, long)
  const atEnd = overlap[long.length]!
  const atShort = overlap[short.length]!
  let agreement = 0
  for (let depth = 1; depth <= long.length; depth++) {
    const beyond = Math.max(0, depth - short.length)
    agreement += ((overlap[depth]! + (atShort * beyond) / short.length) / depth) * persistence ** depth
  }
  const tail = (atEnd - atShort) / long.length + atShort / short.length
  return ((1 - persistence) / persistence) * agreement + tail * persistence ** long.length
}

/** The number of common entries among the first d of both lists, for each d from 0 to the longer length. */
function overlapByDepth(short: ArrayLike<unknown>, long: ArrayLike<unknown>): Float64Array {
  const overlap = new Float64Array(long.length + 1)
  const [seenShort, seenLong] = [new Set(), new Set()]
  for (let depth = 1; depth <= long.length; depth++) {
    seenLong.add(long[depth - 1])
    if (depth <= short.length) seenShort.add(short[depth - 1])
    const fromLong = seenShort.has(long[depth - 1]) ? 1 : 0
    const fromShort =
      depth <= short.length && short[depth - 1] !== long[depth - 1] && seenLong.has(short[depth - 1]) ? 1 : 0
    overlap[depth] = overlap[depth - 1]! + fromLong + fromShort
  }
  return overlap
}
