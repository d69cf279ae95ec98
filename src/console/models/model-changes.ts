// Promotion, rollback and the choice of the default, as on the command line.
import type { Hono } from 'hono'
import { z } from 'zod'
import { changeDefault, promote } from '../../registry/change-champion.ts'
import { ChampionChangedError } from '../../registry/registry.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { authorOf, readForm, reasonField } from '../form.ts'
import { rootOf } from '../link.tsx'
import type { ConsoleEnvironment } from '../visitor.ts'
import { nameIn, pathOf } from './version-path.ts'

/** Each change is refused if the champion is not the one that the form showed. */
export function addModelChanges(
  pages: Hono<ConsoleEnvironment>,
  { registry }: Pick<ConsoleDependencies, 'registry'>,
): void {
  pages.post('/models/:model/:version/promote', async (c) => {
    const name = nameIn(c)
    const { reason, replacing } = await readForm(c, { reason: reasonField, replacing: z.string() })
    const configured = await configuredDefault()
    await promote(
      registry,
      name,
      { by: authorOf(c), reason },
      { makeDefault: false, configured, replacing: replacing === '' ? null : Number(replacing) },
    )
    return c.redirect(rootOf(c.req.path) + pathOf(name), 303)
  })
  pages.post('/models/:model/:version/rollback', async (c) => {
    const { model, version } = nameIn(c)
    const { reason } = await readForm(c, { reason: reasonField })
    const champion = await registry.rollback(model, { by: authorOf(c), reason }, version)
    return c.redirect(rootOf(c.req.path) + pathOf(champion), 303)
  })
  pages.post('/models/:model/:version/default', async (c) => {
    const name = nameIn(c)
    const { reason, replacing } = await readForm(c, { reason: reasonField, replacing: z.string() })
    const configured = await configuredDefault()
    await requireChampion(name)
    const previous = replacing === '' ? null : replacing
    await changeDefault(
      registry,
      name.model,
      { by: authorOf(c), reason },
      { configured, replacing: previous },
    )
    return c.redirect(rootOf(c.req.path) + pathOf(name), 303)
  })

  async function requireChampion({ model, version }: ReturnType<typeof nameIn>): Promise<void> {
    const champion = (await registry.champions()).find((champion) => champion.model === model)
    if (champion?.version !== version)
      throw new ChampionChangedError(`Version ${version} of ${model} is not its champion any more`)
  }
}

/** Read from palate.config.ts, with the schemas of all models, which the service does not load otherwise. */
async function configuredDefault(): Promise<string> {
  const { loadRetrainingConfig } = await import('../../retraining/load-config.ts')
  return (await loadRetrainingConfig()).default
}
