import { createHash } from 'node:crypto'
import type { AuditRow } from '../store/audit-rows.ts'

/**
 * What the hash of a row is over: one line of JSON, its members always in this order. `link_audit` in the database makes
 * the same line; this one is apart from it, so that a function that was replaced there is found.
 *
 * @param previous the hash of the row before, lower-case hex.
 */
export function lineOf(row: AuditRow, sequence: number, previous: string): string {
  const { workspace, id, at, actor, action, target, address, client } = row
  const members = { workspace, sequence, previous, id, at, actor, action, target, address, client }
  const detail = row.detail?.replaceAll(/[\n\r]/g, ' ') ?? 'null'
  return `${JSON.stringify(members).slice(0, -1)},"detail":${detail}}`
}

/** SHA-256 over the UTF-8 bytes, lower-case hex. */
export const hashOf = (line: string): string => createHash('sha256').update(line).digest('hex')

/** A row as it is exported and sent: its line with the hash as the last member. */
export const exportedLine = (line: string, hash: string): string => `${line.slice(0, -1)},"hash":"${hash}"}`
