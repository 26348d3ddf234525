import { globSync, readFileSync } from 'node:fs'
import {
  type ASTNode,
  buildSchema,
  type DocumentNode,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { expect, test } from 'vitest'
import { documents } from '../src/client/documents.ts'

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))

/** The fields of a document that are deprecated, and those that there are not. */
function unwanted(document: DocumentNode): string[] {
  const found: string[] = []
  const types = new TypeInfo(schema)
  const enter = (node: ASTNode) => {
    const field = node.kind === Kind.FIELD ? types.getFieldDef() : undefined
    if (field === null || field?.deprecationReason)
      found.push(`${types.getParentType()?.name}.${field?.name}`)
  }
  visit(document, visitWithTypeInfo(types, { enter }))
  return found
}

const ofFiles = ['web/src/**/*.graphql', 'packages/client/src/**/*.graphql']
  .flatMap((pattern) => globSync(pattern))
  .map((file) => [file, readFileSync(file, 'utf8')] as const)
/** The documents in the text of a program, which stand in backticks. */
const documentsIn = (program: string): string[] =>
  [...program.matchAll(/`\s*((?:query|mutation|subscription|fragment)\b[^`$]*)`/g)].map(
    ([, text = '']) => text,
  )
const ofExamples = globSync('examples/**/*.{ts,tsx,js,html,md}', { exclude: ['**/node_modules/**'] }).flatMap(
  (file) => documentsIn(readFileSync(file, 'utf8')).map((text) => [file, text] as const),
)
const ofCommands = Object.entries(documents).map(([name, text]) => [`lockstep: ${name}`, text] as const)

test.each([...ofFiles, ...ofExamples, ...ofCommands])(
  '%s asks for nothing that is deprecated',
  (_where, text) => {
    expect(unwanted(parse(text))).toEqual([])
  },
)

test('a document that asks for something deprecated is found, in a program too', () => {
  expect(ofFiles.length).toBeGreaterThan(10)
  const program =
    'const secrets = gql`query { secrets(workspace: "acme") { name } workspace(id: "acme") { members { id } } }`'
  expect(documentsIn(program).map((text) => unwanted(parse(text)))).toEqual([
    ['Query.secrets', 'Workspace.members'],
  ])
})
