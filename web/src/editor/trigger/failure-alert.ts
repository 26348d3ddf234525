import type { FailureAlertQuery } from '../../gql/graphql.ts'

/** Who is told of failed runs; null: nobody. */
export type FailureAlert = NonNullable<FailureAlertQuery['automation']>['failureAlert']

export function alertInWords(alert: FailureAlert): string {
  if (!alert) return 'Nobody is told.'
  const { recipients, url, everyMinutes } = alert
  const who = [...recipients, ...(url === null ? [] : [new URL(url).host])]
  const often = everyMinutes % 60 === 0 ? `${everyMinutes / 60} h` : `${everyMinutes} min`
  return `${who.join(', ')} ${who.length === 1 ? 'is' : 'are'} told, once in ${often} at most.`
}

/** What a person knew when they changed it, as the API takes it. */
export const seenAlert = (alert: FailureAlert) => ({
  recipients: [...(alert?.recipients ?? [])],
  url: alert?.url ?? null,
  everyMinutes: alert?.everyMinutes ?? null,
})
