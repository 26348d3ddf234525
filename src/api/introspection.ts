import { BREAK, type DocumentNode, GraphQLError, visit } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from './builder.ts'

/** Who may ask the server for its schema. */
export type IntrospectionMode = 'signed-in' | 'everybody' | 'off'

const known = new WeakMap<DocumentNode, boolean>()

/** Whether a document asks for the schema. `__typename` does not. */
export function introspects(document: DocumentNode): boolean {
  const before = known.get(document)
  if (before !== undefined) return before
  let found = false
  visit(document, {
    Field({ name }) {
      if (name.value !== '__schema' && name.value !== '__type') return undefined
      found = true
      return BREAK
    },
  })
  known.set(document, found)
  return found
}

const SCHEMA_FILE = 'The schema is also in the repository, as schema.graphql.'

/** Stops a stranger from learning all that there is to try: an operation that asks for the schema is refused as a whole. */
export function limitIntrospection(mode: IntrospectionMode): Plugin<Context> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      if (mode === 'everybody' || !introspects(args.document)) return
      if (mode === 'off') {
        const message = `Introspection is off on this server (LOCKSTEP_INTROSPECTION). ${SCHEMA_FILE}`
        setResultAndStopExecution({
          errors: [new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } })],
        })
      } else if (args.contextValue.caller.kind === 'anonymous') {
        const message = `Introspection is for callers who are signed in: sign in, or send an API token. ${SCHEMA_FILE}`
        const extensions = { code: 'UNAUTHENTICATED' }
        setResultAndStopExecution({ errors: [new GraphQLError(message, { extensions })] })
      }
    },
  }
}
