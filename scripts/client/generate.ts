import openapiTypeScript, { astToString, type OpenAPI3 } from 'openapi-typescript'
import ts from 'typescript'
import { type AppDependencies, createApp } from '../../src/http/app.ts'
import { createDocument } from '../../src/http/openapi-document.ts'

/** The types of the client as TypeScript: the requests and responses of each route. */
export async function generateClientTypes(): Promise<string> {
  // The routes are only described, not called, and need no dependencies.
  const app = createApp({ experiments: {} } as unknown as AppDependencies)
  const document = withEssentials(createDocument(app) as unknown as OpenAPI3)
  const tree = await openapiTypeScript(document, { alphabetize: true })
  return `// Written by npm run build:client from the service's OpenAPI document; do not edit.\n${astToString(tree.map(withoutAbsentMethods))}`
}

/**
 * Removes what types do not need: examples, and every status from 400 on, whose response is the same problem as that of
 * `default`.
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

/** Removes the methods typed `never`: a method that a path lacks cannot be called either, and the file is shorter. */
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

/** The parameters shared by all methods of a path; each operation lists its own. */
function isSharedParameters(member: ts.TypeElement): boolean {
  return ts.isPropertySignature(member) && ts.isIdentifier(member.name) && member.name.text === 'parameters'
}
