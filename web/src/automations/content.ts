import type { AutomationContentQuery, WrittenAutomationFragment } from '../gql/graphql.ts'

type Published = NonNullable<AutomationContentQuery['automation']>
type Saved = Pick<Published, 'name' | 'steps' | 'hookSignature' | 'hookAnswer'> & {
  schedule: Published['schedule'] | WrittenAutomationFragment['schedule']
}

/** What people write of an automation, as the API takes it back. */
export function contentOf({ name, steps, hookSignature, hookAnswer, schedule }: Saved) {
  const content = { name, steps, hookSignature, hookAnswer, schedule }
  return withoutTypes(content) as typeof content
}

/** The client adds the name of its type to each object, which no input has. Content that people wrote has none. */
function withoutTypes(value: unknown, isWritten = false): unknown {
  if (isWritten || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((it) => withoutTypes(it))
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, it]) =>
      key === '__typename' ? [] : [[key, withoutTypes(it, key === 'fields')]],
    ),
  )
}
