/** In pixels, y downward. */
interface Point {
  readonly x: number
  readonly y: number
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface PlacedLabel {
  readonly anchor: 'start' | 'end' | 'middle'
  /** Of the middle of the text, relative to the point. */
  readonly dx: number
  readonly dy: number
}

/**
 * Where the label of each point fits beside it, without covering a point or an earlier label; undefined if it fits nowhere.
 *
 * @param area where all labels must be
 */
export function placeLabels(
  points: readonly (Point & { readonly text: string })[],
  area: Box,
): (PlacedLabel | undefined)[] {
  const occupied: Box[] = points.map(({ x, y }) => boxAround(x, y, 2 * pointRadius, 2 * pointRadius))
  return points.map(({ x, y, text }, n) => {
    const size = text.length * characterWidth
    for (const { anchor, dx, dy } of places) {
      const middle = x + dx + (anchor === 'start' ? size / 2 : anchor === 'end' ? -size / 2 : 0)
      const box = boxAround(middle, y + dy, size, lineHeight)
      const isFree = occupied.every((other, m) => m === n || !overlap(box, other))
      if (!isFree || !contains(area, box)) continue
      occupied.push(box)
      return { anchor, dx, dy }
    }
    return undefined
  })
}

const pointRadius = 5
/** At the size of `drawSvg`. */
const characterWidth = 6
const lineHeight = 13

const places: readonly PlacedLabel[] = [
  { anchor: 'start', dx: 8, dy: 0 },
  { anchor: 'end', dx: -8, dy: 0 },
  { anchor: 'middle', dx: 0, dy: -13 },
  { anchor: 'middle', dx: 0, dy: 13 },
  { anchor: 'start', dx: 6, dy: -12 },
  { anchor: 'start', dx: 6, dy: 12 },
  { anchor: 'end', dx: -6, dy: -12 },
  { anchor: 'end', dx: -6, dy: 12 },
]

function boxAround(x: number, y: number, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

function contains(area: Box, { left, right, top, bottom }: Box): boolean {
  return left >= area.left && right <= area.right && top >= area.top && bottom <= area.bottom
}
