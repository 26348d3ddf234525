import { IconTrash } from '@tabler/icons-react'
import { memo } from 'react'
import { TimeAgo } from '../time/time-ago.tsx'
import { hostsInWords, usesInWords } from './policy-words.ts'
import type { SecretSummary } from './secret-summary.ts'
import type { SecretPages } from './use-secret-pages.ts'

/** What a list of secrets shows, be it short or long. */
export interface SecretListProps {
  pages: SecretPages
  /** What a click does; undefined for members, who change nothing. */
  actions: SecretActions | undefined
}

/** What an admin can do with a secret of the list. Members can do nothing with it. */
export interface SecretActions {
  open(name: string): void
  delete(name: string): void
}

/**
 * The name and the time of one secret; for admins, also what only they know of it. A click anywhere on it opens it. Of plain elements, since a turn of the
 * wheel makes dozens of rows at once.
 */
export const SecretRow = memo(function SecretRow({
  secret: { name, updatedAt, policy },
  actions,
}: {
  secret: SecretSummary
  actions: SecretActions | undefined
}) {
  return (
    <div className={actions ? 'secret can-open of-admin' : 'secret'}>
      {actions ? (
        <button
          type="button"
          className="secret-name"
          aria-label={`${name}: replace its value`}
          onClick={() => actions.open(name)}
        >
          <code>{name}</code>
        </button>
      ) : (
        <span className="secret-name">
          <code>{name}</code>
        </span>
      )}
      {policy && <WhatAdminsKnow policy={policy} />}
      <span className="secret-changed">
        {policy && 'Changed '}
        <TimeAgo at={updatedAt} />
      </span>
      {actions && (
        <button
          type="button"
          className="secret-delete"
          aria-label={`Delete ${name}`}
          title="Delete"
          onClick={() => actions.delete(name)}
        >
          <IconTrash size={18} stroke={1.6} aria-hidden />
        </button>
      )}
    </div>
  )
})

function WhatAdminsKnow({ policy }: { policy: NonNullable<SecretSummary['policy']> }) {
  const { hosts, owner, description, automations, lastUsedAt } = policy
  return (
    <>
      {description !== null && (
        <span className="secret-description" title={description}>
          {description}
        </span>
      )}
      <span className="secret-where">
        <span className={hosts.length > 0 ? 'secret-hosts' : 'secret-hosts to-any'} title={hosts.join('\n')}>
          {hostsInWords(policy)}
        </span>
        {owner !== null && (
          <span className="secret-owner" title={owner}>
            {owner}
          </span>
        )}
      </span>
      <span className="secret-use">
        <span className="secret-count">{automations === undefined ? '' : usesInWords(automations)}</span>
        <span className="secret-last">
          {lastUsedAt === null ? (
            'Never used'
          ) : (
            <>
              Used <TimeAgo at={lastUsedAt} />
            </>
          )}
        </span>
      </span>
    </>
  )
}
