import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Environment } from './environment.ts'
import { problemContent, problemResponses, problemSchema } from './problem.ts'

type Document = ReturnType<OpenAPIHono<Environment>['getOpenAPI31Document']>
type PathItem = NonNullable<Document['paths']>[string]
type Operation = NonNullable<PathItem['get']>

/** The OpenAPI 3.1 document of all routes that have been added to the app. */
export function createDocument(app: OpenAPIHono<Environment>): Document {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description:
      'A key created by `npm run keys -- create` with the scope of the operation; `admin` includes all scopes. By ' +
      'default, a service that listens on a loopback address requires no key.',
  })
  app.openAPIRegistry.register('Problem', problemSchema)
  app.openAPIRegistry.registerComponent('responses', 'Problem', {
    description: 'Any other problem',
    content: problemContent,
  })
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Palate',
      version: packageVersion(),
      description: 'Recommendations from current ratings, and the latent space they come from.',
    },
    tags: [...new Set(Object.values(tagOfSegment))].map((name) => ({ name })),
  })
  for (const [path, operations] of Object.entries(document.paths ?? {}))
    for (const operation of Object.values(operations as Record<string, Operation>))
      addCommonParts(path, operation)
  return withPlainPatterns(document)
}

/**
 * Patterns without what only JavaScript understands: the flag, and the class of unpaired surrogates, which UTF-8 text
 * does not contain.
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
  popular: 'Recommendations',
  trending: 'Recommendations',
  score: 'Recommendations',
  blend: 'Recommendations',
  interpolate: 'Recommendations',
  users: 'Users',
  erasures: 'Users',
  items: 'Items',
  ratings: 'Ratings',
  feedback: 'Experiments',
  experiments: 'Experiments',
  reports: 'Retraining',
}

/** Adds the tag of an operation and the problems of all operations. */
function addCommonParts(path: string, operation: Operation): void {
  operation.tags ??= [tagOfSegment[path.split('/')[1]!] ?? 'Service']
  const withKey = operation.security?.length === 0 ? {} : problemsWithKeys
  const other = { $ref: '#/components/responses/Problem' }
  operation.responses = { ...operation.responses, ...withKey, default: other }
}

const problemsWithKeys = problemResponses(['unauthorized', 'forbidden', 'too-many-requests'])

function packageVersion(): string {
  const file = join(import.meta.dirname, '../../package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
