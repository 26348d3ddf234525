import type { Secret } from '../store/entities/index.ts'
import { type Statement, statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'

/** All that anybody outside the worker can learn about a secret. */
export type SecretSummary = Pick<Secret, 'workspace' | 'name' | 'updatedAt'>
/** What admins learn of it besides. */
export type SecretPolicy = Pick<
  Secret,
  'workspace' | 'name' | 'policy' | 'sealedPolicy' | 'lastUsedAt' | 'owner' | 'description'
>

/** A page of names in order, between `after` and `before`. `search` is a part of a name in any spelling. */
export interface SecretPage {
  search?: string
  first: number
  after?: string | undefined
  before?: string | undefined
  /** Whether it is the last names between them, and not the first. */
  backward?: boolean
}

const namesOfPage = pagesOf('name, workspace_id as workspace, updated_at as "updatedAt"')
const policiesOfPage = pagesOf(
  'name, workspace_id as workspace, policy, sealed_policy as "sealedPolicy", last_used_at as "lastUsedAt", owner, description',
)
const countOfNames = statement(
  'select count(*)::int as count from secret where workspace_id = $1 and ($2::text[] is null or name like any ($2))',
)

interface Pages {
  forward: Statement
  backward: Statement
}

function pagesOf(columns: string): Pages {
  const page = (order: 'asc' | 'desc') =>
    statement(`select ${columns} from secret
      where workspace_id = $1 and name > $2 and ($3::text[] is null or name like any ($3)) and ($5::text is null or name < $5)
      order by name ${order} limit $4`)
  return { forward: page('asc'), backward: page('desc') }
}

/** A page of the secrets of a workspace, by name. */
export const listNames = (store: Store, workspace: string, page: SecretPage): Promise<SecretSummary[]> =>
  readPage(store, namesOfPage, workspace, page)

/** The policies of the same page. */
export const listPolicies = (store: Store, workspace: string, page: SecretPage): Promise<SecretPolicy[]> =>
  readPage(store, policiesOfPage, workspace, page)

async function readPage<Row extends object>(
  store: Store,
  pages: Pages,
  workspace: string,
  { search, after = '', before, first, backward = false }: SecretPage,
): Promise<Row[]> {
  const patterns = patternsOf(search)
  // It was searched for what no name can hold.
  if (patterns?.length === 0) return []
  // PostgreSQL refuses a NUL.
  const [from, to] = [after.replaceAll('\0', ''), before?.replaceAll('\0', '') ?? null]
  const query = backward ? pages.backward : pages.forward
  const rows = await store.read<Row>(query, [workspace, from, patterns, first, to])
  return backward ? rows.reverse() : rows
}

/** How many secrets have `search` in their names; without it, all. */
export async function countNames(store: Store, workspace: string, search?: string): Promise<number> {
  const patterns = patternsOf(search)
  if (patterns?.length === 0) return 0
  const [found] = await store.read<{ count: number }>(countOfNames, [workspace, patterns])
  return found?.count ?? 0
}

const patternsOf = (search: string | undefined): string[] | null =>
  search?.trim() ? partsOfNames(search).map((part) => `%${part}%`) : null

/**
 * The patterns of LIKE for a search text. Names consist only of A-Z, 0-9 and _, so the text is normalised in two
 * ways: unsplit, because it may begin and end anywhere in a name, and with `apiKey` split.
 */
function partsOfNames(search: string): string[] {
  const letters = search.normalize('NFKD').replaceAll(/\p{M}+/gu, '')
  const split = letters.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, '_')
  const parts = [letters, split].map((text) => text.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_'))
  const findable = parts.filter((part) => part !== '_' || search === '_')
  return [...new Set(findable)].map((part) => part.replaceAll('_', '\\_'))
}
