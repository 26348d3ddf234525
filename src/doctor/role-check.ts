import { parseDatabaseUrl } from '../database-url.ts'
import { findApiRole, findExcess } from '../store/excess-rights.ts'
import { type Examination, type Finding, ok, warning } from './check.ts'

/**
 * Whether an attacker inside the API could do more in the database than the API needs. Of another process's role only the
 * name is known: from its address, or the usual one.
 */
export async function checkApiRole({ store, config }: Examination): Promise<Finding> {
  const em = store.em()
  const url = config.apiDatabaseUrl && parseDatabaseUrl(config.apiDatabaseUrl.reveal()).url
  const named = url && URL.parse(url)?.username
  const known = named ? decodeURIComponent(named) : await findApiRole(em)
  const { role, rights } = await findExcess(em, known)
  if (rights.length === 0)
    return ok('api role', `The API's database role ${role} has no right that it does not need.`)
  const whose =
    known === undefined ? `If the API connects as ${role}, as this command does, it` : `The role ${role}`
  const advice =
    'An attacker inside the API can do so too. docs/scaling.md says how the API gets a role of its own.'
  return warning('api role', `${whose} can: ${rights.join('; ')}. ${advice}`)
}
