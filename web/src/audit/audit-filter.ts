export const filterNames = ['action', 'actor', 'secret', 'automation', 'from', 'to'] as const

/** Which events of the log are shown, as the address says it. `from` and `to` are days, both included. */
export type AuditFilter = Partial<Record<(typeof filterNames)[number], string>>

/** What an address says of a filter. */
export function readAuditFilter(search: Readonly<Record<string, unknown>>): AuditFilter {
  const texts = filterNames.flatMap((name) => {
    const value = search[name]
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
  })
  return Object.fromEntries(texts)
}

/** The filter as the API takes it: the days of this person's time zone. A day that is none filters nothing. */
export function filterVariables({ from, to, ...texts }: AuditFilter) {
  return { ...texts, from: dayStart(from, 0), to: dayStart(to, 1) }
}

function dayStart(day: string | undefined, daysLater: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '') ?? []
  if (date === undefined) return undefined
  const time = new Date(Number(year), Number(month) - 1, Number(date) + daysLater)
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}
