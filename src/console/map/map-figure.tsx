/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { useContext } from 'hono/jsx'
import { formatCount } from '../../pages/numbers.ts'
import { Root } from '../link.tsx'
import type { Coloring } from './coloring.ts'
import { MapPicture, maxPictured, shapes } from './map-picture.tsx'
import type { MapPoints } from './map-points.ts'
import { mapAddress, type ShownMap } from './map-query.ts'
import type { Mark } from './marks.ts'

interface MapFigureProps {
  readonly map: ShownMap
  readonly points: MapPoints
  readonly coloring: Coloring
  readonly marks: readonly Mark[]
  readonly titles: ReadonlyMap<string, string>
}

/** The picture, which the script map.js replaces by a map that can be moved. */
export function MapFigure({ map, points, coloring, marks, titles }: MapFigureProps) {
  const root = useContext(Root)
  const addressOf = (path: string) => root + mapAddress(path, map, { edition: points.edition })
  const label = `The ${map.kind} on a map`
  return (
    <figure
      class={coloring.isOrdered ? 'map ordered' : 'map'}
      data-item={map.kind === 'items' ? `${root}items/item?id=` : undefined}
      data-positions={addressOf('positions')}
      data-colors={addressOf('colors')}
      data-names={addressOf('names')}
      data-selection={addressOf('selection')}
    >
      <p class="controls" hidden>
        <button type="button" data-action="zoom-in">
          Zoom in
        </button>
        <button type="button" data-action="zoom-out">
          Zoom out
        </button>
        <button type="button" data-action="whole">
          Whole map
        </button>
        <button type="button" data-action="lasso" aria-pressed="false">
          Lasso
        </button>
        <button type="button" data-action="in-view">
          List what is in view
        </button>
      </p>
      <div class="map-frame">
        <MapPicture {...{ label, points, coloring, marks, titles }} />
        <output class="map-name" hidden />
      </div>
      <figcaption>
        <Legend coloring={coloring} marks={marks} />
        <p class="map-status" role="status">
          {points.count > maxPictured &&
            `The picture shows a random ${formatCount(maxPictured)} of ${formatCount(points.count)}.`}
        </p>
      </figcaption>
    </figure>
  )
}

function Legend({ coloring: { categories, column }, marks }: { coloring: Coloring; marks: readonly Mark[] }) {
  const unknown = column.length - categories.reduce((sum, { points }) => sum + points, 0)
  const all = [
    ...categories.map((category, n) => ({ ...category, color: n + 1 })),
    ...(unknown > 0 ? [{ label: 'no value', points: unknown, color: 0 }] : []),
  ]
  const kinds = [...new Set(marks.map(({ kind }) => kind))]
  return (
    <ul class="map-legend">
      {all.map(({ label, points, color }) => (
        <li>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path class={`color-${color}`} d="M5 5h0" />
          </svg>
          <bdi>{label}</bdi> <small>{formatCount(points)}</small>
        </li>
      ))}
      {kinds.map((kind) => (
        <li>
          <svg viewBox="-12 -12 24 24" aria-hidden="true">
            <g class={`mark ${kind}`}>
              <path d={shapes[kind]} />
            </g>
          </svg>
          {kind}
        </li>
      ))}
    </ul>
  )
}
