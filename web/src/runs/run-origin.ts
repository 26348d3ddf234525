import type { RunTrigger } from '../gql/graphql.ts'

/** How a run came about: `Ada by hand`, `Webhook`. */
export function runOrigin({
  trigger,
  startedBy,
}: {
  trigger: RunTrigger | null
  startedBy: string | null
}): string {
  switch (trigger) {
    case 'HOOK':
      return 'Webhook'
    case 'SCHEDULE':
      return 'Schedule'
    case 'TEST':
      return 'Test of a step'
    case 'MANUAL':
    case null:
      return startedBy ? `By ${startedBy}` : 'By hand'
    default:
      return trigger satisfies never
  }
}
