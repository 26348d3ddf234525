import type { AuditEvent } from './describe-event.ts'

const COLUMNS = ['at', 'actor', 'action', 'target', 'detail', 'address', 'client', 'id'] as const

/** The events as CSV (RFC 4180), with a line of names. */
export function csvOf(events: readonly AuditEvent[]): string {
  const rows = events.map((event) => COLUMNS.map((column) => cellOf(event[column])))
  return [COLUMNS, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

function cellOf(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  // Stops a name that begins like a formula from being computed by a spreadsheet.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** The events as JSON Lines: each on a line of its own. */
export function jsonLinesOf(events: readonly AuditEvent[]): string {
  return events
    .map((event) => `${JSON.stringify(Object.fromEntries(COLUMNS.map((it) => [it, event[it]])))}\n`)
    .join('')
}
