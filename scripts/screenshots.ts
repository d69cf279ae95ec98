// npm run screenshots
import { Option } from 'commander'
import { loadConfig } from '../src/config/config.ts'
import { pictureComparison } from './screenshots/comparison.ts'
import { pictureConsole } from './screenshots/console-pages.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description:
    'Take the pictures of the README and the docs: pages of the console on synthetic ratings, and the report of npm run compare on the ratings in the database.',
  notes:
    'The comparison needs ratings in the database, for example from npm run demo -- --once. Needs Chromium or Chrome on the PATH.',
  examples: `
npm run screenshots
npm run screenshots -- --only console`,
}

interface Options extends BackendOptions {
  readonly out: string
  readonly only?: 'console' | 'comparison'
}

await runCommand((signal) =>
  addBackendOptions(createCommand('screenshots', description))
    .option('--out <folder>', 'the folder of the PNG files', 'docs/images')
    .addOption(new Option('--only <pictures>', 'take only these').choices(['console', 'comparison']))
    .action(async ({ out, only, ...backendOptions }: Options) => {
      if (only !== 'comparison') {
        const { name: backend } = await openBackend(backendOptions)
        const pictures = await pictureConsole(out, { config: loadConfig(), backend, signal })
        for (const file of pictures) console.log(file)
      }
      if (only !== 'console') console.log(await pictureComparison(out))
    }),
)
