import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { memo } from 'react'
import { TimeAgo } from '../parts/time-ago.tsx'
import type { SecretSummary } from './use-secret-pages.ts'

/** What an admin does with a secret of the list; members have no such thing. */
export interface SecretActions {
  open(name: string): void
  delete(name: string): void
}

/** The name and the time of one secret. A click anywhere on it opens it. */
export const SecretRow = memo(function SecretRow({
  secret: { name, updatedAt },
  actions,
}: {
  secret: SecretSummary
  actions: SecretActions | undefined
}) {
  return (
    <div className={actions ? 'secret can-open' : 'secret'}>
      {actions ? (
        <UnstyledButton
          className="secret-name"
          aria-label={`${name}: replace its value`}
          onClick={() => actions.open(name)}
        >
          <code>{name}</code>
        </UnstyledButton>
      ) : (
        <span className="secret-name">
          <code>{name}</code>
        </span>
      )}
      <TimeAgo at={updatedAt} />
      {actions && (
        <Tooltip label="Delete">
          <ActionIcon
            variant="subtle"
            color="gray"
            className="secret-delete"
            aria-label={`Delete ${name}`}
            onClick={() => actions.delete(name)}
          >
            <IconTrash size={18} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  )
})
