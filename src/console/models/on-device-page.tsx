/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { models } from '../../models/models.ts'
import { throwIfCanceled } from '../../recommender/inference/inference.ts'
import { inTurns } from '../../recommender/turns.ts'
import { UnknownVersionError } from '../../registry/registry.ts'
import { formatVersionName, type VersionName } from '../../registry/version-name.ts'
import { encodeWebModel } from '../../web/encode-web-model.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { showPage } from '../page.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { VersionLink } from './version-link.tsx'
import { nameIn } from './version-path.ts'

/** Whether the version can be exported for devices. */
export function runsOnDevice({ model }: VersionName): boolean {
  return models.some(({ name, feedForward }) => name === model && feedForward)
}

/** Recommends in the browser, with the exported model. */
export async function showOnDevice(c: ConsoleContext, { registry }: ConsoleDependencies) {
  const name = nameIn(c)
  const version = await registry.manifest(name)
  const title = `${formatVersionName(name)} on this device`
  if (!runsOnDevice(name) || version.prunedAt !== null)
    return showPage(
      c,
      { title, section: 'models' },
      <p class="verdict alarm">
        {version.prunedAt === null
          ? 'This model cannot be exported: its scores are not those of a feed-forward network.'
          : 'The retention rule deleted the weights of this version.'}
      </p>,
    )
  return showPage(
    c,
    { title, section: 'models', scripts: ['on-device.js'] },
    <>
      <p>
        The browser loads <VersionLink {...version} /> as <code>npm run export-web</code> writes it, and
        recommends without the service.
      </p>
      <div data-model="web-model">
        <p id="about" role="status">
          Loading the model …
        </p>
        <noscript>
          <p class="verdict alarm">This page needs JavaScript: the browser computes the recommendations.</p>
        </noscript>
        <form id="add" class="filter" hidden>
          <label>
            Item <input name="choice" list="items" autocomplete="off" required />
          </label>
          <button type="submit">Add to the history</button>
          <datalist id="items"></datalist>
        </form>
        <h2>History</h2>
        <ul id="history"></ul>
        <h2>Recommended</h2>
        <p id="basis" role="status"></p>
        <ol id="recommended"></ol>
      </div>
    </>,
  )
}

/** The exported model, with weights of 8 bits. */
export async function sendWebModel(
  c: ConsoleContext,
  { registry, catalog, readAvailabilityLimits }: ConsoleDependencies,
): Promise<Response> {
  const name = nameIn(c)
  if (!runsOnDevice(name)) throw new UnknownVersionError(`${name.model} cannot be exported`)
  const version = await registry.load(name)
  const [titles, limits] = await Promise.all([
    catalog.titles(version.artifact.items.ids),
    readAvailabilityLimits(),
  ])
  const { signal } = c.req.raw
  const pieces = await inTurns(encodeWebModel(version, titles, limits, 'int8'), () => throwIfCanceled(signal))
  c.header('Cache-Control', 'no-store')
  return c.body(new Blob(pieces as Uint8Array<ArrayBuffer>[]).stream(), 200, {
    'Content-Type': 'application/octet-stream',
  })
}
