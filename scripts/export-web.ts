// npm run export-web
import { Option } from 'commander'
import { type ExportWebOptions, exportWeb } from './export-web/export-web.ts'
import { formatExportedWeb } from './export-web/format.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description: 'Export a model for browsers, workers and Node, where it recommends without a server.',
  notes: `
The folder gets model.safetensors, with the weights, item ids and titles; recommender.js and its source recommender.ts, which
need no packages; and index.html, a page that uses them. Export again after a promotion, and after items were hidden.

--json prints { model, precision, items, bytes, files }.`,
  examples: `
npm run export-web -- --model mult-vae --out dist
npm run export-web -- --model edlae@2 --precision float32 --out dist`,
}

await runCommand((signal) =>
  createCommand('export-web', description)
    .requiredOption('--out <folder>', 'the folder to write; it is created if necessary')
    .option('--model <name>', 'a model, or a version (default: the default model of the service)')
    .addOption(
      new Option(
        '--precision <type>',
        'precision of the weights: int8 for a quarter of the size, float32 for exactly the lists of the service',
      )
        .choices(['int8', 'float32'])
        .default('int8'),
    )
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ json, ...options }: ExportWebOptions & { readonly json?: true }) =>
      printResult(formatExportedWeb(await exportWeb(options, signal)), json),
    ),
)
