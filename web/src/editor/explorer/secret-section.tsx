import { Button, Text } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import type { VariableGroup } from '../../../../src/template/variables.ts'
import { useEditor } from '../state/editor-context.ts'
import { placesForSecrets } from '../template/problems.ts'
import { SectionFold } from './section-fold.tsx'
import { keepCaret } from './variable-row.tsx'

const MOST_SHOWN = 100

/**
 * The secrets of the workspace, which stay in sight while the rest of the explorer scrolls. They are disabled while the field in
 * focus cannot hold one; then it says which fields can.
 */
export function SecretSection({
  section: { variables },
  secretFields,
  query,
  onInsert,
}: {
  section: VariableGroup
  /** The labels of the fields of the step that take secrets. */
  secretFields: readonly string[]
  query: string
  onInsert: (path: string) => void
}) {
  const { target, secrets, isAdmin, addSecret } = useEditor()
  const reason = reasonAgainst(target, secretFields)
  const shown = variables.slice(0, MOST_SHOWN)
  return (
    <SectionFold
      name="Secrets"
      heading="Secrets"
      className="explorer-secrets"
      startsOpen
      forced={query !== ''}
      beside={
        isAdmin && (
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconPlus size={12} aria-hidden />}
            onMouseDown={keepCaret}
            onClick={() =>
              addSecret(target?.spot, (name) => reason === undefined && onInsert(`secrets.${name}`))
            }
          >
            Add secret
          </Button>
        )
      }
    >
      {reason && (
        <Text size="xs" c="dimmed">
          {reason}
        </Text>
      )}
      <ul>
        {shown.map(({ path, label }) => (
          <li key={path}>
            <button
              type="button"
              className="variable secret"
              aria-label={path}
              disabled={reason !== undefined}
              onMouseDown={keepCaret}
              onClick={() => onInsert(path)}
            >
              <IconKey size={13} aria-hidden />
              <span className="variable-name">{label}</span>
            </button>
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed">
        {remark({ all: secrets?.length, shown: shown.length, found: variables.length, query, isAdmin })}
      </Text>
    </SectionFold>
  )
}

function reasonAgainst(
  target: ReturnType<typeof useEditor>['target'],
  secretFields: readonly string[],
): string | undefined {
  if (!target) return 'No field is in focus.'
  if (target.takes === 'everything') return undefined
  return `${target.label} cannot hold secrets. ${placesForSecrets(secretFields)}`
}

function remark(known: {
  all: number | undefined
  shown: number
  found: number
  query: string
  isAdmin: boolean
}): string | undefined {
  if (known.all === undefined) return 'The secrets are loading.'
  if (known.all === 0) return known.isAdmin ? 'No secrets yet.' : 'No secrets yet. Only admins add them.'
  if (known.found === 0) return `No secret matches “${known.query}”.`
  if (known.found > known.shown) return `${known.found - known.shown} more: search for them.`
  return known.isAdmin ? undefined : 'Only admins add secrets.'
}
