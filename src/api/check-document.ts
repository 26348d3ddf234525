import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
  visit,
} from 'graphql'
import { withoutValues } from './errors.ts'
import { mergesTooMuch } from './merged-fields.ts'
import { MAX_TOKENS } from './unknown-documents.ts'

/** What is wrong with a document, and where. Line and column are counted from 1. */
export interface DocumentFault {
  message: string
  line: number | undefined
  column: number | undefined
}

export interface CheckedDocument {
  /** The names of its operations, with commas between them. */
  name: string
  faults: readonly DocumentFault[]
}

/** Whether the API would take a document, before anybody sends it. The messages quote no values. */
export function checkDocument(schema: GraphQLSchema, text: string): CheckedDocument {
  try {
    const document = parse(text, { maxTokens: MAX_TOKENS })
    const tooMuch = mergesTooMuch(document)
    const faults = tooMuch
      ? [new GraphQLError(TOO_MUCH)]
      : [...validate(schema, document), ...texts(document)]
    return { name: nameOf(document), faults: faults.map(faultOf) }
  } catch (error) {
    if (error instanceof GraphQLError) return { name: '', faults: [faultOf(error)] }
    throw error
  }
}

const TOO_MUCH = 'It names the same fields at the same place too often. Name each once.'

/**
 * Stops that a value is stored in the clear: a document is kept as it is written, and variables never are. A fragment may be one of the
 * mutation itself, so that all of the document counts.
 */
function texts(document: DocumentNode): GraphQLError[] {
  const isMutation = document.definitions.some(
    (it) => it.kind === Kind.OPERATION_DEFINITION && it.operation === 'mutation',
  )
  if (!isMutation) return []
  const found: ASTNode[] = []
  visit(document, { enter: (node) => void (node.kind === Kind.STRING && found.push(node)) })
  const message = 'A text in a mutation has to be a variable: the document is stored as it is written.'
  return found.map((nodes) => new GraphQLError(message, { nodes }))
}

function nameOf({ definitions }: DocumentNode): string {
  const operations = definitions.filter((it) => it.kind === Kind.OPERATION_DEFINITION)
  return operations.map(({ name, operation }) => name?.value ?? operation).join(', ')
}

function faultOf(error: GraphQLError): DocumentFault {
  const { message, locations } = withoutValues(error)
  const [place] = locations ?? []
  return { message, line: place?.line, column: place?.column }
}
