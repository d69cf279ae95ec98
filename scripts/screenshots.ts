// npm run screenshots
import { takeScreenshot } from './screenshots/take-screenshot.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description:
    'Take the picture of the README: the report of npm run compare on the ratings in the database.',
  notes:
    'Needs ratings in the database, for example from npm run demo -- --once, and Chromium or Chrome on the PATH.',
  examples: 'npm run screenshots',
}

await runCommand(() =>
  createCommand('screenshots', description)
    .option('--out <file>', 'the PNG file to write', 'docs/images/comparison.png')
    .action(({ out }: { readonly out: string }) => {
      takeScreenshot(out)
      console.log(out)
    }),
)
