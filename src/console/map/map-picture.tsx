/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { createRandom } from '../../random/random.ts'
import type { Coloring } from './coloring.ts'
import type { MapPoints } from './map-points.ts'
import type { Mark } from './marks.ts'

interface MapPictureProps {
  readonly label: string
  readonly points: MapPoints
  readonly coloring: Coloring
  readonly marks: readonly Mark[]
  readonly titles: ReadonlyMap<string, string>
}

/** The map as SVG, for browsers without JavaScript or WebGL: at most `maxPictured` points. */
export function MapPicture({ label, points, coloring, marks, titles }: MapPictureProps) {
  const paths = pathsOf(points, coloring)
  return (
    <svg class="map-picture" viewBox="0 0 1000 1000" role="img" aria-label={label}>
      {paths.map((path, color) => path !== '' && <path class={`color-${color}`} d={path} />)}
      <g class="marks">
        {marks.map(({ kind, x, y, itemId, detail }) => (
          <g
            class={`mark ${kind}`}
            transform={`translate(${toPicture(x)} ${toPicture(-y)})`}
            data-at={`${x} ${y}`}
          >
            <path d={shapes[kind]} />
            <title>
              {itemId === undefined ? 'The user' : `${titles.get(itemId) ?? itemId} ${detail}`.trim()}
            </title>
          </g>
        ))}
      </g>
    </svg>
  )
}

export const maxPictured = 5000

/** A circle, a triangle and a square, so that they differ without color. */
export const shapes: Readonly<Record<Mark['kind'], string>> = {
  rated: 'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z',
  recommended: 'M0 -9L8.5 6L-8.5 6z',
  found: 'M-9 -9H9V9H-9z',
}

/** For each color, dots of zero length with round ends. */
function pathsOf({ count, positions }: MapPoints, { column, categories }: Coloring): string[] {
  const dots: string[][] = Array.from({ length: categories.length + 1 }, () => [])
  const shown =
    count <= maxPictured
      ? Array.from({ length: count }, (_, n) => n)
      : createRandom('map picture').permutation(count).subarray(0, maxPictured)
  for (const n of shown)
    dots[column[n]!]!.push(`M${toPicture(positions[2 * n]!)} ${toPicture(-positions[2 * n + 1]!)}h0`)
  return dots.map((ofColor) => ofColor.join(''))
}

function toPicture(coordinate: number): number {
  return Math.round(500 + 480 * coordinate)
}
