/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed } from '../../pages/numbers.ts'
import { itemMapOf, userMapOf } from '../../recommender/map.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { VersionLink } from '../models/version-link.tsx'
import { showPage } from '../page.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { itemColorChoices } from './color-items.ts'
import { activityChoice, segmentChoice } from './color-users.ts'
import { MapFigure } from './map-figure.tsx'
import { MapForm } from './map-form.tsx'
import { type MapKind, pointsOf } from './map-points.ts'
import { colorPoints, modelsWith, type ShownMap } from './map-query.ts'
import { MarkList } from './mark-list.tsx'
import { Segments } from './segments.tsx'
import { mark, readSubject } from './subject.ts'

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
    const wanted = c.req.query('color') || choices[0]!.value
    // the form also sends it when another model is chosen, whose users may not be segmented
    const hasNone = wanted === segmentChoice.value && segmentation === null
    const map: ShownMap = { kind, model, color: hasNone ? choices[0]!.value : wanted }
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
