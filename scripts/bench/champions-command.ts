import type { Command } from 'commander'
import { benchChampions, type ChampionsBenchResult } from './champions.ts'

/** `npm run bench -- champions` */
export function addChampionsCommand(program: Command): void {
  program
    .command('champions')
    .description(
      'Measure how soon a service with several champions responds, and its memory. The models have the size of MovieLens 100K.',
    )
    .option('--model <names>', 'models, separated by commas', defaultModels.join(','))
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ model, json }: { readonly model: string; readonly json?: boolean }) => {
      const result = await benchChampions({
        models: model.split(','),
        report: (line) => console.error(line),
      })
      console.log(json ? JSON.stringify(result) : format(result))
    })
}

const defaultModels = ['mult-vae', 'rec-vae', 'i-autorec', 'u-autorec', 'ease', 'edlae', 'ials', 'item-knn']

function format({
  models,
  cpuSeconds,
  rssBytes,
  rssBytesUnderLoad,
  requestsPerSecond,
}: ChampionsBenchResult): string {
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`
  const responses = models.map(
    ({ name, firstResponseSeconds }) => `${name} ${firstResponseSeconds.toFixed(1)} s`,
  )
  return [
    `first response after: ${responses.join(', ')}; computing time ${cpuSeconds.toFixed(1)} s`,
    `memory: ${mib(rssBytes)}; ${mib(rssBytesUnderLoad)} under load, ${Math.round(requestsPerSecond)} requests a second`,
  ].join('\n')
}
