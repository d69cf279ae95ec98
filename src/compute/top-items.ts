/**
 * The `count` items with the highest scores, best first; of equal scores the lower item number comes first. Compares
 * each score once with the lowest that can still rank, and collects the items above it, which are reduced to the best
 * `count` whenever their buffer is full.
 *
 * @param scores one for each item
 * @param masked items to leave out, ascending
 * @param allowed a byte for each item, 0 where it is to be left out as well, as are items beyond its end; null where none is
 * @returns item numbers; fewer than `count` where fewer are left
 * @throws RangeError when a score is NaN, left out or not.
 */
export function topItems(
  scores: Float32Array,
  masked: Int32Array,
  count: number,
  allowed: Uint8Array | null = null,
): Int32Array {
  const items = new Int32Array(Math.min(scores.length, Math.max(2 * count, minBuffer)))
  // no score is at most NaN
  let threshold = count > 0 ? Number.NaN : Number.POSITIVE_INFINITY
  let size = 0
  let nextMasked = 0
  for (let item = 0; item < scores.length; item++) {
    item = skip(scores, item, threshold)
    const score = scores[item]!
    if (score <= threshold) continue
    if (Number.isNaN(score)) throw new RangeError(`The score of item ${item} is NaN`)
    while (nextMasked < masked.length && masked[nextMasked]! < item) nextMasked++
    if (nextMasked < masked.length && masked[nextMasked] === item) continue
    if (allowed !== null && !allowed[item]) continue
    items[size++] = item
    if (size < items.length || size <= count) continue
    selectFirst(items, size, count, scores)
    size = count
    threshold = scores[items[count - 1]!]!
  }
  if (size > count) selectFirst(items, size, count, scores)
  const first = items.slice(0, Math.min(size, count))
  sort(first, 0, first.length - 1, scores)
  return first
}

const minBuffer = 256

/** The first item from `item` on of which it is not certain that its score is at most `threshold`. */
function skip(scores: Float32Array, item: number, threshold: number): number {
  const last = scores.length - 4
  while (
    item < last &&
    scores[item]! <= threshold &&
    scores[item + 1]! <= threshold &&
    scores[item + 2]! <= threshold &&
    scores[item + 3]! <= threshold
  )
    item += 4
  return item
}

/** Moves the `count` first-ranked of the first `size` items to the front, the last of them to `count` − 1. */
function selectFirst(items: Int32Array, size: number, count: number, scores: Float32Array): void {
  let low = 0
  let high = size - 1
  while (low < high) {
    const end = partition(items, low, high, scores)
    if (count <= end + 1) high = end
    else low = end + 1
  }
}

function sort(items: Int32Array, low: number, high: number, scores: Float32Array): void {
  if (low >= high) return
  const end = partition(items, low, high, scores)
  sort(items, low, end, scores)
  sort(items, end + 1, high, scores)
}

/** Hoare's partition: the items up to the returned position rank before the items after it. */
function partition(items: Int32Array, low: number, high: number, scores: Float32Array): number {
  const pivot = items[(low + high) >> 1]!
  const score = scores[pivot]!
  let left = low
  let right = high
  for (;;) {
    while (scores[items[left]!]! > score || (scores[items[left]!] === score && items[left]! < pivot)) left++
    while (scores[items[right]!]! < score || (scores[items[right]!] === score && items[right]! > pivot))
      right--
    if (left >= right) return right
    const moved = items[left]!
    items[left++] = items[right]!
    items[right--] = moved
  }
}
