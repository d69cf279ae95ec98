import openapiTypeScript, { astToString, type OpenAPI3 } from 'openapi-typescript'
import ts from 'typescript'
import { type AppDependencies, createApp } from '../../src/http/app.ts'
import { describeApp } from '../../src/http/openapi-document.ts'

/** The types of the client, as TypeScript: what each route of the service takes and answers. */
export async function generateClientTypes(): Promise<string> {
  // Nobody asks these routes anything, so what they would ask is not there.
  const app = createApp({ experiments: {} } as unknown as AppDependencies)
  const document = withEssentials(describeApp(app) as unknown as OpenAPI3)
  const tree = await openapiTypeScript(document, { alphabetize: true })
  return `// Written by npm run build:client from the service's OpenAPI document; not to be edited.\n${astToString(tree.map(withoutAbsentMethods))}`
}

/**
 * What types have no need of is left out: examples, which the reference page shows, and every status from 400 on, which
 * answers with the same problem as `default` does.
 */
function withEssentials(document: OpenAPI3): OpenAPI3 {
  const isEssential = (name: string, among: object) =>
    name !== 'example' && !(/^[45]\d\d$/.test(name) && 'default' in among)
  const essentials = (key: string, value: unknown) =>
    isRecord(value) && key !== 'properties'
      ? Object.fromEntries(Object.entries(value).filter(([name]) => isEssential(name, value)))
      : value
  return JSON.parse(JSON.stringify(document, essentials)) as OpenAPI3
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A path that does not name a method takes it as little as one that says `never` of it, and is much shorter. */
function withoutAbsentMethods(node: ts.Node): ts.Node {
  if (!ts.isInterfaceDeclaration(node) || node.name.text !== 'paths') return node
  const { modifiers, name, members } = node
  return ts.factory.updateInterfaceDeclaration(
    node,
    modifiers,
    name,
    undefined,
    undefined,
    members.map(withPresentMembers),
  )
}

function withPresentMembers(path: ts.TypeElement): ts.TypeElement {
  if (!ts.isPropertySignature(path) || !path.type || !ts.isTypeLiteralNode(path.type)) return path
  const present = path.type.members.filter((member) => !isNever(member) && !isSharedParameters(member))
  const type = ts.factory.updateTypeLiteralNode(path.type, ts.factory.createNodeArray(present))
  return ts.factory.updatePropertySignature(path, path.modifiers, path.name, path.questionToken, type)
}

function isNever(member: ts.TypeElement): boolean {
  return ts.isPropertySignature(member) && member.type?.kind === ts.SyntaxKind.NeverKeyword
}

/** What all methods of a path would share; each operation names its own. */
function isSharedParameters(member: ts.TypeElement): boolean {
  return ts.isPropertySignature(member) && ts.isIdentifier(member.name) && member.name.text === 'parameters'
}
