// The interface as a document: OpenAPI 3.1, made of the routes as they are.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Environment } from './environment.ts'
import { describeProblems, problemContent, problemDocument } from './problem.ts'

type Document = ReturnType<OpenAPIHono<Environment>['getOpenAPI31Document']>
type PathItem = NonNullable<Document['paths']>[string]
type Operation = NonNullable<PathItem['get']>

/** All routes that have been added to the app, with what each may answer and which key it takes. */
export function describeApp(app: OpenAPIHono<Environment>): Document {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description:
      'A key made by `npm run keys -- create`, with the scope that the operation names; `admin` may do all. A ' +
      'service that listens on this machine alone asks for no key where none is required of it.',
  })
  app.openAPIRegistry.register('Problem', problemDocument)
  app.openAPIRegistry.registerComponent('responses', 'Problem', {
    description: 'Any other problem',
    content: problemContent,
  })
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Palate',
      version: packageVersion(),
      description: 'Recommendations from ratings as they stand now, and the latent space behind them.',
    },
    tags: [...new Set(Object.values(tagOfSegment))].map((name) => ({ name })),
  })
  for (const [path, operations] of Object.entries(document.paths ?? {}))
    for (const operation of Object.values(operations as Record<string, Operation>)) complete(path, operation)
  return withPlainPatterns(document)
}

/**
 * A regular expression of JavaScript comes with its flag, and speaks of halves of surrogate pairs, which no text in
 * UTF-8 has and other languages have no word for.
 */
function withPlainPatterns(document: Document): Document {
  const plain = (key: string, value: unknown) =>
    key === 'pattern' && typeof value === 'string'
      ? value.replace(/\/u$/, '').replace('\\p{Surrogate}', '').replace('\\0', '\\u0000')
      : value
  return JSON.parse(JSON.stringify(document, plain)) as Document
}

const tagOfSegment: Readonly<Record<string, string>> = {
  recommend: 'Recommendations',
  score: 'Recommendations',
  blend: 'Recommendations',
  interpolate: 'Recommendations',
  users: 'Users',
  items: 'Items',
  ratings: 'Ratings',
  feedback: 'Experiments',
  experiments: 'Experiments',
  reports: 'Retraining',
}

/** Adds what all routes have in common. */
function complete(path: string, operation: Operation): void {
  operation.tags ??= [tagOfSegment[path.split('/')[1]!] ?? 'Service']
  const withKey = operation.security?.length === 0 ? {} : problemsWithKeys
  const other = { $ref: '#/components/responses/Problem' }
  operation.responses = { ...operation.responses, ...withKey, default: other }
}

const problemsWithKeys = describeProblems(['unauthorized', 'forbidden', 'too-many-requests'])

function packageVersion(): string {
  const file = join(import.meta.dirname, '../../package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
