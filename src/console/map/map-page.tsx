/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { useContext } from 'hono/jsx'
import { formatCount, formatFixed } from '../../pages/numbers.ts'
import { itemMapOf, userMapOf } from '../../recommender/map.ts'
import type { ServedModel } from '../../recommender/served-model.ts'
import type { Segmentation } from '../../segments/segmentation.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { InvalidFormError } from '../form.ts'
import { findItemNamed } from '../items/find-item.ts'
import { ItemLink } from '../items/item-link.tsx'
import { Link, Root } from '../link.tsx'
import { VersionLink } from '../models/version-link.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import { UserLink } from '../users/user-link.tsx'
import { requireId } from '../users/user-path.ts'
import type { ConsoleContext } from '../visitor.ts'
import { type ColorChoice, itemColorChoices } from './color-items.ts'
import { activityChoice, segmentChoice } from './color-users.ts'
import type { Coloring } from './coloring.ts'
import { MapPicture, maxPictured, shapes } from './map-picture.tsx'
import { type MapKind, type MapPoints, pointsOf } from './map-points.ts'
import { colorPoints, mapAddress, modelsWith, type ShownMap } from './map-query.ts'
import { type Mark, type Marks, markHistory, markItem, markSegment, markUser, noMarks } from './marks.ts'
import { Segments } from './segments.tsx'

/** What a request wants marked. */
interface Subject {
  readonly userId?: string
  readonly itemId?: string
  readonly segment?: number
}

/** The items or a sample of the users of a model in two dimensions. */
export async function showMap(c: ConsoleContext, dependencies: ConsoleDependencies, kind: MapKind) {
  const { champions, segments, catalog } = dependencies
  const models = modelsWith(kind, dependencies)
  const model = c.req.query('model') || models[0]
  const title = kind === 'items' ? 'Map of items' : 'Map of users'
  if (model === undefined) return showPage(c, { title, section: 'map' }, <NoMap kind={kind} />)
  const { subject, unknown } = await readSubject(c, kind, dependencies)
  const shown = await champions.use(model, async (served) => {
    const points = await pointsOf(served, kind)
    const segmentation = await segments.find(served.manifest)
    const choices =
      kind === 'items'
        ? await itemColorChoices(await catalog.read())
        : [activityChoice, ...(segmentation ? [segmentChoice] : [])]
    const map: ShownMap = { kind, model, color: c.req.query('color') || choices[0]!.value }
    const coloring = await colorPoints(served, points, map, dependencies)
    const marks = await mark(c, served, points, subject, segmentation, dependencies)
    const { quality } = kind === 'items' ? itemMapOf(served) : userMapOf(served)
    const { model: name, version } = served.manifest
    return { map, points, choices, coloring, marks, segmentation, quality, version: { model: name, version } }
  })
  const { map, points, coloring, marks, segmentation, version } = shown
  const titles = await catalog.titles(marks.marks.flatMap(({ itemId }) => itemId ?? []))
  return showPage(
    c,
    { title, section: 'map', scripts: ['parts.js', 'map.js'] },
    <>
      <MapForm {...{ map, models, subject }} choices={shown.choices} />
      {unknown !== undefined && (
        <p class="verdict alarm" role="alert">
          No item has the id or the title “<bdi>{unknown}</bdi>”.
        </p>
      )}
      <MapFigure {...{ map, points, coloring, titles }} marks={marks.marks} />
      <p class="note">
        {`${formatCount(points.count)} ${kind === 'items' ? 'items' : 'users of the training, without their ids,'} by `}
        <VersionLink {...version} />
        {`: those with similar embeddings are near each other, and the axes have no meaning. Trustworthiness ${formatFixed(shown.quality.map, 3)}; 1 is the best.`}
      </p>
      <div id="selection" />
      <MarkList {...{ subject, marks, titles }} />
      {kind === 'users' && <Segments segmentation={segmentation} model={version.model} />}
    </>,
  )
}

function NoMap({ kind }: { kind: MapKind }) {
  return (
    <p>{`No model that serves requests has a map of ${kind}. npm run train -- --model mult-vae trains one that has.`}</p>
  )
}

/** @throws InvalidFormError */
async function readSubject(
  c: ConsoleContext,
  kind: MapKind,
  dependencies: ConsoleDependencies,
): Promise<{ subject: Subject; unknown?: string }> {
  const { user = '', item = '', segment = '' } = c.req.query()
  if (user !== '') return { subject: { userId: requireId(user) } }
  if (kind === 'users') return { subject: {} }
  if (segment !== '' && /^\d{1,3}$/.test(segment)) return { subject: { segment: Number(segment) } }
  if (item.trim() === '') return { subject: {} }
  const itemId = await findItemNamed(item.trim(), dependencies)
  return itemId === undefined ? { subject: {}, unknown: item.trim() } : { subject: { itemId } }
}

