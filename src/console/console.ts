// The pages of the console and the changes that they make.
import { Hono } from 'hono'
import { pagePolicy } from '../pages/page.ts'
import { UnknownReportError } from '../retraining/report/reports.ts'
import { addBatchChanges } from './data/batch-changes.ts'
import type { ConsoleDependencies } from './dependencies.ts'
import { addExperimentChanges } from './experiments/experiment-changes.ts'
import { addItemChanges } from './items/item-changes.ts'
import { addItemPages } from './items/item-pages.ts'
import { addMapPages } from './map/map-pages.ts'
import { addModelChanges } from './models/model-changes.ts'
import { addProgress } from './runs/progress.ts'
import { isRunId } from './runs/run-id.ts'
import { addUserPages } from './users/user-pages.ts'
import type { ConsoleEnvironment } from './visitor.ts'

/**
 * The routes of the console, relative to its address. The caller provides the visitor, and requires the scope `admin`
 * for reports, experiments and changes (POST), except `readingForms`. A page is loaded when it is first requested, so that tests and commands that
 * create an app load no plotting library.
 */
export function createConsole(dependencies: ConsoleDependencies): Hono<ConsoleEnvironment> {
  const pages = new Hono<ConsoleEnvironment>()
  pages.get('/overview', async (c) => {
    const { showOverview } = await import('./overview/overview-page.tsx')
    return showOverview(c, dependencies)
  })
  pages.get('/models', async (c) => {
    const { showVersions } = await import('./models/versions-page.tsx')
    return showVersions(c, dependencies)
  })
  pages.get('/models/compare', async (c) => {
    const { showComparison } = await import('./models/comparison-page.tsx')
    return showComparison(c, dependencies)
  })
  pages.get('/models/lists', async (c) => {
    const { showComparedLists } = await import('./models/compared-lists-page.tsx')
    return showComparedLists(c, dependencies)
  })
  pages.get('/models/:model/:version', async (c) => {
    const { showVersion } = await import('./models/version-page.tsx')
    return showVersion(c, dependencies)
  })
  pages.get('/models/:model/:version/on-device', async (c) => {
    const { showOnDevice } = await import('./models/on-device-page.tsx')
    return showOnDevice(c, dependencies)
  })
  pages.get('/models/:model/:version/web-model', async (c) => {
    const { sendWebModel } = await import('./models/on-device-page.tsx')
    return sendWebModel(c, dependencies)
  })
  addUserPages(pages, dependencies)
  addItemPages(pages, dependencies)
  addMapPages(pages, dependencies)
  pages.get('/data', async (c) => {
    const { showBatches } = await import('./data/batches-page.tsx')
    return showBatches(c, dependencies)
  })
  pages.get('/data/:id', async (c) => {
    const { showBatch } = await import('./data/batch-page.tsx')
    return showBatch(c, dependencies)
  })
  pages.get('/runs', async (c) => {
    const { showRuns } = await import('./runs/runs-page.tsx')
    return showRuns(c, dependencies)
  })
  pages.get('/runs/trainings/:id', async (c) => {
    const { showTraining } = await import('./runs/training-page.tsx')
    return showTraining(c, dependencies)
  })
  pages.get('/runs/retrainings/:id', async (c) => {
    const { showRetraining } = await import('./runs/retraining-page.tsx')
    return showRetraining(c, dependencies)
  })
  pages.get('/runs/studies/:id', async (c) => {
    const { showStudy } = await import('./runs/study-page.tsx')
    return showStudy(c, dependencies)
  })
  addProgress(pages, dependencies)
  pages.get('/experiments', async (c) => {
    const { showExperiments } = await import('./experiments/experiments-page.tsx')
    return showExperiments(c, dependencies)
  })
  pages.get('/experiments/:name', async (c) => {
    const { showExperiment } = await import('./experiments/experiment-page.tsx')
    return showExperiment(c, dependencies)
  })
  pages.get('/reports/:id', async (c) => {
    const id = c.req.param('id')
    if (!isRunId(id)) throw new UnknownReportError(`There is no report of run ${id}`)
    const { html } = await dependencies.reports.find(id)
    c.header('Content-Security-Policy', pagePolicy)
    return c.html(html)
  })
  addModelChanges(pages, dependencies)
  addBatchChanges(pages, dependencies)
  addItemChanges(pages, dependencies)
  addExperimentChanges(pages, dependencies)
  return pages
}

/** Loads the pages that are opened first, with the plotting library, which takes a second and 25 MB of memory. */
export async function loadPages(): Promise<void> {
  await import('./overview/overview-page.tsx')
  await import('./models/versions-page.tsx')
  await import('./users/user-page.tsx')
  await import('./items/item-page.tsx')
  await import('./data/batches-page.tsx')
}

/** Forms that change nothing: they send more than an address can contain. They need the scope `read`. */
export const readingForms: ReadonlySet<string> = new Set(['users/what-if', 'users/why'])
