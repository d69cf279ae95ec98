// Creation, start, stop and weights of experiments, as on the command line.
import type { Hono } from 'hono'
import { z } from 'zod'
import { parseDefinition } from '../../experiments/parse-definition.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { readForm } from '../form.ts'
import { rootOf } from '../link.tsx'
import type { ConsoleContext, ConsoleEnvironment } from '../visitor.ts'

export function addExperimentChanges(
  pages: Hono<ConsoleEnvironment>,
  { experiments }: Pick<ConsoleDependencies, 'experiments'>,
): void {
  const backTo = (c: ConsoleContext, name: string) =>
    c.redirect(`${rootOf(c.req.path)}experiments/${name}`, 303)
  pages.post('/experiments', async (c) => {
    const { definition } = await readForm(c, { definition: z.string() })
    const created = await experiments.create(parseDefinition(definition))
    return backTo(c, created.definition.name)
  })
  pages.post('/experiments/:name/start', async (c) => {
    const started = await experiments.start(c.req.param('name'))
    return backTo(c, started.definition.name)
  })
  pages.post('/experiments/:name/stop', async (c) => {
    await readForm(c, {
      confirmed: z.literal('yes', 'check the box: a stopped experiment cannot be started again'),
    })
    const stopped = await experiments.stop(c.req.param('name'))
    return backTo(c, stopped.definition.name)
  })
  pages.post('/experiments/:name/weights', async (c) => {
    const { definition } = await experiments.find(c.req.param('name'))
    const names = definition.variants.map(({ name }) => name)
    const form = await readForm(
      c,
      Object.fromEntries(names.map((name) => [`weight ${name}`, z.coerce.number()])),
    )
    const weights = Object.fromEntries(names.map((name) => [name, form[`weight ${name}`]!]))
    await experiments.reweigh(definition.name, weights)
    return backTo(c, definition.name)
  })
}