async function mark(
  c: ConsoleContext,
  served: ServedModel,
  points: MapPoints,
  { userId, itemId, segment }: Subject,
  segmentation: Segmentation | null,
  { ratings }: Pick<ConsoleDependencies, 'ratings'>,
): Promise<Marks> {
  const { signal } = c.req.raw
  if (userId !== undefined) {
    const rated = await ratings.of(userId)
    return points.itemIds.length > 0
      ? markHistory(served, points, rated, signal)
      : markUser(served, rated, signal)
  }
  if (itemId !== undefined) return markItem(points, itemId)
  if (segment === undefined) return noMarks
  const found = segmentation?.segments.find((other) => other.segment === segment)
  if (found === undefined) throw new InvalidFormError(`The model has no segment ${segment}.`)
  return markSegment(points, found)
}

interface MapFormProps {
  readonly map: ShownMap
  readonly models: readonly string[]
  readonly choices: readonly ColorChoice[]
  readonly subject: Subject
}

function MapForm({
  map: { kind, model, color },
  models,
  choices,
  subject: { userId, itemId },
}: MapFormProps) {
  const root = useContext(Root)
  const ofUser = userId === undefined ? '' : `?${new URLSearchParams({ user: userId })}`
  return (
    <>
      <p>
        <Link to={`map/items${ofUser}`} current={kind === 'items'}>
          Items
        </Link>{' '}
        ·{' '}
        <Link to={`map/users${ofUser}`} current={kind === 'users'}>
          Users
        </Link>
      </p>
      <form class="filter many" method="get">
        <Select
          name="model"
          label="Model"
          value={model}
          choices={models.map((name) => ({ value: name, label: name }))}
        />
        <Select name="color" label="Color" value={color} choices={choices} />
        {kind === 'items' && (
          <>
            <label for="item">Find an item</label>
            <input
              id="item"
              name="item"
              type="search"
              value={itemId ?? ''}
              list="suggestions"
              autocomplete="off"
            />
            <datalist id="suggestions" data-source={`${root}items/suggestions`} />
          </>
        )}
        <label for="user">{kind === 'items' ? 'Items of a user' : 'Find a user'}</label>
        <input id="user" name="user" type="search" value={userId ?? ''} autocomplete="off" />
        <button type="submit">Show</button>
      </form>
    </>
  )
}

interface SelectProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly choices: readonly ColorChoice[]
}

function Select({ name, label, value, choices }: SelectProps) {
  return (
    <>
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {choices.map((choice) => (
          <option value={choice.value} selected={choice.value === value}>
            {choice.label}
          </option>
        ))}
      </select>
    </>
  )
}

interface MapFigureProps {
  readonly map: ShownMap
  readonly points: MapPoints
  readonly coloring: Coloring
  readonly marks: readonly Mark[]
  readonly titles: ReadonlyMap<string, string>
}

/** The picture, which the script map.js replaces by a map that can be moved. */
function MapFigure({ map, points, coloring, marks, titles }: MapFigureProps) {
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

function MarkList({
  subject: { userId, itemId, segment },
  marks: { marks, notes },
  titles,
}: {
  subject: Subject
  marks: Marks
  titles: ReadonlyMap<string, string>
}) {
  if (userId === undefined && itemId === undefined && segment === undefined) return null
  const items = marks.flatMap((mark) => (mark.itemId === undefined ? [] : [{ ...mark, itemId: mark.itemId }]))
  return (
    <>
      <h2>
        {userId === undefined ? (
          segment === undefined ? (
            'The item on the map'
          ) : (
            `Segment ${segment} on the map`
          )
        ) : (
          <>
            User <UserLink userId={userId} /> on the map
          </>
        )}
      </h2>
      {notes.map((note) => (
        <p class="note">{note}</p>
      ))}
      {items.length > 0 && (
        <div class="history">
          <Table
            head={['Item', 'Mark', 'Detail']}
            textColumns={3}
            rows={items.map(({ itemId, kind, detail }) => [
              <ItemLink itemId={itemId} title={titles.get(itemId)} />,
              kind,
              detail,
            ])}
          />
        </div>
      )}
    </>
  )
}
