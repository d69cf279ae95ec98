import openapiTypeScript, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { type AppDependencies, createApp } from '../../src/http/app.ts'
import { describeApp } from '../../src/http/openapi-document.ts'

/** The types of the client, as TypeScript: what each route of the service takes and answers. */
export async function generateClientTypes(): Promise<string> {
  // Nobody asks these routes anything, so what they would ask is not there.
  const app = createApp({ experiments: {} } as unknown as AppDependencies)
  const document = describeApp(app) as unknown as OpenAPI3
  const tree = await openapiTypeScript(document, { alphabetize: true })
  return `// Written by npm run build:client from the service's OpenAPI document; not to be edited.\n${astToString(tree)}`
}
