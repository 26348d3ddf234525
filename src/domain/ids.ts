import { newRowId } from '../store/row-id.ts'

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A new id; ids made later sort later. */
export const newId = newRowId

/**
 * Whether the text is a valid workspace id: 1 to 40 lower-case letters, digits and hyphens, no hyphen at the ends.
 */
export const isWorkspaceId = (text: string): boolean => SLUG.test(text)

/**
 * The id that the API shows of a run, an automation, an audit event or a token. It names its workspace, so that
 * access is decided before anything is read. A foreign id gets the same answer whether it exists or not.
 */
export const publicId = (workspace: string, id: string): string => `${workspace}.${id}`

// The names of secrets, and the ids of people.
const NAME = /^[\w-]{1,255}$/

/** What is told apart in its workspace by a name, or by the id of a person. */
const namedKinds = ['secret', 'policy', 'member'] as const
type NamedKind = (typeof namedKinds)[number]

/** The id that the API shows of such a thing: `acme.secret.API_KEY`. It is made of the two names and tells nothing else. */
export const namedId = (workspace: string, kind: NamedKind, name: string): string =>
  `${workspace}.${kind}.${name}`

/** The parts of such an id, or `undefined` for anything else. */
export function parseNamedId(text: string): { workspace: string; kind: NamedKind; name: string } | undefined {
  const [workspace = '', found, name = '', ...rest] = text.split('.')
  const kind = namedKinds.find((it) => it === found)
  const isWhole = isWorkspaceId(workspace) && NAME.test(name) && rest.length === 0
  return kind && isWhole ? { workspace, kind, name } : undefined
}

/** The parts of a public id, or `undefined` for anything else. */
export function parsePublicId(text: string): { workspace: string; id: string } | undefined {
  const dot = text.indexOf('.')
  const [workspace, id] = [text.slice(0, dot), text.slice(dot + 1)]
  return dot > 0 && isWorkspaceId(workspace) && UUID.test(id) ? { workspace, id } : undefined
}
