// npm run serve
import { serve } from './serve/serve.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { parsePort } from './terminal/option-values.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description: 'Serve recommendations over HTTP with the champions of all models.',
  notes: `
A newly promoted version serves requests within seconds, without a restart. Ctrl-C or SIGTERM finishes the requests in
progress and exits with 0. Logs are JSON lines on stdout, formatted for reading on a terminal; LOG_LEVEL sets their
level. PALATE_BACKEND names the compute backend, DATABASE_URL the database. On an address that other machines can reach,
requests need an API key (npm run keys).`,
  examples: `
npm run serve
npm run serve -- --host 0.0.0.0 --port 8080
curl 'http://127.0.0.1:3000/recommend/42?k=5'
curl -X POST http://127.0.0.1:3000/ratings -H 'Content-Type: application/json' \\
  -d '{"userId": "42", "itemId": "50", "value": 5}'`,
}

await runCommand((signal) =>
  createCommand('serve', description)
    .option(
      '--port <number>',
      'the port to listen on, 0 for any free port (default: PORT, else 3000)',
      parsePort,
    )
    .option('--host <address>', 'the address to listen on (default: HOST, else 127.0.0.1)')
    .action(async (options: { readonly port?: number; readonly host?: string }) => {
      await serve(options, signal)
      exitWith('done')
    }),
)
