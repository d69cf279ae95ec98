/** The share of common items among the first `size` of two ranked lists, which may be shorter. */
export function topOverlap(a: ArrayLike<unknown>, b: ArrayLike<unknown>, size: number): number {
  const top = new Set(Array.from(a).slice(0, size))
  const both = Array.from(b)
    .slice(0, size)
    .filter((item) => top.has(item)).length
  return both / Math.min(size, Math.max(a.length, b.length))
}
